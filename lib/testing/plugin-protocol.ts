/**
 * The part of Terraform's plugin protocol, version 5, that a simulated provider speaks: messages with their fields and
 * numbers, then the calls.
 */
const MESSAGES: Readonly<Record<string, string>> = {
  Empty: "",
  DynamicValue: "bytes msgpack = 1; bytes json = 2",
  Diagnostic: "int32 severity = 1; string summary = 2; string detail = 3",
  PathStep: "string attribute_name = 1; string element_key_string = 2; int64 element_key_int = 3",
  AttributePath: "repeated PathStep steps = 1",
  Attribute:
    "string name = 1; bytes type = 2; bool required = 4; bool optional = 5; bool computed = 6; bool sensitive = 7; bool write_only = 10",
  NestedBlock: "string type_name = 1; Block block = 2; int32 nesting = 3; int64 min_items = 4; int64 max_items = 5",
  Block: "int64 version = 1; repeated Attribute attributes = 2; repeated NestedBlock block_types = 3",
  Schema: "int64 version = 1; Block block = 2",
  TypeName: "string type_name = 1",
  GetMetadataResponse:
    "repeated TypeName data_sources = 3; repeated TypeName resources = 4; repeated TypeName ephemeral_resources = 6",
  GetSchemaResponse:
    "Schema provider = 1; map<string,Schema> resource_schemas = 2; map<string,Schema> data_source_schemas = 3; map<string,Schema> ephemeral_resource_schemas = 8",
  Diagnostics: "repeated Diagnostic diagnostics = 1",
  PrepareRequest: "DynamicValue config = 1",
  PrepareResponse: "DynamicValue prepared_config = 1; repeated Diagnostic diagnostics = 2",
  ConfigureRequest: "string terraform_version = 1; DynamicValue config = 2",
  TypedConfig: "string type_name = 1; DynamicValue config = 2",
  RawState: "bytes json = 1",
  UpgradeRequest: "string type_name = 1; int64 version = 2; RawState raw_state = 3",
  UpgradeResponse: "DynamicValue upgraded_state = 1; repeated Diagnostic diagnostics = 2",
  ReadRequest: "string type_name = 1; DynamicValue current_state = 2; bytes private = 3",
  ReadResponse: "DynamicValue new_state = 1; repeated Diagnostic diagnostics = 2; bytes private = 3",
  PlanRequest:
    "string type_name = 1; DynamicValue prior_state = 2; DynamicValue proposed_new_state = 3; DynamicValue config = 4; bytes prior_private = 5",
  PlanResponse:
    "DynamicValue planned_state = 1; repeated AttributePath requires_replace = 2; bytes planned_private = 3; repeated Diagnostic diagnostics = 4; bool legacy_type_system = 5",
  ApplyRequest:
    "string type_name = 1; DynamicValue prior_state = 2; DynamicValue planned_state = 3; DynamicValue config = 4; bytes planned_private = 5",
  ApplyResponse:
    "DynamicValue new_state = 1; bytes private = 2; repeated Diagnostic diagnostics = 3; bool legacy_type_system = 4",
  ImportRequest: "string type_name = 1; string id = 2",
  ImportResponse: "repeated Diagnostic diagnostics = 2",
  ReadDataResponse: "DynamicValue state = 1; repeated Diagnostic diagnostics = 2",
  OpenResponse: "repeated Diagnostic diagnostics = 1; DynamicValue result = 3; bytes private = 4",
  EphemeralRequest: "string type_name = 1; bytes private = 2",
  StopResponse: "string Error = 1",
};

const CALLS: Readonly<Record<string, readonly [request: string, response: string]>> = {
  GetMetadata: ["Empty", "GetMetadataResponse"],
  GetSchema: ["Empty", "GetSchemaResponse"],
  GetResourceIdentitySchemas: ["Empty", "Empty"],
  GetFunctions: ["Empty", "Empty"],
  PrepareProviderConfig: ["PrepareRequest", "PrepareResponse"],
  ValidateResourceTypeConfig: ["TypedConfig", "Diagnostics"],
  ValidateDataSourceConfig: ["TypedConfig", "Diagnostics"],
  ValidateEphemeralResourceConfig: ["TypedConfig", "Diagnostics"],
  UpgradeResourceState: ["UpgradeRequest", "UpgradeResponse"],
  Configure: ["ConfigureRequest", "Diagnostics"],
  ReadResource: ["ReadRequest", "ReadResponse"],
  PlanResourceChange: ["PlanRequest", "PlanResponse"],
  ApplyResourceChange: ["ApplyRequest", "ApplyResponse"],
  ImportResourceState: ["ImportRequest", "ImportResponse"],
  ReadDataSource: ["TypedConfig", "ReadDataResponse"],
  OpenEphemeralResource: ["TypedConfig", "OpenResponse"],
  RenewEphemeralResource: ["EphemeralRequest", "Diagnostics"],
  CloseEphemeralResource: ["EphemeralRequest", "Diagnostics"],
  Stop: ["Empty", "StopResponse"],
};

export const SERVICE = "tfplugin5.Provider";

/** The protocol as the gRPC library wants to read it. */
export function pluginProtocol(): { nested: Record<string, object> } {
  const messages = Object.entries(MESSAGES).map(([name, fields]) => [name, { fields: readFields(fields) }]);
  const methods = Object.entries(CALLS).map(([name, [requestType, responseType]]) => [
    name,
    { requestType, responseType },
  ]);
  const nested = { ...Object.fromEntries(messages), Provider: { methods: Object.fromEntries(methods) } };
  return { nested: { tfplugin5: { nested } } };
}

const FIELD = /(?:(repeated) |map<(\w+),)?(\w+)>? (\w+) = (\d+)/g;

function readFields(text: string): Record<string, object> {
  return Object.fromEntries(
    [...text.matchAll(FIELD)].map(([, rule, keyType, type, name, id]) => [
      name,
      { type, id: Number(id), ...(rule && { rule }), ...(keyType && { keyType }) },
    ]),
  );
}

import { describe, expect, it } from "vitest";
import { bindingOf } from "../../lib/testing/bindings.js";
import { EPHEMERAL_TYPES, ephemeralSchema } from "../../lib/testing/ephemeral-schemas.js";
import type { Block, NestedBlock } from "../../lib/testing/schema.js";
import { SLOW } from "../support/programs.js";
import { isKnown, type RealBlock, type RealNestedBlock, type RealSchema, realProvider } from "./real-schemas.js";

/**
 * What the bindings do not tell: objects that are neither blocks nor written like them, definitions without an end, and
 * lists in lists of sets.
 */
const UNKNOWABLE = [
  "aws_lexv2models_bot_version.locale_specification",
  "aws_quicksight_analysis.definition",
  "aws_quicksight_dashboard.definition",
  "aws_quicksight_template.definition",
  "aws_s3tables_table_bucket.encryption_configuration",
  "aws_wafv2_rule_group.rule.statement",
  "aws_wafv2_web_acl.rule.statement",
  "data.aws_networkmanager_core_network_policy_document.segment_actions.via.with_edge_override.edge_sets",
  "data.aws_quicksight_analysis.definition",
  "data.azurerm_site_recovery_replication_recovery_plan.recovery_group",
  "kubernetes_manifest.wait_for",
];

describe.each(["aws", "google", "azurerm", "kubernetes", "random"])(
  "schemas derived from the bindings of %s",
  SLOW,
  (provider) => {
    it.runIf(isKnown(provider))("are those of the provider itself, but for what bindings do not tell", () => {
      const real = realProvider(provider);
      const binding = bindingOf(provider);
      const differences = [
        ...differencesOf("provider", real.provider.block, binding.provider),
        ...compared(real.resource_schemas, "", (type) => binding.resource(type)),
        ...compared(real.data_source_schemas, "data.", (type) => binding.dataSource(type)),
      ];
      expect(differences.filter((difference) => !UNKNOWABLE.includes(difference.split(":")[0]))).toEqual([]);
    });
  },
);

describe("schemas of ephemeral resources", SLOW, () => {
  it.runIf(isKnown("aws"))("are those of the provider itself", () => {
    const real = realProvider("aws").ephemeral_resource_schemas ?? {};
    const written = EPHEMERAL_TYPES.filter((type) => type.startsWith("aws_"));
    expect(written.flatMap((type) => differencesOf(type, real[type].block, ephemeralSchema(type)!))).toEqual([]);
  });

  it("are not known for other types", () => {
    expect(ephemeralSchema("aws_vpc")).toBeUndefined();
  });
});

function compared(
  schemas: Readonly<Record<string, RealSchema>>,
  prefix: string,
  derived: (type: string) => Block,
): readonly string[] {
  return Object.entries(schemas).flatMap(([type, { block }]) =>
    differencesOf(`${prefix}${type}`, block, derived(type)),
  );
}

function differencesOf(path: string, real: RealBlock, derived: Block): readonly string[] {
  const { attributes = {}, block_types = {} } = real;
  return [
    ...union(attributes, derived.attributes).flatMap((name) => {
      const facts = attributes[name] && {
        type: sorted(attributes[name].type),
        required: attributes[name].required ?? false,
        optional: attributes[name].optional ?? false,
        computed: attributes[name].computed ?? false,
        writeOnly: attributes[name].write_only ?? false,
      };
      const own = derived.attributes[name] && {
        ...derived.attributes[name],
        type: sorted(derived.attributes[name].type),
      };
      return difference(`${path}.${name}`, facts, own);
    }),
    ...union(block_types, derived.blocks).flatMap((name) => {
      const [theirs, ours] = [block_types[name], derived.blocks[name]];
      const nested = theirs && ours ? differencesOf(`${path}.${name}`, theirs.block, ours.block) : [];
      return [...difference(`${path}.${name}`, theirs && recorded(theirs), ours && limits(ours)), ...nested];
    }),
  ];
}

/** Of limits, bindings record whether a block must stand, and whether it may stand more than once. */
function recorded({ nesting_mode, min_items = 0, max_items = 0 }: RealNestedBlock): object {
  return { nesting: nesting_mode, minItems: Math.min(min_items, 1), maxItems: max_items === 1 ? 1 : 0 };
}

function limits({ nesting, minItems, maxItems }: NestedBlock): object {
  return { nesting, minItems, maxItems };
}

function difference(path: string, real: object | undefined, derived: object | undefined): readonly string[] {
  const [theirs, ours] = [real, derived].map((facts) => JSON.stringify(facts && Object.entries(facts).sort()));
  return theirs === ours ? [] : [`${path}: the provider has ${theirs}, derived is ${ours}`];
}

function union(...records: readonly object[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

/** A type with its fields in order. */
function sorted(type: unknown): unknown {
  if (Array.isArray(type)) return type.map(sorted);
  if (typeof type !== "object" || type === null) return type;
  return Object.fromEntries(
    Object.entries(type)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, field]) => [name, sorted(field)]),
  );
}

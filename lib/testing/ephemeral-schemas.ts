import type { Attribute, Block, Type } from "./schema.js";

/** `name!` is required, `name?` optional, `name=` computed, `name?=` both; the type follows where it is not a string. */
const SCHEMAS: Readonly<Record<string, string>> = {
  aws_eks_cluster_auth: "name! token=",
  aws_secretsmanager_random_password:
    "exclude_characters? exclude_lowercase?:bool exclude_numbers?:bool exclude_punctuation?:bool exclude_uppercase?:bool include_space?:bool password_length?:number require_each_included_type?:bool random_password=",
  aws_secretsmanager_secret_version:
    "secret_id! arn= created_date= secret_binary= secret_string= version_id?= version_stage?= version_stages=:list",
  aws_ssm_parameter: "arn! name= type= value= version=:number with_decryption?=:bool",
  random_password:
    "length!:number lower?=:bool min_lower?=:number min_numeric?=:number min_special?=:number min_upper?=:number numeric?=:bool override_special? special?=:bool upper?=:bool bcrypt_hash= result=",
  google_client_config: "access_token= default_labels=:map id= project= region= zone=",
  google_secret_manager_secret_version:
    "secret! project?= version?= is_secret_data_base64?:bool create_time= destroy_time= enabled=:bool name= secret_data=",
  google_service_account_access_token: "target_service_account! scopes!:set delegates?:set lifetime? access_token=",
  azurerm_key_vault_secret: "name! key_vault_id! version?= expiration_date= not_before_date= value=",
};

const TYPES: Readonly<Record<string, Type>> = {
  bool: "bool",
  number: "number",
  list: ["list", "string"],
  set: ["set", "string"],
  map: ["map", "string"],
};

/** The schema of an ephemeral resource. The bindings have no classes for these, so they are written down here. */
export function ephemeralSchema(type: string): Block | undefined {
  const text = SCHEMAS[type];
  if (text === undefined) return undefined;
  const attributes = text.split(" ").map((word): [string, Attribute] => {
    const [, name, required, optional, computed, ofType] = /^(\w+)(!)?(\?)?(=)?(?::(\w+))?$/.exec(word)!;
    const is = { required: required === "!", optional: optional === "?", computed: computed === "=" };
    return [name, { type: TYPES[ofType] ?? "string", ...is, writeOnly: false }];
  });
  return { attributes: Object.fromEntries(attributes), blocks: {} };
}

export const EPHEMERAL_TYPES = Object.keys(SCHEMAS);

import { AWS_FORCE_NEW } from "./force-new-aws.js";

/**
 * What the clouds cannot change in place, by resource type, since bindings do not record it: on AWS as the provider answers,
 * elsewhere as it is documented for what is stateful or costly. What is not here is planned as changeable.
 */
export const FORCE_NEW: Readonly<Record<string, string>> = {
  ...AWS_FORCE_NEW,

  google_artifact_registry_repository: "repository_id format kms_key_name",
  google_compute_address: "address address_type subnetwork network_tier purpose",
  google_compute_disk: "type image snapshot",
  google_compute_firewall: "network direction",
  google_compute_global_address: "address address_type network prefix_length purpose",
  google_compute_global_forwarding_rule: "ip_address ip_protocol port_range load_balancing_scheme",
  google_compute_forwarding_rule: "ip_address ip_protocol port_range load_balancing_scheme network subnetwork",
  google_compute_instance:
    "metadata_startup_script boot_disk.initialize_params.image network_interface.network network_interface.subnetwork",
  google_compute_instance_template:
    "name_prefix machine_type metadata metadata_startup_script tags disk network_interface service_account shielded_instance_config scheduling",
  google_compute_managed_ssl_certificate: "managed.domains",
  google_compute_network: "auto_create_subnetworks",
  google_compute_region_instance_group_manager: "base_instance_name",
  google_compute_router: "network",
  google_compute_router_nat: "router",
  google_compute_ssl_certificate: "name_prefix certificate private_key",
  google_compute_subnetwork: "network purpose",
  google_container_cluster:
    "network subnetwork initial_node_count enable_autopilot cluster_ipv4_cidr ip_allocation_policy.cluster_secondary_range_name private_cluster_config.master_ipv4_cidr_block",
  google_container_node_pool: "name_prefix cluster node_config.service_account node_config.spot",
  google_dns_managed_zone: "dns_name visibility",
  google_dns_record_set: "managed_zone",
  google_kms_crypto_key: "key_ring purpose",
  google_project_iam_member: "project role member",
  google_redis_instance:
    "authorized_network connect_mode customer_managed_key location_id reserved_ip_range tier transit_encryption_mode",
  google_secret_manager_secret: "secret_id replication",
  google_secret_manager_secret_iam_member: "secret_id role member",
  google_secret_manager_secret_version: "secret secret_data secret_data_wo_version",
  google_service_account: "account_id project",
  google_service_account_iam_member: "service_account_id role member",
  google_service_networking_connection: "network service",
  google_sql_database: "instance charset collation",
  google_sql_database_instance: "encryption_key_name master_instance_name",
  google_sql_user: "instance host type",
  google_storage_bucket_iam_member: "bucket role member",

  azurerm_kubernetes_cluster:
    "dns_prefix node_resource_group private_cluster_enabled network_profile.network_plugin network_profile.service_cidr network_profile.dns_service_ip",
  azurerm_kubernetes_cluster_node_pool: "kubernetes_cluster_id vnet_subnet_id os_type os_disk_type priority zones",
  azurerm_key_vault: "tenant_id",
  azurerm_key_vault_secret: "key_vault_id",
  azurerm_linux_virtual_machine:
    "custom_data admin_username computer_name network_interface_ids source_image_reference zone",
  azurerm_linux_virtual_machine_scale_set: "admin_username computer_name_prefix zones",
  azurerm_lb: "sku",
  azurerm_managed_disk: "create_option zone hyper_v_generation",
  azurerm_postgresql_flexible_server: "administrator_login delegated_subnet_id private_dns_zone_id create_mode",
  azurerm_postgresql_flexible_server_database: "server_id charset collation",
  azurerm_private_dns_zone_virtual_network_link: "private_dns_zone_name virtual_network_id",
  azurerm_private_endpoint: "subnet_id",
  azurerm_public_ip: "sku allocation_method zones",
  azurerm_redis_cache: "subnet_id private_static_ip_address zones",
  azurerm_role_assignment: "scope role_definition_id role_definition_name principal_id",
  azurerm_storage_account: "account_kind is_hns_enabled",
  azurerm_storage_container: "storage_account_id storage_account_name",
  azurerm_subnet: "virtual_network_name",
  azurerm_federated_identity_credential: "parent_id",

  kubernetes_job_v1: "spec.template spec.completions spec.selector",
  kubernetes_persistent_volume_claim_v1: "spec.access_modes spec.storage_class_name",
  kubernetes_stateful_set_v1: "spec.service_name spec.volume_claim_template",

  random_id: "byte_length keepers prefix",
  random_password:
    "length keepers lower upper numeric special override_special min_lower min_upper min_numeric min_special",
  random_string:
    "length keepers lower upper numeric special override_special min_lower min_upper min_numeric min_special",
  random_uuid: "keepers",
};

/** What holds for all types of a kind. */
const BY_KIND: readonly (readonly [kind: RegExp, paths: string])[] = [
  [/^azurerm_/, "name resource_group_name location"],
  [/^google_(artifact|compute|container|dns|kms|redis|secret|sql|storage)_/, "name project region zone location"],
  [/^kubernetes_/, "metadata.name metadata.namespace metadata.generate_name"],
];

/** Dotted paths of the attributes of a type whose change replaces a resource that is configured like this. */
export function forceNew(type: string, configured: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const kinds = BY_KIND.filter(([kind]) => kind.test(type)).map(([, paths]) => paths);
  const paths = [FORCE_NEW[type], ...kinds].flatMap((text) => text?.split(" ") ?? []);
  const userData = configured.user_data_replace_on_change === true ? ["user_data", "user_data_base64"] : [];
  return [...new Set([...paths, ...userData])];
}

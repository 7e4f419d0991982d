/**
 * What the clouds cannot change in place, by resource type: bindings do not record it. The stateful and the costly types
 * are complete; a type that is not here is planned as changeable.
 */
const BY_TYPE: Readonly<Record<string, string>> = {
  aws_acm_certificate: "domain_name validation_method key_algorithm",
  aws_autoscaling_group: "name name_prefix",
  aws_cloudwatch_log_group: "name name_prefix",
  aws_db_instance:
    "identifier identifier_prefix engine username db_name storage_encrypted kms_key_id availability_zone character_set_name snapshot_identifier",
  aws_db_parameter_group: "name name_prefix family description",
  aws_db_subnet_group: "name name_prefix",
  aws_ebs_volume: "availability_zone encrypted kms_key_id snapshot_id",
  aws_ecr_repository: "name encryption_configuration.encryption_type encryption_configuration.kms_key",
  aws_efs_file_system: "encrypted kms_key_id performance_mode creation_token availability_zone_name",
  aws_efs_mount_target: "file_system_id subnet_id",
  aws_eip: "domain network_border_group",
  aws_eks_addon: "cluster_name addon_name",
  aws_eks_cluster:
    "name role_arn encryption_config.resources encryption_config.provider.key_arn kubernetes_network_config.service_ipv4_cidr",
  aws_eks_node_group:
    "cluster_name node_group_name node_group_name_prefix node_role_arn subnet_ids ami_type capacity_type disk_size instance_types",
  aws_elasticache_parameter_group: "name family",
  aws_elasticache_replication_group:
    "replication_group_id at_rest_encryption_enabled kms_key_id subnet_group_name port data_tiering_enabled snapshot_arns snapshot_name",
  aws_elasticache_subnet_group: "name",
  aws_elasticache_serverless_cache: "name kms_key_id subnet_ids",
  aws_iam_instance_profile: "name name_prefix path",
  aws_iam_policy: "name name_prefix path description",
  aws_iam_role: "name name_prefix path",
  aws_iam_role_policy: "name name_prefix role",
  aws_iam_role_policy_attachment: "role policy_arn",
  aws_instance:
    "ami availability_zone subnet_id private_ip key_name placement_group tenancy network_interface.network_interface_id root_block_device.encrypted root_block_device.kms_key_id",
  aws_internet_gateway_attachment: "internet_gateway_id vpc_id",
  aws_kms_alias: "name name_prefix",
  aws_kms_key: "key_usage customer_master_key_spec multi_region",
  aws_launch_template: "name name_prefix",
  aws_lb: "name name_prefix internal load_balancer_type",
  aws_lb_target_group: "name name_prefix port protocol protocol_version target_type vpc_id",
  aws_lb_listener: "load_balancer_arn",
  aws_nat_gateway: "allocation_id subnet_id connectivity_type",
  aws_network_interface: "subnet_id",
  aws_rds_cluster:
    "cluster_identifier engine engine_mode database_name master_username storage_encrypted kms_key_id db_subnet_group_name",
  aws_rds_cluster_instance: "cluster_identifier identifier engine db_subnet_group_name",
  aws_route: "route_table_id destination_cidr_block destination_ipv6_cidr_block",
  aws_route53_record: "zone_id name type",
  aws_route53_zone: "name",
  aws_route_table: "vpc_id",
  aws_route_table_association: "subnet_id gateway_id",
  aws_s3_bucket: "bucket bucket_prefix object_lock_enabled",
  aws_s3_bucket_lifecycle_configuration: "bucket",
  aws_s3_bucket_policy: "bucket",
  aws_s3_bucket_public_access_block: "bucket",
  aws_s3_bucket_server_side_encryption_configuration: "bucket",
  aws_s3_bucket_versioning: "bucket",
  aws_secretsmanager_secret: "name name_prefix",
  aws_secretsmanager_secret_version: "secret_id secret_string secret_binary secret_string_wo_version",
  aws_security_group: "name name_prefix description vpc_id",
  aws_security_group_rule:
    "security_group_id type from_port to_port protocol cidr_blocks source_security_group_id self",
  aws_subnet: "vpc_id cidr_block availability_zone availability_zone_id ipv6_native",
  aws_volume_attachment: "device_name instance_id volume_id",
  aws_vpc: "cidr_block instance_tenancy",
  aws_vpc_endpoint: "vpc_id service_name vpc_endpoint_type",
  aws_vpc_security_group_egress_rule: "security_group_id",
  aws_vpc_security_group_ingress_rule: "security_group_id",

  google_artifact_registry_repository: "repository_id location project format kms_key_name",
  google_compute_address: "name region project address address_type subnetwork network_tier purpose",
  google_compute_disk: "name zone project type image snapshot",
  google_compute_firewall: "name project network direction",
  google_compute_global_address: "name project address address_type network prefix_length purpose",
  google_compute_global_forwarding_rule: "name project ip_address ip_protocol port_range load_balancing_scheme",
  google_compute_forwarding_rule:
    "name project region ip_address ip_protocol port_range load_balancing_scheme network subnetwork",
  google_compute_health_check: "name project",
  google_compute_instance:
    "name zone project metadata_startup_script boot_disk.initialize_params.image network_interface.network network_interface.subnetwork",
  google_compute_instance_template:
    "name name_prefix region project machine_type metadata metadata_startup_script tags disk network_interface service_account shielded_instance_config scheduling",
  google_compute_managed_ssl_certificate: "name project managed.domains",
  google_compute_network: "name project auto_create_subnetworks",
  google_compute_region_instance_group_manager: "name region project base_instance_name",
  google_compute_router: "name region project network",
  google_compute_router_nat: "name region project router",
  google_compute_ssl_certificate: "name name_prefix project certificate private_key",
  google_compute_subnetwork: "name region project network purpose",
  google_container_cluster:
    "name location project network subnetwork initial_node_count enable_autopilot cluster_ipv4_cidr ip_allocation_policy.cluster_secondary_range_name private_cluster_config.master_ipv4_cidr_block",
  google_container_node_pool: "name name_prefix cluster location project node_config.service_account node_config.spot",
  google_dns_managed_zone: "name dns_name project visibility",
  google_dns_record_set: "name managed_zone project",
  google_kms_crypto_key: "name key_ring purpose",
  google_kms_key_ring: "name location project",
  google_project_iam_member: "project role member",
  google_redis_instance:
    "name region project authorized_network connect_mode customer_managed_key location_id reserved_ip_range tier transit_encryption_mode",
  google_secret_manager_secret: "secret_id project replication",
  google_secret_manager_secret_iam_member: "secret_id project role member",
  google_secret_manager_secret_version: "secret secret_data secret_data_wo_version",
  google_service_account: "account_id project",
  google_service_account_iam_member: "service_account_id role member",
  google_service_networking_connection: "network service",
  google_sql_database: "name instance project charset collation",
  google_sql_database_instance: "name region project encryption_key_name master_instance_name",
  google_sql_user: "name instance project host type",
  google_storage_bucket: "name location project",
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
  kubernetes_service_account_v1: "automount_service_account_token",
  kubernetes_stateful_set_v1: "spec.service_name spec.volume_claim_template",

  random_id: "byte_length keepers prefix",
  random_password:
    "length keepers lower upper numeric special override_special min_lower min_upper min_numeric min_special",
  random_string:
    "length keepers lower upper numeric special override_special min_lower min_upper min_numeric min_special",
  random_uuid: "keepers",
};

/** What holds for every type of a provider. */
const BY_PROVIDER: Readonly<Record<string, string>> = {
  azurerm: "name resource_group_name location",
  kubernetes: "metadata.name metadata.namespace metadata.generate_name",
};

/** Dotted paths of the attributes of a type whose change replaces the resource. */
export function forceNew(type: string, configured: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const provider = type.slice(0, type.indexOf("_"));
  const paths = [BY_TYPE[type], BY_PROVIDER[provider]].flatMap((text) => text?.split(" ") ?? []);
  return configured.user_data_replace_on_change === true ? [...paths, "user_data", "user_data_base64"] : paths;
}

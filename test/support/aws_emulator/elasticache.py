"""ElastiCache: parameter groups, the members of replication groups, and deleting what was created."""

import re

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound
from moto.elasticache.models import ElastiCacheBackend, ReplicationGroup
from moto.elasticache.responses import ElastiCacheResponse


class CacheParameterGroupNotFound(ServiceException):
    code = "CacheParameterGroupNotFound"


class CacheParameterGroupAlreadyExists(ServiceException):
    code = "CacheParameterGroupAlreadyExists"


class InvalidCacheParameterGroupState(ServiceException):
    code = "InvalidCacheParameterGroupState"


class InvalidParameterValue(ServiceException):
    code = "InvalidParameterValue"


FAMILIES = r"(redis|valkey)[678](\.x|\.\d)?"


class ParameterGroup:
    def __init__(self, backend, name, family, description):
        if not re.fullmatch(FAMILIES, family):
            raise InvalidParameterValue(f"CacheParameterGroupFamily {family} is not a valid parameter group family.")
        self.name = name
        self.family = family
        self.description = description
        self.parameters = {}
        self.arn = f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}"

    def answer(self):
        return {
            "CacheParameterGroupName": self.name,
            "CacheParameterGroupFamily": self.family,
            "Description": self.description,
            "ARN": self.arn,
        }


def parameter_group(backend, name):
    if name not in backend.parameter_groups:
        raise CacheParameterGroupNotFound(f"CacheParameterGroup {name} not found.")
    return backend.parameter_groups[name]


class Actions:
    """What moto's handler of requests lacks."""

    def create_cache_parameter_group(self):
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        if name in backend.parameter_groups:
            raise CacheParameterGroupAlreadyExists(f"Cache parameter group {name} already exists.")
        family, description = self._get_param("CacheParameterGroupFamily"), self._get_param("Description")
        group = ParameterGroup(backend, name, family, description)
        backend.parameter_groups[name] = group
        backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
        return ActionResult({"CacheParameterGroup": group.answer()})

    def describe_cache_parameter_groups(self):
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        groups = [parameter_group(backend, name)] if name else backend.parameter_groups.values()
        return ActionResult({"CacheParameterGroups": [group.answer() for group in groups]})

    def modify_cache_parameter_group(self):
        group = parameter_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        for parameter in self._get_param("ParameterNameValues", []):
            group.parameters[parameter["ParameterName"]] = parameter["ParameterValue"]
        return ActionResult({"CacheParameterGroupName": group.name})

    def describe_cache_parameters(self):
        group = parameter_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        # Defaults of the engine are not kept: only what was set is known, and that is what "user" asks for.
        values = [
            {"ParameterName": name, "ParameterValue": value, "Source": "user"}
            for name, value in group.parameters.items()
        ]
        return ActionResult({"Parameters": values})

    def delete_cache_parameter_group(self):
        backend = self.elasticache_backend
        group = parameter_group(backend, self._get_param("CacheParameterGroupName"))
        if any(used.cache_parameter_group_name == group.name for used in backend.replication_groups.values()):
            raise InvalidCacheParameterGroupState(f"One or more cache clusters are still members of {group.name}.")
        del backend.parameter_groups[group.name]
        return EmptyResult()

    def delete_cache_subnet_group(self):
        groups, name = self.elasticache_backend.cache_subnet_groups, self._get_param("CacheSubnetGroupName")
        if name not in groups:
            raise CacheSubnetGroupNotFound(name)
        del groups[name]
        return EmptyResult()


def install():
    for name in vars(Actions):
        if not name.startswith("_"):
            setattr(ElastiCacheResponse, name, vars(Actions)[name])
    create, delete = ElastiCacheBackend.create_replication_group, ElastiCacheBackend.delete_replication_group
    start = ElastiCacheBackend.__init__

    def __init__(self, *args, **kwargs):
        start(self, *args, **kwargs)
        self.parameter_groups = {}
        self.arn_regex = re.compile(self.arn_regex.pattern.replace("cluster|", "cluster|parametergroup|", 1))

    def create_replication_group(self, **arguments):
        parameter_group(self, arguments["cache_parameter_group_name"])
        if not arguments["num_node_groups"]:
            # moto counts replicas in the other way of saying it only.
            arguments["replicas_per_node_group"] = (arguments["num_cache_clusters"] or 1) - 1
        if arguments["transit_encryption_enabled"]:
            arguments["transit_encryption_mode"] = arguments["transit_encryption_mode"] or "required"
        group = create(self, **arguments)
        for cluster_id in group.member_clusters:
            self.cache_clusters[cluster_id] = cache_cluster(self, group, cluster_id)
        return group

    def delete_replication_group(self, replication_group_id, *args, **kwargs):
        group = delete(self, replication_group_id, *args, **kwargs)
        for cluster_id in group.member_clusters:
            self.cache_clusters.pop(cluster_id, None)
        del self.replication_groups[replication_group_id]
        return group

    ElastiCacheBackend.__init__ = __init__
    ElastiCacheBackend.create_replication_group = create_replication_group
    ElastiCacheBackend.delete_replication_group = delete_replication_group


def cache_cluster(backend, group, cluster_id):
    """A member as DescribeCacheClusters tells of it."""
    version = group.engine_version
    return {
        "CacheClusterId": cluster_id,
        "CacheClusterStatus": "available",
        "ARN": f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:cluster:{cluster_id}",
        "ReplicationGroupId": group.replication_group_id,
        "Engine": group.engine,
        "EngineVersion": version if version.count(".") == 2 else f"{version}.0",
        "CacheNodeType": group.cache_node_type,
        "NumCacheNodes": 1,
        "PreferredMaintenanceWindow": group.preferred_maintenance_window,
        "SnapshotRetentionLimit": group.snapshot_retention_limit,
        "SnapshotWindow": group.snapshot_window,
        "AutoMinorVersionUpgrade": group.auto_minor_version_upgrade,
        "CacheSubnetGroupName": group.cache_subnet_group_name,
        "CacheParameterGroup": {
            "CacheParameterGroupName": group.cache_parameter_group_name,
            "ParameterApplyStatus": "in-sync",
        },
        "SecurityGroups": [{"SecurityGroupId": id, "Status": "active"} for id in group.security_group_ids or []],
        "AuthTokenEnabled": group.auth_token_enabled,
        "TransitEncryptionEnabled": group.transit_encryption_enabled,
        "TransitEncryptionMode": group.transit_encryption_mode,
        "AtRestEncryptionEnabled": group.at_rest_encryption_enabled,
        "NetworkType": group.network_type,
        "IpDiscovery": group.ip_discovery,
    }

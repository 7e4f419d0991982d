"""EKS: the security group of a cluster and the Auto Scaling group of a node group, add-ons, and identities of pods."""

import itertools
import re

from moto.autoscaling.models import autoscaling_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse

VERSION = "v1.0.0-eksbuild.1"


class ResourceNotFoundException(ServiceException):
    code = "ResourceNotFoundException"


class ResourceInUseException(ServiceException):
    code = "ResourceInUseException"


class InvalidParameterException(ServiceException):
    code = "InvalidParameterException"


serial = itertools.count(1)


def found(things, key):
    if key not in things:
        raise ResourceNotFoundException(f"No {key} was found.")
    return things[key]


def role(arn):
    if not re.fullmatch(r"arn:aws:iam::\d{12}:role/.+", arn or ""):
        raise InvalidParameterException(f"{arn} is no role.")
    return arn


class Actions:
    """What moto's handler of requests lacks."""

    def describe_addon_versions(self):
        # One version of everything, for every version of Kubernetes.
        addon, kubernetes = self._get_param("addonName"), self._get_param("kubernetesVersion")
        compatible = [{"clusterVersion": kubernetes, "platformVersions": ["*"], "defaultVersion": True}]
        versions = [{"addonVersion": VERSION, "architecture": ["amd64", "arm64"], "compatibilities": compatible}]
        return ActionResult({"addons": [{"addonName": addon, "addonVersions": versions}]})

    def create_addon(self):
        cluster, name = self._cluster(), self._get_param("addonName")
        if name in cluster.addons:
            raise ResourceInUseException(f"Addon already exists: {name}")
        if self._get_param("addonVersion", VERSION) != VERSION:
            raise InvalidParameterException(f"Addon version is not supported: {self._get_param('addonVersion')}")
        cluster.addons[name] = {
            "addonName": name,
            "clusterName": cluster.name,
            "status": "ACTIVE",
            "addonVersion": VERSION,
            "health": {"issues": []},
            "addonArn": f"{cluster.arn.replace(':cluster/', ':addon/')}/{name}/{next(serial)}",
            "createdAt": cluster.created_at,
            "modifiedAt": cluster.created_at,
            "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
            "configurationValues": self._get_param("configurationValues"),
            "tags": self._get_param("tags", {}),
            "podIdentityAssociations": [
                self._associate("kube-system", association["serviceAccount"], association["roleArn"])["associationArn"]
                for association in self._get_param("podIdentityAssociations", [])
            ],
        }
        return ActionResult({"addon": cluster.addons[name]})

    def describe_addon(self):
        return ActionResult({"addon": found(self._cluster().addons, self._get_param("addonName"))})

    def list_addons(self):
        return ActionResult({"addons": list(self._cluster().addons)})

    def delete_addon(self):
        cluster, name = self._cluster(), self._get_param("addonName")
        addon = found(cluster.addons, name)
        for arn in addon["podIdentityAssociations"]:
            del cluster.associations[arn.split("/")[-1]]
        del cluster.addons[name]
        return ActionResult({"addon": {**addon, "status": "DELETING"}})

    def create_pod_identity_association(self):
        place = self._get_param("namespace"), self._get_param("serviceAccount")
        association = self._associate(*place, self._get_param("roleArn"), self._get_param("tags", {}))
        return ActionResult({"association": association})

    def describe_pod_identity_association(self):
        association = found(self._cluster().associations, self._get_param("associationId"))
        return ActionResult({"association": association})

    def list_pod_identity_associations(self):
        return ActionResult({"associations": list(self._cluster().associations.values())})

    def delete_pod_identity_association(self):
        associations, association_id = self._cluster().associations, self._get_param("associationId")
        association = found(associations, association_id)
        del associations[association_id]
        return ActionResult({"association": association})

    def _cluster(self):
        return found(self.eks_backend.clusters, self._get_param("name"))

    def _associate(self, namespace, service_account, role_arn, tags=None):
        cluster = self._cluster()
        for other in cluster.associations.values():
            if (other["namespace"], other["serviceAccount"]) == (namespace, service_account):
                raise ResourceInUseException("Association already exists: " + other["associationId"])
        association_id = f"a-{next(serial):017}"
        cluster.associations[association_id] = {
            "clusterName": cluster.name,
            "namespace": namespace,
            "serviceAccount": service_account,
            "roleArn": role(role_arn),
            "associationId": association_id,
            "associationArn": f"{cluster.arn.replace(':cluster/', ':podidentityassociation/')}/{association_id}",
            "tags": tags or {},
            "createdAt": cluster.created_at,
            "modifiedAt": cluster.created_at,
        }
        return cluster.associations[association_id]


PATHS = (
    r"/addons/supported-versions$",
    r"/clusters/(?P<name>[^/]+)/addons$",
    r"/clusters/(?P<name>[^/]+)/addons/(?P<addonName>[^/]+)$",
    r"/clusters/(?P<name>[^/]+)/pod-identity-associations$",
    r"/clusters/(?P<name>[^/]+)/pod-identity-associations/(?P<associationId>[^/]+)$",
)


def install():
    for path in PATHS:
        urls.url_paths["{0}" + path] = urls.response.dispatch
    for name in vars(Actions):
        if not name.startswith("__"):
            setattr(EKSResponse, name, vars(Actions)[name])
    create_cluster, create_nodegroup = EKSResponse.create_cluster, EKSResponse.create_nodegroup

    def create_cluster_completely(self):
        answer = create_cluster(self)
        complete_cluster(self, self.eks_backend.clusters[self._get_param("name")])
        return answer

    def create_nodegroup_completely(self):
        answer = create_nodegroup(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        complete_nodegroup(self, cluster.nodegroups[self._get_param("nodegroupName")])
        return answer

    EKSResponse.create_cluster = create_cluster_completely
    EKSResponse.create_nodegroup = create_nodegroup_completely
    delete_cluster, delete_nodegroup = EKSBackend.delete_cluster, EKSBackend.delete_nodegroup

    def delete_cluster_completely(self, name):
        cluster = delete_cluster(self, name)
        ec2(self).delete_security_group(group_id=cluster.resources_vpc_config["clusterSecurityGroupId"])
        return cluster

    def delete_nodegroup_completely(self, cluster_name, nodegroup_name):
        nodegroup = delete_nodegroup(self, cluster_name, nodegroup_name)
        for group in nodegroup.resources["autoScalingGroups"]:
            autoscaling(self).delete_auto_scaling_group(group["name"])
        return nodegroup

    EKSBackend.delete_cluster = delete_cluster_completely
    EKSBackend.delete_nodegroup = delete_nodegroup_completely


def ec2(backend):
    return ec2_backends[backend.account_id][backend.region_name]


def autoscaling(backend):
    return autoscaling_backends[backend.account_id][backend.region_name]


def complete_cluster(response, cluster):
    backend = response.eks_backend
    cluster.addons = {}
    cluster.associations = {}
    cluster.access_config = response._get_param("accessConfig")
    cluster.upgrade_policy = response._get_param("upgradePolicy") or {"supportType": "EXTENDED"}
    network = cluster.resources_vpc_config
    network["vpcId"] = ec2(backend).get_subnet(network["subnetIds"][0]).vpc_id
    group = ec2(backend).create_security_group(f"eks-cluster-sg-{cluster.name}", "EKS", vpc_id=network["vpcId"])
    network["clusterSecurityGroupId"] = group.id


def complete_nodegroup(response, nodegroup):
    """Its machines are made by Auto Scaling."""
    backend = response.eks_backend
    nodegroup.update_config = response._get_param("updateConfig")
    nodegroup.node_repair_config = response._get_param("nodeRepairConfig")
    nodegroup.remote_access = response._get_param("remoteAccess")
    del nodegroup.resources["remoteAccessSecurityGroup"]
    if nodegroup.launch_template:
        nodegroup.disk_size = None
    (group,) = nodegroup.resources["autoScalingGroups"]
    sizes = nodegroup.scaling_config
    autoscaling(backend).create_auto_scaling_group(
        name=group["name"],
        availability_zones=[],
        desired_capacity=0,
        max_size=sizes["maxSize"],
        min_size=0,
        instance_id=None,
        launch_config_name=None,
        launch_template={
            "LaunchTemplateId": nodegroup.launch_template["id"],
            "Version": nodegroup.launch_template["version"],
        },
        mixed_instances_policy=None,
        vpc_zone_identifier=",".join(nodegroup.subnets),
        default_cooldown=None,
        health_check_period=None,
        health_check_type="EC2",
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=[],
        tags=[],
    )

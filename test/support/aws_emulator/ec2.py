"""EC2: detailed monitoring can be switched, a network interface outlives the instance that it was given to, and the tags
of a launch template are not among those of what it launches."""

from copy import copy

from moto.core.responses import ActionResult
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import EC2Response


def monitor_instances(self):
    return switch_monitoring(self, "enabled")


def unmonitor_instances(self):
    return switch_monitoring(self, "disabled")


def switch_monitoring(response, state):
    instances = response.ec2_backend.get_multi_instances_by_id(response._get_param("InstanceIds", []))
    for instance in instances:
        instance.monitoring_state = state
    switched = [{"InstanceId": instance.id, "Monitoring": {"State": state}} for instance in instances]
    return ActionResult({"InstanceMonitorings": switched})


def install():
    EC2Response.monitor_instances = monitor_instances
    EC2Response.unmonitor_instances = unmonitor_instances
    end = Instance.terminate

    def terminate(self):
        kept = {index: nic for index, nic in self.nics.items() if not nic.delete_on_termination}
        # A terminated instance can still be asked for, addresses and all.
        remembered = {index: copy(nic) for index, nic in kept.items()}
        previous = end(self)
        for nic in kept.values():
            self.detach_eni(nic)
        self.nics.update(remembered)
        return previous

    add_version = LaunchTemplate.create_version

    def create_version(self, data, description):
        launched = [tags for tags in data.get("TagSpecifications", []) if tags["ResourceType"] != "launch-template"]
        return add_version(self, {**data, "TagSpecifications": launched}, description)

    Instance.terminate = terminate
    LaunchTemplate.create_version = create_version

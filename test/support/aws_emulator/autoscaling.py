"""Auto Scaling: the warm-up of a group is kept, and nothing is told of hooks and policies that nobody said."""

from moto.autoscaling.responses import AutoScalingResponse


def keep_warmup(self):
    warmup = self._get_int_param("DefaultInstanceWarmup")
    if warmup is not None:
        name = self._get_param("AutoScalingGroupName")
        self.autoscaling_backend.autoscaling_groups[name].default_instance_warmup = warmup


def keep_hook(self):
    group, name = self._get_param("AutoScalingGroupName"), self._get_param("LifecycleHookName")
    (hook,) = self.autoscaling_backend.describe_lifecycle_hooks(group, [name])
    hook.role_arn = self._get_param("RoleARN")
    hook.notification_target_arn = self._get_param("NotificationTargetARN")


def keep_policy(self):
    group, name = self._get_param("AutoScalingGroupName"), self._get_param("PolicyName")
    (policy,) = self.autoscaling_backend.describe_policies(group, [name], [])
    policy.enabled = self._get_bool_param("Enabled", True)
    policy.predictive_scaling_configuration = policy.predictive_scaling_configuration or None


def install():
    after("create_auto_scaling_group", keep_warmup)
    after("update_auto_scaling_group", keep_warmup)
    after("put_lifecycle_hook", keep_hook)
    after("put_scaling_policy", keep_policy)


def after(action, keep):
    answer = getattr(AutoScalingResponse, action)

    def respond(self):
        result = answer(self)
        keep(self)
        return result

    setattr(AutoScalingResponse, action, respond)

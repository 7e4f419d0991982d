"""RDS: what an instance was told of Performance Insights and enhanced monitoring is kept, and which parameters were set.

New instances have the certificate authority that an account has made its default. Here that is the one which the library
asks for: the provider cannot name one when it creates, and to modify would take another minute.
"""

from moto.rds.models import DBInstance, DBParameterGroup

AUTHORITY = "rds-ca-ecc384-g1"
KEPT = {
    "enable_performance_insights": "performance_insights_enabled",
    "performance_insights_retention_period": "performance_insights_retention_period",
    "performance_insights_kms_key_id": "performance_insights_kms_key_id",
    "monitoring_interval": "monitoring_interval",
    "monitoring_role_arn": "monitoring_role_arn",
}


def install():
    create = DBInstance.__init__

    def __init__(self, *args, **kwargs):
        create(self, *args, **{"ca_certificate_identifier": AUTHORITY, **kwargs})
        for argument, attribute in KEPT.items():
            if argument in kwargs:
                setattr(self, attribute, kwargs[argument])

    update = DBParameterGroup.update_parameters

    def update_parameters(self, new_parameters):
        update(self, [{**parameter, "Source": "user"} for parameter in new_parameters])

    DBInstance.__init__ = __init__
    DBParameterGroup.update_parameters = update_parameters

"""Systems Manager: the public parameter by which Canonical says which image is Ubuntu 24.04, in every region."""

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ssm.models import Parameter, ParameterDict

UBUNTU = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"


def install():
    load = ParameterDict._check_loading_status

    def _check_loading_status(self, key):
        load(self, key)
        if key == UBUNTU and not dict.__contains__(self, key):
            dict.__setitem__(self, key, [parameter(self.account_id, self.region_name)])

    ParameterDict._check_loading_status = _check_loading_status


def parameter(account_id, region):
    # moto's images are older than 24.04: any Ubuntu stands for it.
    images = ec2_backends[account_id][region].describe_images()
    image = next(image for image in images if str(image.name).startswith("ubuntu/images/"))
    return Parameter(
        account_id=account_id,
        name=UBUNTU,
        value=image.id,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow(),
        version=1,
        data_type="aws:ec2:image",
    )

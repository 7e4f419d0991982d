"""Route 53: zones that are there from the beginning, with the id that settings name."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.route53.models import HostedZoneIdentifier, route53_backends
from moto.utilities.id_generator import moto_id_manager


def add_zone(zone_id, domain):
    moto_id_manager.set_custom_id(HostedZoneIdentifier(DEFAULT_ACCOUNT_ID, domain, None), zone_id)
    route53_backends[DEFAULT_ACCOUNT_ID]["aws"].create_hosted_zone(domain, private_zone=False)

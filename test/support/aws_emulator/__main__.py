"""AWS on the loopback interface for Terraform's AWS provider: moto's server, and what the provider needs beyond it.

    python3 aws_emulator PORT [ZONE_ID=DOMAIN ...]

All state is in memory. Hosted zones named after the port are there from the beginning. What neither moto nor the modules
beside this one know is refused at once, so that a test fails where a gap is, and does not retry until it times out.
"""

import os
import sys

# Policies of AWS are attached by their ARN. Certificates are issued as soon as somebody asks.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

import autoscaling
import ec2
import ecr
import eks
import elasticache
import rds
import refusals
import route53
import s3
import ssm
from moto.server import main

for addition in (refusals, autoscaling, ec2, ecr, eks, elasticache, rds, s3, ssm):
    addition.install()
for zone in sys.argv[2:]:
    route53.add_zone(*zone.split("="))
main(["-H", "127.0.0.1", "-p", sys.argv[1]])

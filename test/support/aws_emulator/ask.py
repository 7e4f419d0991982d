"""Asks AWS what the first argument lists as JSON, [[service, operation, parameters], ...], and prints the answers."""

import json
import sys

import boto3

answers = []
for service, operation, *parameters in json.loads(sys.argv[1]):
    answer = getattr(boto3.client(service), operation)(**(parameters[0] if parameters else {}))
    answers.append({key: value for key, value in answer.items() if key != "ResponseMetadata"})
print(json.dumps(answers, default=str))

"""Prints a SAM template as CloudFormation gets it: after the SAM transform, as JSON.

Usage: AWS_DEFAULT_REGION=REGION python3 transform.py TEMPLATE

The transform asks boto3 for the region, to know the partition. It calls nothing.
"""

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Stands in for IAM, which the transform would ask for the ARNs of managed policies given by name."""

    def load(self):
        return {}


def main(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    # `sam deploy` puts the address of the uploaded bundle here; the transform refuses a local folder.
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/bundle.zip"
    json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout, indent=2)


if __name__ == "__main__":
    main(sys.argv[1])

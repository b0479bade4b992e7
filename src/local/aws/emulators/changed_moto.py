"""moto's server, with one change to moto 5.2.5: `changed_moto.py [moto_server's own arguments]`.

It has no filter `client-token`, by which the function finds a launch that CloudTrail left the answer out of.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
"""

from moto.ec2 import utils
from moto.server import main

utils.filter_dict_attribute_mapping["client-token"] = "client_token"
main()

"""moto's server, with two changes to moto 5.2.5: `changed_moto.py [moto_server's own arguments]`.

- It has no filter `client-token`, by which the function finds a launch that CloudTrail left the answer out of.
  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
- A call is of the account that its access key is of: 12 digits are that account, and accounts.py notes those of the
  sessions that MiniStack gives out. moto takes every key that it did not make for one and the same account's.
"""

import re

from accounts_of_sessions import account_of_session
from moto.core.responses import BaseResponse
from moto.ec2 import utils
from moto.iam import models
from moto.server import main


def account_of(access_key: str) -> str:
    if re.fullmatch(r"\d{12}", access_key):
        return access_key
    return account_of_session(access_key) or models.DEFAULT_ACCOUNT_ID


utils.filter_dict_attribute_mapping["client-token"] = "client_token"
BaseResponse.access_key_regex = re.compile(r"Credential=(\w+)/")
models.get_account_id_from = account_of
main()

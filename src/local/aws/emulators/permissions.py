"""IAM where MiniStack has none. With AUTH=true it evaluates each request that comes over the wire, those of functions
with their role. What AWS does without a request that one could see, it does unasked: Lambda's own calls with a
function's role, and the calls of EventBridge and CloudWatch with a resource's policy. Those are evaluated here.
"""

import json

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, sns, sqs


def apply() -> None:
    count_loopback_as_tls()
    know_the_source_of_events()
    take_a_batch_for_its_messages()
    name_calls_of_lambda()
    write_logs_with_the_role()


def count_loopback_as_tls() -> None:
    """The stack's queue and topic refuse plain HTTP, and nothing here speaks anything else."""
    iam_evaluator._request_origin = iam_evaluator.contextvars.ContextVar("request_origin", default=("127.0.0.1", True))
    app.pin_request_origin = lambda address, _secure: iam_evaluator._request_origin.set((address, True))


def know_the_source_of_events() -> None:
    """MiniStack does not know the condition key events:source of PutEvents.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    """
    tag_context = iam_actions.request_tag_context

    def context(service: str, action: str, body: bytes, params: dict) -> dict:
        keys = tag_context(service, action, body, params)
        if action == "events:PutEvents":
            keys["events:source"] = [entry.get("Source") for entry in json.loads(body).get("Entries", [])]
        return keys

    iam_actions.request_tag_context = context


def take_a_batch_for_its_messages() -> None:
    """A permission for one message is one for a batch of them; there is no action for the batch.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    extract = iam_actions.extract_iam_action

    def extract_of_one(service: str, *rest, **named):
        action = extract(service, *rest, **named)
        return action.removesuffix("Batch") if service == "sqs" and action else action

    iam_actions.extract_iam_action = extract_of_one


def name_calls_of_lambda() -> None:
    """MiniStack takes any call of a mapping's or a concurrency's path for one of them.
    https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
    """
    extract = iam_actions.extract_iam_action
    verbs = {
        "event-source-mappings/": {"GET": "Get", "PUT": "Update", "DELETE": "Delete"},
        "concurrency": {"GET": "Get", "PUT": "Put", "DELETE": "Delete"},
    }
    nouns = {"event-source-mappings/": "EventSourceMapping", "concurrency": "FunctionConcurrency"}

    def extract_by_verb(service: str, method: str, path: str, *rest, **named):
        for part, verb in verbs.items():
            if service == "lambda" and part in path and method in verb and not path.endswith("mappings/"):
                return f"lambda:{verb[method]}{nouns[part]}"
        return extract(service, method, path, *rest, **named)

    iam_actions.extract_iam_action = extract_by_verb


def write_logs_with_the_role() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"""
    write = lambda_svc._emit_lambda_logs

    def write_if_allowed(function: dict, *rest, **named) -> None:
        config = function.get("config") or function
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
        stream = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:log-stream:1"
        if all(function_may(config, action, stream) for action in ("logs:CreateLogStream", "logs:PutLogEvents")):
            write(function, *rest, **named)

    lambda_svc._emit_lambda_logs = write_if_allowed


def function_may(config: dict, action: str, resource: str) -> bool:
    """Whether a function's role allows an action."""
    key = execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    role = iam_evaluator.resolve_principal(key, get_account_id())
    context = iam_evaluator.EvalContext(
        principal_arn=role.arn,
        principal_type=role.type,
        principal_account=role.account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        principal_keys=role.keys,
    )
    return iam_evaluator.evaluate(context, role.policies, *role.limits).decision == "Allow"


def service_may(service: str, source: str, action: str, resource: str) -> bool:
    """Whether a function, queue or topic is there, and its policy lets a service in on behalf of a rule or an alarm."""
    find = {
        "lambda:InvokeFunction": lambda_svc.function_policy_for_arn,
        "sqs:SendMessage": sqs.queue_policy_for_arn,
        "sns:Publish": sns.topic_policy_for_arn,
    }[action]
    found = find(resource)
    if found is None:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="*",  # The service itself, and nobody of an account.
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={"aws:sourcearn": source, "aws:sourceaccount": get_account_id()},
    )
    return iam_evaluator.evaluate_resource_policy(found[0], context, service=service).decision == "Allow"

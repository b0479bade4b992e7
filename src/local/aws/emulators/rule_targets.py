"""What becomes of an event that EventBridge cannot deliver to a target. MiniStack drops it, and asks no policy.

- A target that is not there, or whose policy does not let the rule in, is not tried again: the event goes to the target's
  dead-letter queue at once. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
- Each is counted. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

import json

from ministack.core.arn import parse_arn
from ministack.services import cloudwatch, eventbridge, sqs
from permissions import service_may

ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}
PRINCIPAL = "events.amazonaws.com"


def apply() -> None:
    invoke = eventbridge._invoke_target

    def invoke_or_give_up(target: dict, event: dict, rule: dict, view=None) -> None:
        action = ACTIONS.get(parse_arn(target["Arn"]).service)
        if action is None or service_may(PRINCIPAL, rule["Arn"], action, target["Arn"]):
            invoke(target, event, rule, view)
            count(rule, "Invocations")
        else:
            view = view or eventbridge._pattern_event_view(event)
            count(rule, give_up(target, rule, view.event_with_detail()))

    eventbridge._invoke_target = invoke_or_give_up


def give_up(target: dict, rule: dict, event: dict) -> str:
    """Sends the event to the dead-letter queue; returns the metric that counts what came of it."""
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue is None:
        return "FailedInvocations"
    if not service_may(PRINCIPAL, rule["Arn"], "sqs:SendMessage", queue):
        return "InvocationsFailedToBeSentToDlq"
    attributes = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "The target is not there, or does not let the rule in.",
    }
    url = sqs._queue_by_arn(queue)["url"]
    message = {
        "QueueUrl": url,
        "MessageBody": json.dumps(event),
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    }
    sqs._act_send_message(message, url)
    return "InvocationsSentToDlq"


def count(rule: dict, metric: str) -> None:
    """By the rule's name alone on the default bus, and by both names on another."""
    bus = rule.get("EventBusName") or "default"
    of_bus = {} if bus == "default" else {"EventBusName": bus}
    cloudwatch.record_metric("AWS/Events", metric, 1, "Count", {**of_bus, "RuleName": rule["Name"]})

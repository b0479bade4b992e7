"""CloudWatch's metrics and alarms, as far as MiniStack lacks them.

- Metrics of SQS, and those that a function writes into its log in the embedded metric format.
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
- An alarm looks at the metric with its own dimensions, period by period, again and again, and takes missing data as it
  is told to. MiniStack looks when a metric is put, whatever its dimensions, and at all periods as one.
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
- It tells a topic whose policy lets it in.

Not as on AWS: a minute of an alarm's period lasts MINUTE.
"""

import json
import threading
import time

import async_events
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch, lambda_svc, sns, sqs
from permissions import service_may

MINUTE = 1.0  # seconds

BREACHES = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
}


FUNCTION_INVOKER = "lambda.alarms.cloudwatch.amazonaws.com"


def apply() -> None:
    count_sent_messages()
    read_metrics_in_logs()
    ask_the_topics_policy()
    cloudwatch._evaluate_alarm = evaluate
    # It would lose what comes meanwhile, and nothing here is two weeks old.
    cloudwatch._evict_old_metrics = lambda: None
    threading.Thread(target=tick, daemon=True).start()


def count_sent_messages() -> None:
    send = sqs._act_send_message

    def send_and_count(data: dict, queue_url: str) -> dict:
        answer = send(data, queue_url)
        name = (data.get("QueueUrl") or queue_url).rsplit("/", 1)[-1]
        cloudwatch.record_metric("AWS/SQS", "NumberOfMessagesSent", 1, "Count", {"QueueName": name})
        return answer

    sqs._act_send_message = send_and_count
    for table in vars(sqs).values():
        if isinstance(table, dict) and table.get("SendMessage") is send:
            table["SendMessage"] = send_and_count


def read_metrics_in_logs() -> None:
    write = lambda_svc._emit_lambda_logs

    def write_and_read(function: dict, request_id: str, text: str, *rest, **named) -> None:
        write(function, request_id, text, *rest, **named)
        for line in filter(lambda line: '"_aws"' in line, (text or "").splitlines()):
            record_embedded(json.loads(line))

    lambda_svc._emit_lambda_logs = write_and_read


def record_embedded(line: dict) -> None:
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for keys in directive["Dimensions"]:
            dimensions = {key: line[key] for key in keys}
            for metric in directive["Metrics"]:
                name, unit = metric["Name"], metric.get("Unit", "None")
                cloudwatch.record_metric(directive["Namespace"], name, line[name], unit, dimensions)


def ask_the_topics_policy() -> None:
    dispatch = cloudwatch._dispatch_alarm_actions

    def dispatch_if_allowed(alarm: dict, *states) -> None:
        actions = {"ALARM": "AlarmActions", "OK": "OKActions"}.get(states[1])
        targets = alarm.get(actions) or []
        source = alarm["AlarmArn"]
        topics = [
            target
            for target in targets
            if ":sns:" in target and service_may("cloudwatch.amazonaws.com", source, "sns:Publish", target)
        ]
        dispatch({**alarm, actions: topics}, *states)
        for target in targets:
            if ":lambda:" in target and service_may(FUNCTION_INVOKER, source, "lambda:InvokeFunction", target):
                async_events.offer(lambda_svc._functions[target.rsplit(":", 1)[-1]], state_change(alarm, *states))

    cloudwatch._dispatch_alarm_actions = dispatch_if_allowed


def state_change(alarm: dict, old: str, new: str, reason: str) -> dict:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html"""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime())
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": get_account_id(),
        "time": now,
        "region": get_region(),
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": {"value": new, "reason": reason, "timestamp": now},
            "previousState": {"value": old},
        },
    }


def tick() -> None:
    while True:
        time.sleep(MINUTE / 4)
        for (account, region, name), queue in sqs._queues.all_items():
            with request_scope(account, region):
                measure(name.rsplit("/", 1)[-1], queue)
        for (account, region, _name), alarm in cloudwatch._alarms.all_items():
            with request_scope(account, region):
                evaluate(alarm)


def measure(name: str, queue: dict) -> None:
    now = time.time()
    messages = queue["messages"]
    visible = sum(1 for message in messages if message["visible_at"] <= now)
    dimensions = {"QueueName": name}
    cloudwatch.record_metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", visible, "Count", dimensions)
    if messages:
        age = now - min(message["sent_at"] for message in messages)
        cloudwatch.record_metric("AWS/SQS", "ApproximateAgeOfOldestMessage", age, "Seconds", dimensions)


def evaluate(alarm: dict) -> None:
    dimensions = cloudwatch._dims_key({each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])})
    points = cloudwatch._metrics.get((alarm.get("Namespace"), alarm.get("MetricName"), dimensions))
    if not points:
        return  # Never any data: the alarm stays as it was made, or as somebody set it.
    length = alarm["Period"] / 60 * MINUTE
    now = time.time()
    periods = [
        is_breaching(alarm, [point for point in points if now - (n + 1) * length <= point["Timestamp"] < now - n * length])
        for n in range(alarm["EvaluationPeriods"])
    ]
    old, new = alarm["StateValue"], "ALARM" if all(periods) else "OK"
    if old == new:
        return
    reason = f"Threshold Crossed: {alarm['MetricName']} {alarm['ComparisonOperator']} {alarm['Threshold']}"
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(now))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)


def is_breaching(alarm: dict, points: list) -> bool:
    if not points:
        return alarm.get("TreatMissingData") == "breaching"
    value = cloudwatch._calc_stats(points)[alarm["Statistic"]]
    return BREACHES[alarm["ComparisonOperator"]](value, alarm["Threshold"])

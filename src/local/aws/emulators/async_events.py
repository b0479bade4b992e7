"""Lambda's queue of asynchronous events, as its documentation describes it.

- A throttled event waits for its turn; that uses up no retry.
- A try that fails is tried again, at most MaximumRetryAttempts times.
- Without concurrency (reserved: 0), an event goes to the OnFailure destination without a try.
- What has failed for good, or is older than MaximumEventAgeInSeconds, goes to the OnFailure destination, in the form
  that Lambda's documentation shows.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html

Not as on AWS: the waits before the retries are RETRY_WAITS instead of one and two minutes.
"""

import json
import queue
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ministack.core.responses import new_uuid
from ministack.services import cloudwatch, lambda_svc, sqs
from permissions import function_may

RETRY_WAITS = [1.0, 2.0]  # seconds

# Of a function that reserves nothing; a new account has as much for all of its functions of a region.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNRESERVED_CONCURRENCY = 10


@dataclass
class Delivery:
    function_name: str
    event: object
    request_id: str = field(default_factory=new_uuid)
    offered_at: float = field(default_factory=time.time)
    tries: int = 0
    concurrent: int = 0  # Tries of the function under way when this one began, itself included.


def offer(function: dict, event: object) -> None:
    """Takes an event for a function, and returns at once."""
    config = function.get("config") or function
    _queue_of(config).offer(Delivery(config["FunctionName"], event))


class EventQueue:
    """The events of one function, and a thread that starts as many tries at a time as its concurrency allows."""

    def __init__(self, config: dict) -> None:
        self._config = config  # Tells the account and the region.
        self._waiting: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._running = 0
        self._changed = threading.Condition()
        threading.Thread(target=self._hand_out, daemon=True).start()

    def offer(self, delivery: Delivery) -> None:
        self._waiting.put(delivery)

    def _hand_out(self) -> None:
        while True:
            delivery = self._waiting.get()
            with self._changed:
                # The timeout is for a concurrency that is raised while the queue waits.
                while self._running >= self._concurrency(delivery) > 0:
                    self._in_scope(_record_throttle, delivery)
                    self._changed.wait(timeout=0.5)
                if self._concurrency(delivery) == 0:
                    self._in_scope(_give_up, delivery)
                    continue
                self._running += 1
                delivery.concurrent = self._running
            threading.Thread(target=self._try, args=(delivery,), daemon=True).start()

    def _concurrency(self, delivery: Delivery) -> int:
        function = self._in_scope(_function, delivery) or {}
        reserved = lambda_svc._reserved_concurrency(function, {})
        return UNRESERVED_CONCURRENCY if reserved is None else reserved

    def _try(self, delivery: Delivery) -> None:
        try:
            wait = self._in_scope(_try_once, delivery)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify()
        if wait is not None:
            threading.Timer(wait, self.offer, args=(delivery,)).start()

    def _in_scope(self, callback, delivery: Delivery):
        return lambda_svc._run_with_function_config_scope(self._config, callback, delivery)


_queues: dict[str, EventQueue] = {}
_queues_lock = threading.Lock()


def _queue_of(config: dict) -> EventQueue:
    with _queues_lock:
        return _queues.setdefault(lambda_svc._inflight_key(config), EventQueue(config))


def _function(delivery: Delivery) -> dict | None:
    """As it is now: an update may have come since the event. None when it was deleted."""
    return lambda_svc._functions.get(delivery.function_name)


def _give_up(delivery: Delivery) -> None:
    function = _function(delivery)
    if function is not None:
        _send_failure(_settings(function), "EventAgeExceeded", function, delivery, {})


def _settings(function: dict) -> dict:
    return (function.get("event_invoke_configs") or {}).get("$LATEST") or {}


def _try_once(delivery: Delivery) -> float | None:
    """Seconds until the next try, or None when there is none to come."""
    function = _function(delivery)
    if function is None:
        return None  # Deleted: its events go with it.
    started = time.time()
    result = lambda_svc._execute_function(function, delivery.event)
    if result.get("throttle"):
        _record_throttle(delivery)
        return 0.1
    _record("AsyncEventAge", (started - delivery.offered_at) * 1000, "Milliseconds", delivery)
    failed = bool(result.get("error"))
    _count(delivery, started, failed)
    if not failed:
        return None

    delivery.tries += 1
    settings = _settings(function)
    retries = settings.get("MaximumRetryAttempts", 2)
    age_limit = settings.get("MaximumEventAgeInSeconds", 21600)
    if delivery.tries > retries:
        _send_failure(settings, "RetriesExhausted", function, delivery, result)
        return None
    wait = RETRY_WAITS[delivery.tries - 1]
    if time.time() + wait - delivery.offered_at > age_limit:
        _send_failure(settings, "EventAgeExceeded", function, delivery, result)
        return None
    return wait


def _count(delivery: Delivery, started: float, failed: bool) -> None:
    duration = (time.time() - started) * 1000
    lambda_svc._emit_lambda_metrics(delivery.function_name, duration, error=failed, throttle=False)
    _record("ConcurrentExecutions", delivery.concurrent, "Count", delivery)


def _record_throttle(delivery: Delivery) -> None:
    _record("Throttles", 1, "Count", delivery)


def _record(metric: str, value: float, unit: str, delivery: Delivery) -> None:
    """Lambda's own metrics: MiniStack counts only what it invokes itself, and does not know those of queued events.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """
    cloudwatch.record_metric("AWS/Lambda", metric, value, unit, {"FunctionName": delivery.function_name})


def _send_failure(settings: dict, condition: str, function: dict, delivery: Delivery, result: dict) -> None:
    target = settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if target is None:
        return
    queue_record = sqs._queue_by_arn(target)
    if queue_record is None or not function_may(function["config"], "sqs:SendMessage", target):
        _record("DestinationDeliveryFailures", 1, "Count", delivery)
        return
    now = datetime.now(timezone.utc)
    record = {
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": delivery.request_id,
            "functionArn": f"{function['config']['FunctionArn']}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": delivery.tries,
        },
        "requestPayload": delivery.event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": result.get("body"),
    }
    message = {"QueueUrl": queue_record["url"], "MessageBody": json.dumps(record)}
    sqs._act_send_message(message, queue_record["url"])

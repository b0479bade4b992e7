"""How a queue's messages come to a function. MiniStack hands over what there is at once, ten messages at most; Lambda
collects up to BatchSize of them within MaximumBatchingWindowInSeconds.

Not as on AWS: the window is WINDOW, whatever the mapping says.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

import time

from ministack.services import lambda_svc, sqs

WINDOW = 1.0  # seconds
MOST_AT_ONCE = 10


def apply() -> None:
    collect_batches()
    take_numbers()


def collect_batches() -> None:
    receive = sqs._receive_messages_for_esm
    began: dict[str, float] = {}

    def receive_batch(queue_url: str, size: int) -> list[dict]:
        if size <= MOST_AT_ONCE:
            return receive(queue_url, size)
        visible = count_visible(queue_url)
        if visible == 0:
            return []
        since = began.setdefault(queue_url, time.time())
        if visible < size and time.time() - since < WINDOW:
            return []
        began.pop(queue_url)
        batch: list[dict] = []
        while len(batch) < size and (more := receive(queue_url, size - len(batch))):
            batch.extend(more)
        return batch

    sqs._receive_messages_for_esm = receive_batch


def take_numbers() -> None:
    """CloudFormation gives a mapping the number that a reference to a parameter stands for; MiniStack gives the text."""
    allowed = lambda_svc._sqs_esm_concurrency

    def allowed_number(mapping: dict, *rest):
        scaling = mapping.get("ScalingConfig") or {}
        if "MaximumConcurrency" in scaling:
            scaling["MaximumConcurrency"] = int(scaling["MaximumConcurrency"])
        return allowed(mapping, *rest)

    lambda_svc._sqs_esm_concurrency = allowed_number


def count_visible(queue_url: str) -> int:
    now = time.time()
    with sqs._queues_lock:
        messages = sqs._get_q(queue_url)["messages"]
        return sum(message.get("visible_at", message["sent_at"]) <= now for message in messages)

"""What the stack tests change about MiniStack 1.5.33, and why. Each change makes it do as AWS's documentation says."""

import json
import queue

import accounts
import alarms
import async_events
import permissions
import rule_targets
import second_looks
from ministack.core import lambda_runtime
from ministack.services import eventbridge, lambda_svc
from ministack.services.cloudformation import provisioners

END_OF_LOG = "END OF LOG"


def apply(node: str, runtime: str) -> None:
    let_tests_play_aws()
    deliver_as_asynchronous_events()
    run_functions_on(node, runtime)
    reserve_concurrency()
    permissions.apply()
    rule_targets.apply()
    accounts.apply()
    second_looks.apply()
    alarms.apply()


def let_tests_play_aws() -> None:
    """PutEvents refuses sources that begin with `aws.`, as AWS does. The tests write what CloudTrail would."""
    eventbridge._put_events.__defaults__ = (True,)


def deliver_as_asynchronous_events() -> None:
    """MiniStack hands a rule's event to the function once, without Lambda's retries, and counts a throttled try as
    a failed one. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """

    def deliver(arn: str, payload: str) -> None:
        function, _config, _name = lambda_svc._get_func_record_for_ref(arn)
        if function is not None:
            async_events.offer(function, json.loads(payload))

    eventbridge._dispatch_to_lambda = deliver
    lambda_svc.invoke_async_with_retry = async_events.offer


def run_functions_on(node: str, runtime: str) -> None:
    """MiniStack's own Node.js runtime forgets an error's name and ends the process after each error. Lambda hands the
    name on as `errorType`, and keeps the process warm, with whatever state the error left in it.
    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
    """
    script = f"import({json.dumps(runtime)});"
    lambda_runtime._detect_runtime_binary = lambda _name: (node, script)
    execute = lambda_svc._execute_function_warm

    def execute_and_unwrap(function: dict, event: object, request_id: str) -> dict:
        result = execute(function, event, request_id)
        if result.get("error"):
            return result  # The process did not start, or ran out of time.
        answer = result["body"]
        if "error" in answer:
            return {**result, "body": answer["error"], "error": True}
        return {**result, "body": answer.get("value")}

    lambda_svc._execute_function_warm = execute_and_unwrap
    lambda_runtime.Worker._drain_stderr_bounded = log_of_invocation


def log_of_invocation(worker: lambda_runtime.Worker) -> str:
    """MiniStack takes what has come within milliseconds of the answer for the whole log; what comes later it shows with
    the next invocation, or never. The runtime marks the end instead.
    """
    lines = []
    try:
        while (line := worker._stderr_queue.get(timeout=1)) != END_OF_LOG:
            lines.append(line)
    except queue.Empty:
        pass  # The process has died.
    return "\n".join(lines)


def reserve_concurrency() -> None:
    """MiniStack's CloudFormation ignores ReservedConcurrentExecutions; its Lambda knows it.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
    """
    handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]

    def reserve(name: str, properties: dict) -> None:
        reserved = properties.get("ReservedConcurrentExecutions")
        if reserved is None:
            lambda_svc._delete_function_concurrency(name)
        else:
            lambda_svc._put_function_concurrency(name, {"ReservedConcurrentExecutions": int(reserved)})

    create, update = handler["create"], handler["update"]

    def create_and_reserve(logical_id, properties, stack_name):
        result = create(logical_id, properties, stack_name)
        reserve(result[0], properties)
        return result

    def update_and_reserve(physical_id, old, new, stack_name, logical_id=None):
        result = update(physical_id, old, new, stack_name, logical_id)
        reserve(result[0], new)
        return result

    handler.update({"create": create_and_reserve, "update": update_and_reserve})


"""Cloud Custodian's own Lambda entry as a process: answers each line of stdin (an event) on file descriptor 3."""

import json
import os
import resource
import sys

from c7n import handler


class Context:
    aws_request_id = "0d7c6a8e-6c0e-4a41-9f57-6a1f0e2d9c11"
    function_name = "custodian-nameless"
    function_version = "$LATEST"
    memory_limit_in_mb = "512"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:custodian-nameless"

    @staticmethod
    def get_remaining_time_in_millis():
        return 30_000


def invoke(line):
    try:
        return {"answer": handler.dispatch_event(json.loads(line), Context())}
    except Exception as error:
        return {"error": repr(error)}


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpuMs": (used.ru_utime + used.ru_stime) * 1000, "peakKb": peak_kb()}


def peak_kb():
    """Of this program alone: ru_maxrss of Linux counts the program that started it as well."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


with os.fdopen(3, "w") as answers:
    for line in sys.stdin:
        print(json.dumps(usage() if line == '"usage"\n' else invoke(line)), file=answers, flush=True)

"""Local AWS for the stack tests, all on loopback: MiniStack, with what emulator_changes.py changes about it; moto for
EC2; and microburst in front of moto, for faults.

usage: local_aws.py NODE RUNTIME SEED

NODE is the Node.js that functions run on, in the script RUNTIME; SEED makes microburst's dice fall the same way in
every run. Ports are free ones, unless MINISTACK_PORT, MOTO_PORT or MICROBURST_PORT names one.

stdout gets one line of JSON once all three answer; logs go to stderr. stdin is the lifeline: it ends when whoever
started this ends, in whatever way, and then everything here ends with it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

LOOPBACK = "127.0.0.1"
HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {"MINISTACK": "MiniStack", "MOTO": "moto", "MICROBURST": "microburst"}


def main() -> None:
    node, runtime, seed = sys.argv[1:]
    ports = {name: choose_port(name) for name in NAMES}
    url = {name: f"http://{LOOPBACK}:{port}" for name, port in ports.items()}

    # All processes from here on are of one group, and all files in one folder, so that both can be ended as one.
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    workdir = tempfile.mkdtemp(prefix="stack-test-")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    try:
        settings = ministack_settings(ports["MINISTACK"], url["MOTO"], workdir)
        servers = {
            "MOTO": start("changed_moto.py", ["-H", LOOPBACK, "-p", str(ports["MOTO"])], workdir),
            "MICROBURST": start(
                "seeded_microburst.py",
                [seed, "--upstream", url["MOTO"], "--port", str(ports["MICROBURST"])],
                workdir,
            ),
            "MINISTACK": start("changed_ministack.py", [node, runtime], workdir, settings),
        }
        for name, server in servers.items():
            wait_for(name, server, ports[name])
        print(json.dumps({"aws": url["MINISTACK"], "ec2": url["MOTO"], "faultyEc2": url["MICROBURST"]}), flush=True)
        sys.stdin.buffer.read()
    finally:
        end(workdir)


def ministack_settings(port: int, ec2: str, workdir: str) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        # Functions inherit it. MiniStack's own EC2 knows no instance-id filter and no termination protection.
        "AWS_ENDPOINT_URL_EC2": ec2,
        "MINISTACK_ACCOUNT_ID": "123456789012",  # moto's own, so that all of it is one account.
        "S3_DATA_DIR": os.path.join(workdir, "s3"),
        # No Docker, even where there is one: functions are processes.
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{workdir}/no-docker.sock",
        # Unlimited: MiniStack counts all regions together, so that the test in one would throttle the test in another.
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        # Listeners of other services, which would take fixed ports on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "LOG_LEVEL": "WARNING",
    }


def choose_port(name: str) -> int:
    """The port that NAME_PORT asks for, or a free one. Ends with one line when it is in use."""
    wanted = os.environ.get(f"{name}_PORT", "0")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, int(wanted)))
        except (OSError, ValueError, OverflowError) as error:
            sys.exit(
                f"Port {wanted} for {NAMES[name]} cannot be used ({error}). "
                f"End what listens there, or unset {name}_PORT to take a free one."
            )
        return probe.getsockname()[1]


def start(script: str, arguments: list[str], workdir: str, settings: dict[str, str] | None = None) -> subprocess.Popen:
    environment = {**os.environ, "TMPDIR": workdir, **(settings or {})}
    command = [sys.executable, os.path.join(HERE, script), *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment)


def wait_for(name: str, server: subprocess.Popen, port: int) -> None:
    while True:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None:
                sys.exit(f"{NAMES[name]} ended before it answered; what it said is above.")
            time.sleep(0.05)


def end(workdir: str) -> None:
    """Ends the whole group, this process last."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)
    time.sleep(0.3)
    shutil.rmtree(workdir, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()

"""`python -m ari_app.web`, as `hotline up` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx


def test_the_process_prints_the_first_password_serves_and_stops(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "HOTLINE_STATE": str(tmp_path), "HOTLINE_WEB__PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ari_app.web"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("first login: user admin, one-time password ")
        assert _healthy(f"http://127.0.0.1:{port}", at_most_s=60)
    finally:
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=60)
    # There is no controller here, which is told once.
    assert ["the monitor waits for the controller" in line for line in output.splitlines()] == [True]
    assert errors == ""
    assert process.returncode in {0, -signal.SIGTERM}


def _healthy(address: str, at_most_s: float) -> bool:
    deadline = time.monotonic() + at_most_s
    with httpx.Client(transport=httpx.HTTPTransport(retries=3)) as client:
        while time.monotonic() < deadline:
            try:
                return client.get(f"{address}/healthz").json() == {"status": "ok"}
            except httpx.ConnectError:
                continue
    return False

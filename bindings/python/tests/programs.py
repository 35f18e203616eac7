"""Programs in processes of their own, so that a hang is a failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import sambung

PACKAGE = str(Path(sambung.__file__).parent.parent)
BEGIN = """
import asyncio, multiprocessing, os, signal, sys, threading, time
import sambung
from sambung.testing import ScriptedProvider

def desk_of(engine):
    return engine.workspace("acme", "ada@example.com", create=True)

def until_it_waits(thread):
    # and not for the lock of the interpreter, which nobody has meanwhile
    asleep = 0
    while asleep < 5:
        with open(f"/proc/self/task/{thread.native_id}/stat") as stat:
            asleep = asleep + 1 if stat.read().rpartition(")")[2].split()[0] == "S" else 0
        time.sleep(0.005)

COUNTED = "".join(f"{number} " for number in range(200))

class Counting(sambung.Provider):
    async def stream(self, request):
        for word in COUNTED.split():
            yield word + " "
            await asyncio.sleep(0.003)
"""


def start(code: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(code)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def interrupted(process: subprocess.Popen[str]) -> float:
    """Ctrl-C, once its main thread sleeps: in the call behind the line that it has printed. When that was."""
    until = time.monotonic() + 60
    while psutil.Process(process.pid).status() != psutil.STATUS_SLEEPING:
        assert time.monotonic() < until, "it does not wait"
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    return time.monotonic()


def told(log: pytest.LogCaptureFixture) -> list[str]:
    """What Sambung's logger said, but for calls that took long: a busy machine has some."""
    ours = (record for record in log.records if record.name.startswith("sambung"))
    return [record.getMessage() for record in ours if getattr(record, "event", "") != "slow_query"]


def run(code: str, expected: int = 0) -> str:
    process = start(code)
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"it hangs: {process.communicate()}") from None
    assert process.returncode == expected, err
    return out


def finished(process: subprocess.Popen[str]) -> str:
    """What else it printed, behind the lines that were read already; it ends well."""
    assert process.stdout is not None and process.stderr is not None
    with process:  # communicate() knows nothing of what stands in the buffer behind a line
        out, err = process.stdout.read(), process.stderr.read()
    assert process.returncode == 0, err
    return out

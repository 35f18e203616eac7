"""The logger `sambung`: what engines and providers tell, off until the application wants it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
import threading
import typing
from pathlib import Path

import pytest
import sambung
from sambung import providers
from sambung.testing import ScriptedProvider

PACKAGE = str(Path(sambung.__file__).parent.parent)


class Collected(logging.Handler):
    """What is told, for a test that waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._told = threading.Condition()

    def emit(self, record: logging.LogRecord) -> None:
        with self._told:
            self.records.append(record)
            self._told.notify_all()

    def expect(self, event: str) -> logging.LogRecord:
        def found() -> logging.LogRecord | None:
            return next((one for one in self.records if getattr(one, "event", "") == event), None)

        with self._told:
            self._told.wait_for(lambda: found() is not None, 20.0)
        record = found()
        assert record is not None, [one.getMessage() for one in self.records]
        return record


@pytest.fixture
def told() -> typing.Iterator[Collected]:
    log, handler = logging.getLogger("sambung"), Collected()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(before)


def _ask(model: typing.Any, **options: typing.Any) -> None:
    with sambung.open("memory:", providers={"mine": model}, env={}, **options) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        desk.chats.send(desk.chats.create(model="mine/any"), "Go").answer()


def test_retries_and_fallbacks_are_told(told: Collected) -> None:
    away = [sambung.UnavailableError("away for a moment")] * 2
    retried = providers.retrying(ScriptedProvider(away), max_retries=1, base_delay=0.001)

    _ask(providers.fallback(retried, ScriptedProvider(["here"])))

    first = told.expect("retry_scheduled")
    assert first.levelno == logging.INFO
    assert "away for a moment" in first.getMessage()
    assert told.expect("retries_ended").levelno == logging.WARNING
    assert told.expect("fell_back").levelno == logging.WARNING


def test_a_turn_that_failed_is_told_with_whose_it_was(told: Collected) -> None:
    _ask(ScriptedProvider([sambung.ProviderError("no answer today")]))

    line = told.expect("turn_ended").getMessage()
    assert line.startswith("turn_ended: mine/any: failed")
    assert "tenant" in line


def test_what_is_told_before_a_close_is_told(told: Collected) -> None:
    for number in range(50):
        _ask(ScriptedProvider([sambung.ProviderError(f"number {number}")]))

    assert len([one for one in told.records if getattr(one, "event", "") == "turn_ended"]) == 50


def test_a_handler_that_raises_ends_no_log(told: Collected) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> typing.NoReturn:
            raise ValueError("full")

    broken = Broken()
    logging.getLogger("sambung").addHandler(broken)
    try:
        _ask(ScriptedProvider([sambung.ProviderError("first")]))
        _ask(ScriptedProvider([sambung.ProviderError("second")]))
    finally:
        logging.getLogger("sambung").removeHandler(broken)

    assert len([one for one in told.records if getattr(one, "event", "") == "turn_ended"]) == 2


def _run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": PACKAGE},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


ASK = """
import logging, os, sys
import sambung
from sambung.testing import ScriptedProvider

def ask():
    with sambung.open("memory:", providers={"mine": ScriptedProvider([ValueError("ours")])}, env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        desk.chats.send(desk.chats.create(model="mine/any"), "Go").answer()
"""


def test_nothing_is_told_to_whoever_did_not_ask() -> None:
    assert _run(ASK + "ask()").stderr == ""
    told = _run(ASK + "logging.basicConfig()\nask()").stderr
    assert "provider mine failed" in told
    assert "turn_ended" in told


def test_a_forked_child_has_a_log_of_its_own() -> None:
    told = _run(
        ASK
        + """
logging.basicConfig()
with sambung.open("memory:", env={}) as engine:
    child = os.fork()
    if child == 0:
        ask()
        sys.stderr.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
    ).stderr

    assert "turn_ended" in told

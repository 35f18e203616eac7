"""Every native verb, however it ends: cancelled, out of time, interrupted, while storage keeps it waiting."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import typing
import uuid

import pytest
import sambung
from native import LIMIT, outcomes
from sambung import _sambung, errors, providers
from verb_arguments import MODULE, Things, described_verbs, things_of

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

VERBS = described_verbs()
STRICT = "SAMBUNG_STRICT_TIMES" in os.environ
# What ends the server of the others, or makes one that nobody ends.
LAST = {"server_shutdown", "server_open"}
# What these want is at hand, or is a model's, whatever storage does.
NEVER_WAITS = {
    "engine_workspace",
    "engine_account",
}
ended = pytest.mark.skipif(not VERBS, reason="needs the build tree, or SAMBUNG_PYTHON_DESCRIPTIONS")


@contextlib.contextmanager
def opened(url: str, options: dict[str, typing.Any]) -> Iterator[Things]:
    settings = {**options.get("settings", {}), "auth": {"sign_up": "open"}, "turns": {"max_per_user": 500}}
    given = {**options, "settings": settings, "modules": [MODULE], "providers": {"demo": providers.demo(delay=30.0)}}
    engine = sambung.open(url, env={}, **given)
    try:
        yield things_of(engine, uuid.uuid4().hex)
    finally:
        engine.close(0.0)


def begun(things: Things, bridge: _sambung.Bridge, limit: float | None) -> dict[int, str]:
    """A call of every verb."""
    tickets = {}
    for verb in VERBS:
        call = getattr(_sambung, verb["name"])
        ticket = call(things.targets[verb["target"]], bridge, limit, *things.arguments(verb))
        tickets[ticket] = verb["name"]
    return tickets


@ended
def test_every_verb_may_be_cancelled(storage: tuple[str, dict[str, typing.Any]]) -> None:
    with opened(*storage) as things:
        bridge = _sambung.Bridge(things.engine._native)
        tickets = begun(things, bridge, None)
        for ticket in tickets:
            bridge.cancel(ticket)
        told = outcomes(bridge, set(tickets))

        assert len(told) == len(VERBS)
        assert all(kind == 0 or isinstance(why, errors.Error) for kind, why in told.values())
        assert bridge.take() == []
        things.engine.check()


@ended
@pytest.mark.parametrize("limit", [0.0, 0.001])
def test_every_verb_may_run_out_of_time(storage: tuple[str, dict[str, typing.Any]], limit: float) -> None:
    with opened(*storage) as things:
        bridge = _sambung.Bridge(things.engine._native)
        tickets = begun(things, bridge, limit)
        told = outcomes(bridge, set(tickets))

        late = {tickets[one] for one, (_, why) in told.items() if isinstance(why, errors.DeadlineExceededError)}
        assert all(kind == 0 or isinstance(why, errors.Error) for kind, why in told.values())
        assert late == set(tickets.values()) if limit == 0 else {"turn_wait", "turn_answer", "completion_wait"} <= late
        things.engine.check()


@contextlib.contextmanager
def held(url: str, schema: str) -> Iterator[None]:
    """Nobody reads or writes a row of this schema meanwhile."""
    lock = f"""BEGIN; DO $$ DECLARE one record; BEGIN
      FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' LOOP
        EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', '{schema}', one.tablename);
      END LOOP; END $$; SELECT 'held';\n"""
    psql = subprocess.Popen(["psql", "-qXAt", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert psql.stdin is not None and psql.stdout is not None
    try:
        psql.stdin.write(lock)
        psql.stdin.flush()
        assert psql.stdout.readline() == "held\n"
        yield
    finally:
        psql.communicate()
        assert psql.returncode == 0


@pytest.fixture
def waiting(storage: tuple[str, dict[str, typing.Any]]) -> Iterator[Things]:
    """Everything, on a PostgreSQL that answers nobody."""
    url, options = storage
    if not url.startswith("postgresql:"):
        pytest.skip("its locks are PostgreSQL's")
    own = {"schema": f"py_{uuid.uuid4().hex}", "max_wait": 120.0, "statement_timeout": 120.0}
    options = {**options, "settings": {"postgres": {**options["settings"]["postgres"], **own}}}
    with opened(url, options) as things:
        with held(os.environ["SAMBUNG_TEST_POSTGRES_ADMIN_URL"], str(own["schema"])):
            yield things


@ended
def test_every_verb_that_waits_for_storage_runs_out_of_time(waiting: Things) -> None:
    bridge = _sambung.Bridge(waiting.engine._native)
    begin = time.monotonic()
    tickets = begun(waiting, bridge, 0.1)
    told = outcomes(bridge, set(tickets))
    took = time.monotonic() - begin

    others = {tickets[one]: why for one, (_, why) in told.items() if not isinstance(why, errors.DeadlineExceededError)}
    assert set(others) == NEVER_WAITS, others
    assert took < (2.0 if STRICT else 20.0)


@ended
def test_every_verb_that_waits_for_storage_may_be_cancelled(waiting: Things) -> None:
    """Whoever awaits it does not wait: the outcome comes when storage has answered, or the engine has closed."""
    import asyncio

    async def cancelled(verb: dict[str, typing.Any], service: typing.Any) -> float | None:
        call = getattr(_sambung, verb["name"])
        service._native = waiting.targets[verb["target"]]
        task = asyncio.ensure_future(service._call(call, *waiting.arguments(verb)))
        done, _ = await asyncio.wait([task], timeout=0.02)
        if done:
            assert verb["name"] in NEVER_WAITS
            return None
        begin = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - begin

    async def run() -> list[float | None]:
        from sambung._async._core import AsyncService

        service: typing.Any = AsyncService(waiting.engine._core, None, None)
        return [await cancelled(verb, service) for verb in VERBS if verb["name"] not in LAST]

    assert max(filter(None, asyncio.run(run()))) < (0.1 if STRICT else 5.0)


@ended
def test_ctrl_c_ends_every_verb_that_waits_for_storage(waiting: Things) -> None:
    pressed = 0.0
    go, over = threading.Semaphore(0), False

    def press() -> None:
        nonlocal pressed
        while True:
            go.acquire()
            if over:
                return
            time.sleep(0.005)  # until the call waits
            pressed = time.monotonic()
            os.kill(os.getpid(), signal.SIGINT)

    keyboard = threading.Thread(target=press)
    keyboard.start()
    took: dict[str, float] = {}
    try:
        for verb in VERBS:
            if verb["name"] in NEVER_WAITS:
                continue
            arguments = waiting.arguments(verb)
            with pytest.raises(KeyboardInterrupt):
                go.release()
                getattr(_sambung, verb["name"])(waiting.targets[verb["target"]], None, None, *arguments)
            took[verb["name"]] = time.monotonic() - pressed
    finally:
        over = True
        go.release()
        keyboard.join()

    slow = {name: round(seconds, 3) for name, seconds in took.items() if seconds > (0.1 if STRICT else 5.0)}
    assert slow == {}

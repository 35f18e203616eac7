"""Both faces, every storage. PostgreSQL where the variables of scripts/services.sh are set."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import typing
import uuid
from pathlib import Path

import pytest

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

    from faces import Face

_STORAGES = ["memory", "sqlite"] + (["postgres"] if "SAMBUNG_TEST_POSTGRES_URL" in os.environ else [])
_SCHEMA = f"py_{uuid.uuid4().hex}"
_TIME = 60.0  # seconds that one coroutine may take
# Seconds that a test may take where 180 are too few: checkers of types, and what repeats as often as it is told to.
_LONG = {"test_typing.py": 900} | dict.fromkeys(
    ("test_crashes.py", "test_growth.py"), int(os.environ.get("SAMBUNG_TEST_SECONDS", "1200"))
)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs coroutine functions, each in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    face = given.get("face")

    async def run() -> None:
        try:
            await pyfuncitem.obj(**given)
        finally:
            if face is not None:
                await face.close()

    asyncio.run(asyncio.wait_for(run(), _TIME))
    return True


@pytest.fixture(params=_STORAGES)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, dict[str, typing.Any]]:
    """A URL and the options that it needs."""
    if request.param == "memory":
        return "memory:", {}
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'sambung.db'}", {}
    options = {
        "migrator_url": os.environ["SAMBUNG_TEST_POSTGRES_MIGRATOR_URL"],
        "settings": {"postgres": {"schema": _SCHEMA}},
    }
    return os.environ["SAMBUNG_TEST_POSTGRES_URL"], options


@pytest.fixture(params=["sync", "asyncio"])
def face(request: pytest.FixtureRequest, storage: tuple[str, dict[str, typing.Any]]) -> Face:
    from faces import Face

    return Face(request.param, *storage)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for one in items:
        if (seconds := _LONG.get(one.path.name)) is not None:
            one.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture(autouse=True)
def _time_is_bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """A call that hangs is a failure."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"{request.node.name} takes too long")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(_LONG.get(request.node.path.name, 180))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """Whatever an engine started ends with it."""
    import threading
    import time

    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        left = [one for one in set(threading.enumerate()) - before if one.name.startswith("sambung")]
        if not left:
            return
        time.sleep(0.01)
    raise AssertionError(f"threads are left: {left}")

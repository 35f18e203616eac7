"""The native module as the faces use it, without them."""

from __future__ import annotations

import contextlib
import select
import typing

from sambung import _sambung, _types, errors

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

_sambung.adopt(_types)
_sambung.adopt_errors(errors)

LIMIT = 20.0  # seconds: what takes longer hangs


@contextlib.contextmanager
def opened(url: str = "memory:", **options: typing.Any) -> Iterator[_sambung.Engine]:
    given = {"url": url, "env": {}, "providers": {"demo": _sambung.provider_demo({"delay": 0.001})}, **options}
    engine = _sambung.open_engine(given, LIMIT)
    try:
        yield engine
    finally:
        engine.close(0.0)


def desk_of(engine: _sambung.Engine, name: str = "acme") -> _sambung.Workspace:
    tenant = _sambung.tenants_ensure_external(engine, None, LIMIT, name, name)
    user = _sambung.users_ensure_external(engine, None, LIMIT, f"ada-{name}", "Ada")
    return _sambung.engine_workspace(engine, None, LIMIT, tenant.id, user.id, "owner")


def chat_of(desk: _sambung.Workspace, **more: typing.Any) -> typing.Any:
    return _sambung.chats_create(desk, None, LIMIT, {"title": "Tea", "model": "demo/demo", **more})


def outcomes(bridge: _sambung.Bridge, tickets: set[int], limit: float = LIMIT) -> dict[int, tuple[int, typing.Any]]:
    """Of these tickets, as a loop collects them: by the descriptor."""
    found: dict[int, tuple[int, typing.Any]] = {}
    while not tickets <= found.keys():
        ready, _, _ = select.select([bridge.fileno()], [], [], limit)
        assert ready, "nothing came"
        for ticket, kind, value in bridge.take():
            found[ticket] = (kind, value)
    return found


def events_of(turn: _sambung.Turn) -> list[typing.Any]:
    events: list[typing.Any] = list(turn.ready())
    while _sambung.turn_wait(turn, None, LIMIT):
        events += turn.ready()
    return events

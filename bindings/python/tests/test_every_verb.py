"""Every native verb, called with what its description says that it takes, ends: cancelled, too late, failed or closed."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import typing
from pathlib import Path

import pytest
import sambung
from native import LIMIT, chat_of, desk_of, opened, outcomes
from sambung import _sambung, errors

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Described = dict[str, typing.Any]

# A value of each kind, and of a name where a verb looks closer.
PLAIN: dict[str, object] = {
    "any": "x",
    "bool": True,
    "bytes": b"x",
    "duration": 60.0,
    "float": 0.5,
    "id": "0192e4a0-7b2c-7def-8123-456789abcdef",  # of what is nowhere
    "int": 1,
    "json": {},
    "json_array": [],
    "json_object": {},
    "list": [],
    "map": {},
    "optional": None,
    "permissions": ["chat_read"],
    "secret": "a long enough password",
    "str": "some text",
}
NAMED: dict[str, object] = {"host": "127.0.0.1", "port": 0, "address": "127.0.0.1:0", "model": "demo/demo", "provider": "demo"}


ENDING = re.compile("erase|suspend|remove|leave|merge|stop|shutdown|sign_out")


def _turn_of(verb: Described) -> int:
    """What waits for a model comes first, what takes from others what they are of, last."""
    if ENDING.search(verb["name"]):
        return 2
    return 0 if verb["target"] in ("Turn", "CompletionStream") else 1


class Descriptions:
    """As sambung_describe prints them."""

    def __init__(self, told: Described) -> None:
        self.verbs: list[Described] = sorted(told["verbs"], key=_turn_of)
        self._structs = {one["name"]: one["fields"] for one in told["structs"]}
        self._enums = {one["name"]: one["values"] for one in told["enums"]}

    def arguments(self, verb: Described, ids: dict[str, str]) -> list[object]:
        return [self._value(one["name"], one["type"], ids) for one in verb["parameters"]]

    def _value(self, name: str, of: Described, ids: dict[str, str]) -> object:
        match of["kind"]:
            case "struct":
                fields = [one for one in self._structs[of["of"]] if one["required"]]
                return {one["name"]: self._value(one["name"], one["type"], ids) for one in fields}
            case "enum":
                return self._enums[of["of"]][0]
            case "variant":
                return self._value(name, of["of"][0], ids)
            case "id" if of["of"] in ids:
                return ids[of["of"]]
            case kind:
                return NAMED.get(name, PLAIN[kind])


@pytest.fixture(scope="module")
def described() -> Descriptions:
    at = os.environ.get("SAMBUNG_PYTHON_DESCRIPTIONS", Path(sambung.__file__).parent.parent / "descriptions.json")
    if not Path(at).exists():
        pytest.skip("needs the build tree, or SAMBUNG_PYTHON_DESCRIPTIONS")
    return Descriptions(json.loads(Path(at).read_text()))


@dataclasses.dataclass
class Things:
    """What verbs are of, and ids of what is there."""

    engine: _sambung.Engine
    bridge: _sambung.Bridge
    targets: dict[str, typing.Any]
    ids: dict[str, str]

    def begin(
        self, described: Descriptions, limit: float | None = None, then: Callable[[int], object] = id
    ) -> tuple[dict[int, str], dict[str, errors.Error]]:
        """A call of every verb: those that are under way, by ticket, and what was refused at once."""
        begun, refused = {}, {}
        for verb in described.verbs:
            call = getattr(_sambung, verb["name"])
            try:
                ticket = call(self.targets[verb["target"]], self.bridge, limit, *described.arguments(verb, self.ids))
            except errors.Error as error:
                refused[verb["name"]] = error
            else:
                begun[ticket] = verb["name"]
                then(ticket)
        return begun, refused


@contextlib.contextmanager
def things() -> Iterator[Things]:
    """The demo is slow: a turn and a stream are in flight."""
    with opened(providers={"demo": _sambung.provider_demo({"delay": 30.0})}) as engine:
        desk = desk_of(engine)
        chat, other = chat_of(desk), chat_of(desk)
        turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "one two three", {})
        asked = {"model": "demo/demo", "messages": [{"role": "user", "parts": "one two three"}]}
        targets = {
            "Engine": engine,
            "Workspace": desk,
            "Account": _sambung.engine_account(engine, None, LIMIT, {"user_id": desk.who.user_id}),
            "Turn": turn,
            "CompletionStream": _sambung.completions_stream(desk, None, LIMIT, asked),
            "Server": _sambung.server_open(engine, None, LIMIT, {}),
        }
        ids = {
            "tenant_id": desk.who.tenant_id,
            "user_id": desk.who.user_id,
            "chat_id": other.id,
            "message_id": turn.message_id,
        }
        yield Things(engine, _sambung.Bridge(engine), targets, ids)


def test_a_call_that_is_cancelled_ends(described: Descriptions) -> None:
    with things() as there:
        begun, refused = there.begin(described, then=there.bridge.cancel)
        told = outcomes(there.bridge, set(begun))

        assert there.bridge.take() == []
        _sambung.engine_check(there.engine, None, LIMIT)
    assert refused == {}
    assert {begun[ticket]: why for ticket, (_, why) in told.items() if isinstance(why, errors.InternalError)} == {}
    cancelled = {begun[ticket] for ticket, (_, why) in told.items() if isinstance(why, errors.OperationCancelledError)}
    assert "turn_answer" in cancelled  # which waits for the slow model, whatever else was done at once


def test_a_call_without_time_ends_as_too_late(described: Descriptions) -> None:
    with things() as there:
        begun, refused = there.begin(described, 0.0)
        told = outcomes(there.bridge, set(begun))

        _sambung.engine_check(there.engine, None, LIMIT)
    on_time = {begun[ticket]: why for ticket, (_, why) in told.items() if not isinstance(why, errors.DeadlineExceededError)}
    assert on_time == {}
    assert refused == {}


def test_a_call_of_a_closed_engine_is_refused(described: Descriptions) -> None:
    with things() as there:
        there.engine.close(0.0)
        begun, refused = there.begin(described)

    assert begun == {}
    assert {name: why for name, why in refused.items() if not isinstance(why, errors.UnavailableError)} == {}


def test_a_call_that_fails_says_why(described: Descriptions) -> None:
    with things() as there:
        there.ids.clear()  # nothing of what is asked for is there
        begun, refused = there.begin(described, 1.0)
        told = outcomes(there.bridge, set(begun))

        _sambung.engine_check(there.engine, None, LIMIT)
    failed = refused | {begun[ticket]: why for ticket, (kind, why) in told.items() if kind != 0}
    assert {name: why for name, why in failed.items() if isinstance(why, errors.InternalError)} == {}
    assert len(failed) > len(described.verbs) / 3

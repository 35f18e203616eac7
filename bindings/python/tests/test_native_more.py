"""Records of Python's own, the server, copies, Arrow, providers, and that nothing is left out."""

from __future__ import annotations

import array
import datetime
import http.client
import json
import pathlib
import typing
import uuid

import pytest
from native import LIMIT, chat_of, desk_of, events_of, opened
from sambung import _sambung, _types, errors


def notes() -> dict[str, typing.Any]:
    def column(name: str, kind: str, **more: typing.Any) -> dict[str, typing.Any]:
        return {"name": name, "type": kind, "nullable": False, "required": True, "user": False, **more}

    table = {
        "table": "notes",
        "fields": [
            column("id", "uuid"),
            column("owner_id", "uuid", user=True),
            column("body", "text", max_bytes=100),
            column("pages", "integer", minimum=0),
            column("score", "real", nullable=True),
            column("done", "boolean"),
            column("due", "timestamp"),
            column("data", "json", nullable=True),
            column("raw", "bytes"),
            column("revision", "integer"),
        ],
        "indexes": [{"columns": ["owner_id"], "unique": False}],
        "search": ["body"],
        "references": [],
        "ownership": {"kind": "owned_by", "column": "owner_id"},
    }
    return {"name": "desk", "version": 1, "tables": [table], "migrations": []}


def note(owner: str, **more: typing.Any) -> dict[str, typing.Any]:
    return {
        "id": str(uuid.uuid4()),
        "owner_id": owner,
        "body": "Buy green tea",
        "pages": 3,
        "score": 0.5,
        "done": False,
        "due": datetime.datetime(2026, 1, 31, 12, 34, 56, 789_000, tzinfo=datetime.timezone.utc),
        "data": {"tags": ["a", 1, None]},
        "raw": b"\0\xff",
        "revision": 1,
        **more,
    }


def test_records_of_pythons_own_come_back_as_they_went() -> None:
    with opened(modules=[notes()]) as engine:
        desk = desk_of(engine)
        made = note(desk.who.user_id)
        empty = note(desk.who.user_id, score=None, data=None, body="Rice")
        _sambung.rows_write(desk, None, LIMIT, [["insert", "notes", made], ["insert", "notes", empty]])

        assert _sambung.rows_get(desk, None, LIMIT, "notes", made["id"]) == made
        assert _sambung.rows_get(desk, None, LIMIT, "notes", empty["id"]) == empty
        found, _ = _sambung.rows_search(desk, None, LIMIT, "notes", {"text": "TEA"}, {})
        assert [one["id"] for one in found] == [made["id"]]
        few = {"where": [["owner_id", "equal", desk.who.user_id]], "order": None}
        found, cursor = _sambung.rows_list(desk, None, LIMIT, "notes", few, {})
        assert {one["id"] for one in found} == {made["id"], empty["id"]} and cursor is None


def test_a_stale_revision_is_a_conflict_and_nothing_of_its_batch_is_stored() -> None:
    with opened(modules=[notes()]) as engine:
        desk = desk_of(engine)
        made = note(desk.who.user_id)
        _sambung.rows_write(desk, None, LIMIT, [["insert", "notes", made]])
        _sambung.rows_write(desk, None, LIMIT, [["update", "notes", made["id"], {"pages": 4}, 1]])
        other = note(desk.who.user_id)
        with pytest.raises(errors.ConflictError):
            stale = ["update", "notes", made["id"], {"pages": 9}, 1]
            _sambung.rows_write(desk, None, LIMIT, [["insert", "notes", other], stale])
        kept = _sambung.rows_get(desk, None, LIMIT, "notes", made["id"])
        assert kept["pages"] == 4 and kept["revision"] == 2
        with pytest.raises(errors.NotFoundError):
            _sambung.rows_get(desk, None, LIMIT, "notes", other["id"])


@pytest.mark.parametrize(
    "wrong",
    [{"pages": "3"}, {"pages": -1}, {"body": "x" * 101}, {"due": "today"}, {"id": "x"}, {"raw": "text"}, {"colour": 1}],
    ids=str,
)
def test_a_record_that_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with opened(modules=[notes()]) as engine:
        desk = desk_of(engine)
        with pytest.raises(errors.InvalidArgumentError):
            _sambung.rows_write(desk, None, LIMIT, [["insert", "notes", note(desk.who.user_id, **wrong)]])


@pytest.mark.parametrize(
    "wrong", [["drop", "notes", {}], ["insert"], [], ["insert", "chats", {}], ["update", "notes"], [1, 2, 3]], ids=str
)
def test_what_is_no_change_is_refused(wrong: list[object]) -> None:
    with opened(modules=[notes()]) as engine:
        with pytest.raises((errors.InvalidArgumentError, errors.NotFoundError)):
            _sambung.rows_write(desk_of(engine), None, LIMIT, [wrong])


def test_another_tenant_sees_none_of_them() -> None:
    with opened(modules=[notes()]) as engine:
        desk, other = desk_of(engine), desk_of(engine, "other")
        made = note(desk.who.user_id)
        _sambung.rows_write(desk, None, LIMIT, [["insert", "notes", made]])
        with pytest.raises(errors.NotFoundError):
            _sambung.rows_get(other, None, LIMIT, "notes", made["id"])


def test_a_server_listens_on_the_same_engine() -> None:
    with opened() as engine:
        server = _sambung.server_open(engine, None, LIMIT, {"limits": {"max_connections": 10}})
        port = _sambung.server_listen(server, None, LIMIT, "127.0.0.1", 0)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        connection.request("GET", "/health")
        assert connection.getresponse().status in (200, 404)
        connection.close()
        _sambung.server_shutdown(server, None, LIMIT, 1.0)


def test_operators_reach_a_server(tmp_path: pathlib.Path) -> None:
    token = "an-operators-token-of-more-than-32-bytes"
    with opened(measured=True) as engine:
        server = _sambung.server_open(engine, None, LIMIT, {"admin_token": token})
        public = _sambung.server_listen(server, None, LIMIT, "127.0.0.1", 0)
        port = _sambung.server_listen_admin(server, None, LIMIT, "127.0.0.1:0")
        assert _sambung.server_listen_admin(server, None, LIMIT, f"unix:{tmp_path / 'admin.sock'}") == 0

        def asked(of: int, path: str, **headers: str) -> tuple[int, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", of, timeout=LIMIT)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            said = answer.status, answer.read()
            connection.close()
            return said

        assert asked(public, "/healthz")[0] == 200
        assert asked(public, "/admin/status")[0] == 404
        assert asked(port, "/admin/status")[0] == 401
        code, body = asked(port, "/admin/status", Authorization=f"Bearer {token}")
        assert code == 200
        assert "/healthz" in {one["route"] for one in json.loads(body)["endpoints"]}
        _sambung.server_shutdown(server, None, LIMIT, 1.0)


def test_an_admin_address_that_others_reach_needs_a_token() -> None:
    with opened() as engine:
        server = _sambung.server_open(engine, None, LIMIT, {})
        for address in ("0.0.0.0:0", "nowhere", ""):
            with pytest.raises(errors.InvalidArgumentError):
                _sambung.server_listen_admin(server, None, LIMIT, address)
        _sambung.server_shutdown(server, None, LIMIT, 1.0)


def test_a_database_is_copied_and_told_of(tmp_path: pathlib.Path) -> None:
    first, second = f"sqlite:{tmp_path / 'first.db'}", f"sqlite:{tmp_path / 'second.db'}"
    with opened(first) as engine:
        made = chat_of(desk_of(engine))
    told: list[dict[str, typing.Any]] = []
    report = _sambung.copy_database({"from": first, "to": second}, lambda now: told.append(now))
    with opened(second) as engine:
        assert _sambung.chats_get(desk_of(engine), None, LIMIT, made.id) == made

    assert any(dict_or(one, "table") == "chats" and dict_or(one, "rows") == 1 for one in dict_or(report, "tables"))
    assert told
    with pytest.raises(errors.AlreadyExistsError):
        _sambung.copy_database({"from": first, "to": second}, None)
    with pytest.raises(ZeroDivisionError):
        _sambung.copy_database({"from": first, "to": f"sqlite:{tmp_path / 'third.db'}"}, lambda now: 1 / 0)


def dict_or(record: typing.Any, name: str) -> typing.Any:
    return record[name] if isinstance(record, dict) else getattr(record, name)


def test_an_engine_that_only_reads(tmp_path: pathlib.Path) -> None:
    url = f"sqlite:{tmp_path / 'sambung.db'}"
    with opened(url) as engine:
        made = chat_of(desk_of(engine))
        with opened(url, read_only=True) as reader:
            tenant = _sambung.tenants_find_external(reader, None, LIMIT, "acme")
            user = _sambung.users_find_external(reader, None, LIMIT, "ada-acme")
            desk = _sambung.engine_workspace(reader, None, LIMIT, tenant.id, user.id, "owner")
            assert _sambung.chats_get(desk, None, LIMIT, made.id) == made
            with pytest.raises(errors.Error):
                chat_of(desk)


def test_arrow_has_every_value_of_every_column() -> None:
    arrow = pytest.importorskip("pyarrow")
    columns = [("id", "utf8"), ("pages", "int64"), ("score", "float64"), ("done", "bool"), ("due", "timestamp"), ("data", "json")]
    rows = [note(str(uuid.uuid4()), pages=i, score=None if i % 3 else i / 2, done=bool(i % 2)) for i in range(20)]

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return _sambung.arrow_stream(columns, [rows[:9], rows[9:]])

    table = arrow.table(Stream())
    assert table.column_names == [name for name, _ in columns]
    told = table.to_pylist()
    for row, one in zip(rows, told, strict=True):
        assert all(one[name] == row[name] for name in ("id", "pages", "score", "done", "due"))
        assert one["data"] == '{"tags":["a",1,null]}'


def test_an_arrow_stream_that_nobody_reads_is_let_go() -> None:
    assert _sambung.arrow_stream([("id", "utf8")], [[{"id": "x"}]]) is not None
    with pytest.raises(errors.InvalidArgumentError):
        _sambung.arrow_stream([("id", "varchar")], [])
    with pytest.raises(errors.InvalidArgumentError):
        _sambung.arrow_stream([("id", "int64")], [[{"id": "x"}]])


def json_of_column(value: object) -> str:
    arrow = pytest.importorskip("pyarrow")

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return _sambung.arrow_stream([("data", "json")], [[{"data": value}]])

    return typing.cast(str, arrow.table(Stream()).to_pylist()[0]["data"])


def test_arrow_has_what_was_stored_however_long_it_is() -> None:
    data = {"text": "x" * 100_000, "numbers": list(range(2_000))}
    assert json.loads(json_of_column(data)) == data


def test_arrow_has_an_array_of_numbers_as_numbers() -> None:
    assert json.loads(json_of_column({"numbers": array.array("d", [1.5, 2.0])})) == {"numbers": [1.5, 2.0]}


def test_what_nests_without_end_is_refused() -> None:
    class Told:
        def to_dict(self) -> object:
            return self

    endless: list[object] = []
    endless.append(endless)
    for value in (endless, Told()):
        with pytest.raises(RecursionError):
            _sambung.arrow_stream([("data", "json")], [[{"data": value}]])


class Meddling(datetime.tzinfo):
    """Changes something whenever it is asked."""

    def __init__(self, change: typing.Callable[[], object]) -> None:
        self._change = change

    def utcoffset(self, when: datetime.datetime | None) -> datetime.timedelta:
        self._change()
        return datetime.timedelta(0)

    def dst(self, when: datetime.datetime | None) -> datetime.timedelta:
        return datetime.timedelta(0)


def test_what_changes_while_it_is_read_is_read_as_it_was() -> None:
    values: list[object] = [1, 2, 3]
    named: dict[str, object] = {"values": values}

    def change() -> None:
        values.clear()
        named.update({str(i): i for i in range(1_000)})

    values.insert(0, datetime.datetime(2026, 1, 1, tzinfo=Meddling(change)))
    read = json.loads(json_of_column(named))

    assert set(read) == {"values"} and read["values"][1:] == [1, 2, 3]


def test_providers_are_combined() -> None:
    demo = _sambung.provider_demo({"delay": 0.0})
    both = _sambung.fallback([{"provider": demo, "model": "missing"}, {"provider": demo, "model": "demo"}], {})
    guarded = _sambung.circuit_breaker(_sambung.rate_limited(_sambung.cached(_sambung.retrying(both, {"max_retries": 1}), {}), {"requests_per_minute": 600.0}), {"window": 20})
    with opened(providers={"mine": guarded, "usual": "mine/x"}) as engine:
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk, model="usual").id, "Hello", {})
        events_of(turn)
        assert _sambung.turn_answer(turn, None, LIMIT).state == "complete"


@pytest.mark.parametrize(
    "make",
    [
        lambda: _sambung.provider_openai({"key": "k", "base_url": "ftp://x"}),
        lambda: _sambung.provider_openai({"colour": "red"}),
        lambda: _sambung.provider_openai({"max_connections": -1}),
        lambda: _sambung.provider_compatible("nobody", {}),
        lambda: _sambung.provider_demo({"delay": "soon"}),
    ],
)
def test_a_provider_that_cannot_be_is_refused(make: typing.Callable[[], object]) -> None:
    with pytest.raises((errors.InvalidArgumentError, errors.NotFoundError)):
        make()


def test_providers_of_the_vendors_are_made_and_found() -> None:
    _sambung.provider_openai({"key": "sk-x", "headers": {"x-a": "b"}, "key_need": "required"})
    _sambung.provider_anthropic({"key": "sk-x", "headers": [("x-a", "b")]})
    _sambung.provider_ollama({"base_url": "http://127.0.0.1:1", "keep_alive": 5})
    _sambung.provider_compatible("groq", {"key": "gsk-x"})
    assert set(_sambung.provider_env({"ANTHROPIC_API_KEY": "sk-x"})) == {"anthropic"}
    assert set(_sambung.provider_env({})) == {"demo"}


def test_a_stream_of_a_completion_is_read_to_its_end() -> None:
    request = {"model": "demo/demo", "messages": [{"role": "user", "parts": "one two"}]}
    with opened() as engine:
        desk = desk_of(engine)
        whole = _sambung.completions_complete(desk, None, LIMIT, request)
        stream = _sambung.completions_stream(desk, None, LIMIT, request)
        events: list[typing.Any] = []
        while _sambung.completion_wait(stream, None, LIMIT):
            events += stream.ready()
        assert not _sambung.completion_wait(stream, None, LIMIT) and stream.ready() == ()

    said = "".join(one.text for one in events if isinstance(one, _types.TextDelta))
    assert said == "".join(part.text for part in whole.parts)
    assert isinstance(events[-1], _types.CompletionFinished)


def test_every_structure_that_comes_to_python_has_its_class() -> None:
    for name in _types.__all__:
        kind = getattr(_types, name)
        if isinstance(kind, type) and issubclass(kind, _types.Record) and kind is not _types.Record:
            assert kind.__slots__ == kind.__match_args__ and len(kind.__slots__) == len(kind._json_names)


def test_what_the_module_is_made_of_is_told() -> None:
    told = _sambung.build_info()
    assert told["version"] == _sambung.__version__ and told["openssl"] and told["ca_file"]
    names = {one["name"] for one in _sambung.environment_variables()}
    assert {"SAMBUNG_DATABASE_URL", "SAMBUNG_SECRET"} <= names

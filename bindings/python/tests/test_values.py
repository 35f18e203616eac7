"""Records: immutable, comparable, printable, picklable, as HTTP has them and back; as tables and as HTML."""

from __future__ import annotations

import copy
import datetime
import pickle
import typing

import pytest
import sambung
from sambung import _types
from sambung.display import html_of_record, html_of_records

NOW = datetime.datetime(2026, 1, 31, 12, 30, 0, 250_000, tzinfo=datetime.timezone.utc)
ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def _classes() -> list[type]:
    return [
        one
        for name in _types.__all__
        if isinstance(one := getattr(_types, name), type) and hasattr(one, "to_dict") and name != "Record"
    ]


def _value(hint: str, depth: int = 0) -> typing.Any:
    """Some value of a hint as it is written in `_types`."""
    hint = hint.strip()
    if hint.endswith("| None"):
        return _value(hint.removesuffix("| None"), depth)
    if hint.startswith("tuple["):
        return (_value(hint.removeprefix("tuple[").removesuffix(", ...]"), depth),)
    if hint.startswith("dict[str, "):
        return (
            {"a": 1} if "JsonValue" in hint else {"a": _value(hint.removeprefix("dict[str, ").removesuffix("]"), depth)}
        )
    plain: dict[str, typing.Any] = {
        "str": "text", "int": 7, "float": 1.5, "bool": True, "bytes": b"b", "datetime.datetime": NOW,
        "JsonValue": {"a": [1]},
        "list[JsonValue]": [1], "Secret": sambung.Secret("hidden"), "Permission": "chat_read", "Any": None,
    }  # fmt: skip
    if hint in plain:
        return plain[hint]
    of = getattr(_types, hint)
    if isinstance(of, type):
        return _made(of, depth + 1)
    if typing.get_origin(of) is typing.Literal:
        return typing.get_args(of)[0]
    if typing.get_origin(of) is typing.Union:
        return _made(typing.get_args(of)[0], depth + 1)
    return ID


def _made(of: typing.Any, depth: int = 0) -> typing.Any:
    return of(**{name: _value(hint, depth) for name, hint in of.__annotations__.items()})


CLASSES = pytest.mark.parametrize("of", _classes(), ids=lambda of: of.__name__)


def _has_secret(record: object) -> bool:
    return "Secret('***')" in repr(record)


def test_there_are_classes() -> None:
    assert len(_classes()) > 60


@CLASSES
def test_every_class_pickles(of: type) -> None:
    record = _made(of)
    if _has_secret(record):
        with pytest.raises(TypeError):
            pickle.dumps(record)
        return
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(record, protocol)) == record
    assert copy.copy(record) == record
    assert copy.deepcopy(record) == record


@CLASSES
def test_every_class_comes_back_from_its_json(of: typing.Any) -> None:
    import json

    record = _made(of)

    assert of.from_dict(record.to_dict()) == record
    assert of.from_dict(json.loads(record.to_json())) == record


@CLASSES
def test_every_class_is_a_value(of: typing.Any) -> None:
    record = _made(of)

    assert record == _made(of)
    assert hash(record) == hash(_made(of))
    assert repr(record).startswith(of.__name__ + "(")
    assert record.replace() == record
    with pytest.raises(AttributeError):
        record.anything = 1
    for name in of.__match_args__:
        with pytest.raises(AttributeError):
            setattr(record, name, None)
    with pytest.raises(TypeError):
        of(nothing_of_this_name=1)


@CLASSES
def test_every_class_is_a_dataclass_to_whoever_looks(of: typing.Any) -> None:
    import dataclasses

    assert tuple(one.name for one in dataclasses.fields(of)) == of.__match_args__


def test_a_record_is_as_http_has_it() -> None:
    usage = sambung.TokenUsage(input_tokens=3, output_tokens=4)

    assert usage.to_dict()["inputTokens"] == 3
    assert sambung.TextDelta(text="a").to_json() == '{"type":"text","text":"a"}'


def test_money_is_exact() -> None:
    from decimal import Decimal

    assert sambung.UsageSum(cost_microusd=1_234_567).cost_usd == Decimal("1.234567")
    assert sambung.UsageSum(cost_microusd=None).cost_usd is None


def test_pydantic_takes_a_record() -> None:
    pydantic = pytest.importorskip("pydantic")

    adapter = pydantic.TypeAdapter(sambung.TokenUsage)

    assert adapter.json_schema()["properties"]["input_tokens"]["type"] == "integer"


def test_a_page_is_a_sequence_and_pickles() -> None:
    page = sambung.Page([1, 2, 3], "next")

    assert (list(page), page[1], page[1:], len(page), 2 in page) == ([1, 2, 3], 2, (2, 3), 3, True)
    assert pickle.loads(pickle.dumps(page)) == page
    assert pickle.loads(pickle.dumps(sambung.SearchPage([], None, True, NOW))).indexed_since == NOW
    with pytest.raises(AttributeError):
        page.items = ()  # type: ignore[misc]


class TestHtml:
    HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">&'

    def _chat(self) -> typing.Any:
        return _made(sambung.Chat).replace(title=self.HOSTILE, model=self.HOSTILE)

    def test_everything_of_a_record_is_escaped(self) -> None:
        message = _made(sambung.Message).replace(
            parts=(
                sambung.TextPart(text=self.HOSTILE),
                sambung.ToolCallPart(id="1", name=self.HOSTILE, arguments=self.HOSTILE),
                sambung.ToolResultPart(call_id="1", text=self.HOSTILE),
                sambung.ErrorPart(code="internal", message=self.HOSTILE),
                sambung.ImagePart(url='data:image/png;base64,"><script>alert(1)</script>'),
                sambung.ImagePart(url="javascript:alert(1)"),
            )
        )
        for shown in (
            html_of_record(self._chat()),
            html_of_records([self._chat()]),
            html_of_record(message),
            sambung.Page([self._chat()])._repr_html_(),
            sambung.Table([self._chat()])._repr_html_(),
            self._chat()._repr_html_(),
        ):
            assert "<script" not in shown
            assert 'onerror="' not in shown
            assert "javascript:" not in shown

    def test_a_long_list_says_how_much_is_left(self) -> None:
        assert "and 50 more" in html_of_records([self._chat()] * 150)
        assert "next page" in sambung.Page([self._chat()], "cursor")._repr_html_()
        assert "nothing" in html_of_records([])


class TestTables:
    def _chats(self) -> list[typing.Any]:
        return [_made(sambung.Chat).replace(title=f"chat {i}", folder_id=None) for i in range(3)]

    def test_arrow(self) -> None:
        pyarrow = pytest.importorskip("pyarrow")

        table = sambung.Table(self._chats()).to_arrow()

        assert table.column("title").to_pylist() == ["chat 0", "chat 1", "chat 2"]
        assert table.column("created_at").to_pylist()[0] == NOW
        assert str(table.schema.field("revision").type) == "int64"
        assert str(table.schema.field("created_at").type) == "timestamp[ms, tz=UTC]"
        assert table.column("folder_id").null_count == 3
        assert pyarrow.types.is_boolean(table.schema.field("pinned").type)

    def test_pandas_and_polars(self) -> None:
        pytest.importorskip("pandas")
        pytest.importorskip("polars")

        assert list(sambung.Table(self._chats()).to_pandas()["title"]) == ["chat 0", "chat 1", "chat 2"]
        assert sambung.Table(self._chats()).to_polars()["title"].to_list() == ["chat 0", "chat 1", "chat 2"]
        assert len(sambung.Table([]).to_pandas()) == 0

    def test_records_of_one_class(self) -> None:
        with pytest.raises(TypeError, match="one class"):
            sambung.Table([sambung.TextPart(text="a"), sambung.TextDelta(text="a")])

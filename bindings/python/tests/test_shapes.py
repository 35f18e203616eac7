"""Hints as JSON Schema, and arguments as the hints say."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import typing
import uuid
from typing import Annotated, Literal

import pytest
import sambung
from sambung.shapes import shape_of


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Shade(enum.Enum):
    DARK = 0.1
    LIGHT = 0.9


@dataclasses.dataclass
class Place:
    city: str
    country: Annotated[str, "Its code"] = "MY"


class Trip(typing.TypedDict):
    to: Place
    days: typing.NotRequired[int]


@dataclasses.dataclass
class Tree:
    children: list[Tree]


TripId = typing.NewType("TripId", str)


@pytest.mark.parametrize(
    ("hint", "schema", "given", "value"),
    [
        (str, {"type": "string"}, "a", "a"),
        (int, {"type": "integer"}, 1, 1),
        (bool, {"type": "boolean"}, True, True),
        (float, {"type": "number"}, 1, 1.0),
        (None, {"type": "null"}, None, None),
        (TripId, {"type": "string"}, "a", "a"),
        (Annotated[str, "The city"], {"type": "string", "description": "The city"}, "a", "a"),
        (Literal["a", 1, None], {"enum": ["a", 1, None]}, "a", "a"),
        (Colour, {"enum": ["red", "blue"]}, "red", Colour.RED),
        (Shade, {"enum": ["DARK", "LIGHT"]}, "DARK", Shade.DARK),
        (list[int], {"type": "array", "items": {"type": "integer"}}, [1], [1]),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}, [1, 2], (1, 2)),
        (
            tuple[int, str],
            {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            },
            [1, "a"],
            (1, "a"),
        ),
        (
            dict[str, datetime.date],
            {"type": "object", "additionalProperties": {"type": "string", "format": "date"}},
            {"a": "2026-01-31"},
            {"a": datetime.date(2026, 1, 31)},
        ),
        (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}, None, None),
        (
            typing.Optional[datetime.datetime],
            {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
            "2026-01-31T12:00:00+00:00",
            datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc),
        ),
        (uuid.UUID, {"type": "string", "format": "uuid"}, str(uuid.UUID(int=1)), uuid.UUID(int=1)),
        (set[str], {"type": "array", "items": {"type": "string"}}, ["a", "a"], {"a"}),
    ],
)
def test_a_hint_has_a_schema_and_a_value(
    hint: typing.Any, schema: dict[str, typing.Any], given: object, value: object
) -> None:
    shape = shape_of(hint)

    assert shape.schema == schema
    assert shape.of(given) == value
    assert type(shape.of(given)) is type(value)


def test_classes_become_objects() -> None:
    shape = shape_of(Trip)

    assert shape.schema == {
        "type": "object",
        "properties": {
            "to": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "country": {"type": "string", "description": "Its code"},
                },
                "required": ["city"],
                "additionalProperties": False,
            },
            "days": {"type": "integer"},
        },
        "required": ["to"],
        "additionalProperties": False,
    }
    assert shape.of({"to": {"city": "Ipoh"}}) == {"to": Place("Ipoh", "MY")}


def test_a_union_takes_the_alternative_that_fits() -> None:
    shape = shape_of(Place | datetime.date | list[Place] | str)

    assert shape.of({"city": "Ipoh"}) == Place("Ipoh")
    assert shape.of("2026-01-31") == datetime.date(2026, 1, 31)
    assert shape.of("soon") == "soon"
    assert shape.of([{"city": "Ipoh"}]) == [Place("Ipoh")]


def test_a_pydantic_model_is_taken_if_there_is_one() -> None:
    pydantic = pytest.importorskip("pydantic")

    class Inner(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        n: int

    class Outer(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        inner: Inner

    shape = shape_of(Outer)

    assert "$ref" not in repr(shape.schema)
    assert shape.of({"inner": {"n": 1}}) == Outer(inner=Inner(n=1))


@pytest.mark.parametrize("hint", [complex, dict[int, str], object(), "text", Tree, list[complex], bytes])
def test_a_hint_without_a_schema_fails(hint: typing.Any) -> None:
    with pytest.raises(TypeError):
        shape_of(hint)


class TestTools:
    def test_a_tool_says_what_its_docstring_and_hints_say(self) -> None:
        @sambung.tool
        def weather(call: sambung.ToolCall, city: Annotated[str, "City and country"], days: int = 1) -> str:
            """The weather in a city.

            Today and later.

            Args:
                city: Never read, as the hint says more.
                days: How many,
                    from today on.

            Returns:
                A text.
            """
            return f"{city} {days}"

        assert weather.name == "weather"
        assert weather.description == "The weather in a city.\n\nToday and later."
        assert weather.schema == {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "City and country"},
                "days": {"type": "integer", "description": "How many, from today on."},
            },
            "required": ["city"],
            "additionalProperties": False,
        }

    def test_a_tool_stays_callable_and_keeps_its_signature(self) -> None:
        import inspect

        @sambung.tool(name="sum", timeout=2.0)
        def add(a: int, b: int = 1) -> int:
            """Adds."""
            return a + b

        assert add(1, b=2) == 3
        assert list(inspect.signature(add).parameters) == ["a", "b"]
        assert (add.name, add.timeout, add.__doc__) == ("sum", 2.0, "Adds.")

    def test_faults_are_found_at_decoration(self) -> None:
        with pytest.raises(TypeError, match="tool unhinted: city: has no hint"):

            @sambung.tool
            def unhinted(city) -> str:  # type: ignore[no-untyped-def]
                return ""

        with pytest.raises(TypeError, match="tool odd: what: complex has no JSON Schema"):

            @sambung.tool
            def odd(what: complex) -> str:
                return ""

        with pytest.raises(TypeError, match="by name"):

            @sambung.tool
            def many(*what: str) -> str:
                return ""

        with pytest.raises(TypeError, match="a name is"):

            @sambung.tool(name="not a name")
            def named() -> str:
                return ""

    def test_arguments_are_converted(self) -> None:
        @sambung.tool
        def plan(trip: Trip, colour: Colour = Colour.RED, when: datetime.date | None = None) -> list[object]:
            """Plans."""
            return [trip["to"].city, colour, when]

        given = {"trip": {"to": {"city": "Ipoh"}}, "when": "2026-01-31"}

        assert plan.bound(typing.cast("sambung.ToolCall", None), given)() == [
            "Ipoh",
            Colour.RED,
            datetime.date(2026, 1, 31),
        ]

    def test_results_are_texts_or_json(self) -> None:
        @sambung.tool
        def any_result() -> object:
            """Gives."""
            return None

        assert any_result.text_of("as it is") == "as it is"
        assert any_result.text_of({"a": [1, Place("Ipoh"), Colour.RED, datetime.date(2026, 1, 31)]}) == (
            '{"a": [1, {"city": "Ipoh", "country": "MY"}, "red", "2026-01-31"]}'
        )
        with pytest.raises(TypeError):
            any_result.text_of(object())

    def test_a_function_behind_a_decorator_is_a_tool(self) -> None:
        def traced(function: typing.Callable[..., str]) -> typing.Callable[..., str]:
            @functools.wraps(function)
            def call(*args: typing.Any, **kwargs: typing.Any) -> str:
                return function(*args, **kwargs).upper()

            return call

        @sambung.tool
        @traced
        def shout(word: str) -> str:
            """Shouts."""
            return word

        assert shout.schema["required"] == ["word"]
        assert shout.bound(typing.cast("sambung.ToolCall", None), {"word": "hi"})() == "HI"

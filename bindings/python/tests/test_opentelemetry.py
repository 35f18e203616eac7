"""instrument(): spans and measurements of answers, calls of models and calls of tools."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk")

import sambung
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sambung.integrations.opentelemetry import instrument, uninstrument


class Model(sambung.Provider):
    """Calls its tool, then says a word; breaks off where it is asked to."""

    def models(self) -> Any:
        return ["model"]

    def stream(self, request: sambung.CompletionRequest) -> Any:
        last = request.messages[-1].parts
        if any(part.type == "text" and part.text == "break" for part in last):
            raise sambung.ProviderError("broken")
        if request.tools and not any(part.type == "tool_result" for part in last):
            yield sambung.ToolCallDelta(index=0, id="call_1", name="look", arguments='{"what": "up"}')
        else:
            yield "secret word"
        yield sambung.UsageReport(usage=sambung.TokenUsage(input_tokens=11, output_tokens=7), raw="")


@sambung.tool
def look(what: str) -> str:
    """Looks."""
    return f"nothing {what}"


class Seen:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader])

    def span(self, name: str) -> Any:
        return self.spans(name)[0]

    def spans(self, name: str, count: int = 1) -> list[Any]:
        """Once as many have ended, which may be after their readers have seen the end."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = [one for one in self.exporter.get_finished_spans() if one.name == name]
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError([one.name for one in self.exporter.get_finished_spans()])

    def measured(self) -> dict[tuple[str, Any], float]:
        data: Any = self.reader.get_metrics_data()
        return {
            (metric.name, point.attributes.get("gen_ai.token.type")): point.sum
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
        }


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sambung.Engine]:
    with sambung.open(f"sqlite:{tmp_path}/a.db", providers={"own": Model()}, tools=[look], env={}) as made:
        yield made


def desk_of(engine: sambung.Engine) -> sambung.Workspace:
    return engine.workspace("acme", "ada@example.com", create=True)


def listen(engine: sambung.Engine, seen: Seen, **options: bool) -> None:
    instrument(engine, tracer_provider=seen.tracers, meter_provider=seen.meters, **options)


def test_an_answer_is_a_span_with_its_tools_below_it(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)
    desk = desk_of(engine)
    chat = desk.chats.create("t", model="own/model")

    with seen.tracers.get_tracer("test").start_as_current_span("request") as request:
        with desk.chats.send(chat, "look up", temperature=0.5) as turn:
            turn.text()

    answer, tool = seen.span("chat own/model"), seen.span("execute_tool look")
    assert answer.parent.span_id == request.get_span_context().span_id
    assert tool.parent.span_id == answer.context.span_id
    assert answer.attributes["gen_ai.provider.name"] == "own"
    assert answer.attributes["gen_ai.request.model"] == "model"
    assert answer.attributes["gen_ai.request.temperature"] == 0.5
    assert answer.attributes["gen_ai.usage.input_tokens"] == 22
    assert answer.attributes["gen_ai.usage.output_tokens"] == 14
    assert answer.attributes["gen_ai.conversation.id"] == chat.id
    assert tool.attributes["gen_ai.tool.call.id"] == "call_1"
    assert answer.status.is_ok or answer.status.is_unset


def test_nothing_that_was_said_is_told_unless_it_is_asked_for(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)
    desk = desk_of(engine)
    turn = desk.chats.send(desk.chats.create("t", model="own/model"), "look up")
    turn.answer()
    seen.span("chat own/model")
    assert "secret" not in "".join(one.to_json() for one in seen.exporter.get_finished_spans())

    again = Seen()
    listen(engine, again, capture_content=True)
    desk.chats.send(desk.chats.create("t", model="own/model"), "look up").answer()
    assert "secret word" in again.span("chat own/model").attributes["gen_ai.output.messages"]
    assert again.span("execute_tool look").attributes["gen_ai.tool.call.result"] == "nothing up"


def test_an_answer_that_nobody_reads_ends_its_span(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)
    desk = desk_of(engine)

    desk.chats.send(desk.chats.create("t", model="own/model"), "hello", tools=[]).close()

    assert seen.span("chat own/model").attributes["gen_ai.usage.output_tokens"] == 7


def test_a_failure_is_told_by_its_code(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)
    desk = desk_of(engine)

    desk.chats.send(desk.chats.create("t", model="own/model"), "break").answer()
    with pytest.raises(sambung.ProviderError):
        desk.completions.complete("own/model", "break")

    failed = seen.spans("chat own/model", count=2)
    assert [one.attributes["error.type"] for one in failed] == ["provider_error"] * 2
    assert not any(one.status.is_ok for one in failed)


def test_calls_of_models_are_measured(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)
    desk = desk_of(engine)

    desk.completions.complete("own/model", "hello")
    with desk.completions.stream("own/model", "hello") as stream:
        list(stream)
    with desk.completions.stream("own/model", "hello") as stream:
        next(stream)  # and left

    assert len(seen.spans("chat own/model", count=3)) == 3
    measured = seen.measured()
    assert measured["gen_ai.client.token.usage", "input"] == 22
    assert measured["gen_ai.client.token.usage", "output"] == 14
    assert measured["gen_ai.client.operation.duration", None] > 0


def test_the_other_face_is_listened_to_as_well(engine: sambung.Engine, seen: Seen) -> None:
    listen(engine, seen)

    async def work() -> None:
        desk = await engine.as_async().workspace("acme", "ada@example.com", create=True)
        with trace.use_span(seen.tracers.get_tracer("test").start_span("request")) as request:
            turn = await desk.chats.send(await desk.chats.create("t", model="own/model"), "look up")
            await turn.text()
        assert seen.span("chat own/model").parent.span_id == request.get_span_context().span_id
        async with await desk.completions.stream("own/model", "hello") as stream:
            assert [event async for event in stream]

    asyncio.run(work())
    seen.span("execute_tool look")


def test_an_engine_that_was_not_named_is_left_alone(engine: sambung.Engine, seen: Seen, tmp_path: Path) -> None:
    listen(engine, seen)
    with sambung.open(f"sqlite:{tmp_path}/b.db", providers={"own": Model()}, env={}) as other:
        desk_of(other).completions.complete("own/model", "hello")
    uninstrument(engine)
    desk_of(engine).completions.complete("own/model", "hello")

    assert not seen.exporter.get_finished_spans()

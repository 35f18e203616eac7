"""Tools with a span around each call, under the span of the answer that makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry.trace import SpanKind, Status, StatusCode
from sambung import Tool
from sambung.integrations.opentelemetry.spans import Telemetry, error_type

if TYPE_CHECKING:
    from sambung import ToolCall


class TracedTool(Tool[..., Any]):
    """The same tool."""

    def __init__(self, plain: Tool[..., Any], telemetry: Telemetry) -> None:
        self.__dict__.update(plain.__dict__)
        self.plain = plain
        self._telemetry = telemetry

    def bound(self, call: ToolCall, arguments: Any) -> Callable[[], Any]:
        function = self.plain.bound(call, arguments)
        if self.is_coroutine:

            async def awaited() -> Any:
                with self._span(call) as result:
                    return result(await function())

            return awaited

        def called() -> Any:
            with self._span(call) as result:
                return result(function())

        return called

    @contextmanager
    def _span(self, call: ToolCall) -> Iterator[Callable[[Any], Any]]:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": self.name,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": call.id,
            "gen_ai.tool.description": self.description,
        }
        if self._telemetry.capture_content:
            attributes["gen_ai.tool.call.arguments"] = call.arguments
        with self._telemetry.tracer.start_as_current_span(
            f"execute_tool {self.name}",
            kind=SpanKind.INTERNAL,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def result(value: Any) -> Any:
                if self._telemetry.capture_content:
                    span.set_attribute("gen_ai.tool.call.result", self.text_of(value))
                return value

            try:
                yield result
            except BaseException as wrong:
                span.set_attribute("error.type", error_type(wrong))
                span.set_status(Status(StatusCode.ERROR))
                raise

"""Streams of completions that end their span: with their last event, or when they are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sambung
from sambung.integrations.opentelemetry.spans import Operation

if TYPE_CHECKING:
    from sambung import CompletionEvent


class Heard:
    """What has come so far."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._text: list[str] = []
        self._usage: Any = None
        self._reason: str | None = None

    def event(self, event: CompletionEvent) -> None:
        match event:
            case sambung.TextDelta(text=text):
                self._text.append(text)
            case sambung.UsageReport(usage=usage):
                self._usage = usage
            case sambung.CompletionFinished(reason=reason):
                self._reason = reason

    def end(self, model: str, error: BaseException | None = None) -> None:
        self._operation.said([sambung.TextPart(text="".join(self._text))], self._reason)
        self._operation.end(self._usage, reason=self._reason, error=error, attributes={"gen_ai.response.model": model})


class TracedStream(sambung.CompletionStream):
    """The same stream."""

    __slots__ = ("_heard",)

    _heard: Heard

    @classmethod
    def of(cls, plain: sambung.CompletionStream, operation: Operation) -> TracedStream:
        made = cls(plain._core, plain._native, plain._timeout)
        made._heard = Heard(operation)
        return made

    def __next__(self) -> CompletionEvent:
        try:
            event = super().__next__()
        except BaseException as ended:
            self._heard.end(self.model, None if isinstance(ended, StopIteration) else ended)
            raise
        self._heard.event(event)
        return event

    def close(self) -> None:
        self._heard.end(self.model)
        super().close()


class AsyncTracedStream(sambung.AsyncCompletionStream):
    """The same stream."""

    __slots__ = ("_heard",)

    _heard: Heard

    @classmethod
    def of(cls, plain: sambung.AsyncCompletionStream, operation: Operation) -> AsyncTracedStream:
        made = cls(plain._core, plain._native, plain._timeout)
        made._heard = Heard(operation)
        return made

    async def __anext__(self) -> CompletionEvent:
        try:
            event = await super().__anext__()
        except BaseException as ended:
            self._heard.end(self.model, None if isinstance(ended, StopAsyncIteration) else ended)
            raise
        self._heard.event(event)
        return event

    async def aclose(self) -> None:
        self._heard.end(self.model)
        await super().aclose()

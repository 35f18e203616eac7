"""AsyncTurn: one exchange in flight, read by any number of readers, each from any event on."""

from __future__ import annotations

import typing

from .. import _sambung
from ..errors import TurnFailedError
from ._core import AsyncReader

if typing.TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from .._types import Message, MessageId, TurnEvent, TurnFinished
    from ..errors import ErrorCode

__all__ = ["AsyncTextStream", "AsyncTurn"]


class AsyncTurn(AsyncReader["_sambung.Turn"]):
    """Iterating gives its events; leaving only stops reading, the turn goes on::

        turn = await desk.chats.send(chat, "Apa khabar?")
        async for event in turn:
            match event:
                case sambung.TextDelta(text):
                    ...

    For one reader at a time: a second one calls `chats.resume`.
    """

    __slots__ = ("_buffer", "_last", "_numbers")

    _buffer: Iterator[TurnEvent]
    _numbers: Iterator[int]

    def __init__(self, core: typing.Any, native: _sambung.Turn, timeout: float | None) -> None:
        super().__init__(core, native, timeout)
        self._buffer = iter(())
        self._numbers = iter(())
        self._last = native.last_event

    @property
    def message_id(self) -> MessageId:
        """Of the answer."""
        return self._native.message_id

    @property
    def last_event(self) -> int:
        """The number of the event that was read last: where `chats.resume` goes on."""
        return self._last

    @property
    def text_stream(self) -> AsyncTextStream:
        """The text of the answer, piece by piece.

        Raises `TurnFailedError` when the turn ends failed or incomplete: a failure never looks like an end.
        """
        return AsyncTextStream(self)

    async def text(self) -> str:
        """The whole text of the answer. Raises as `text_stream` does."""
        return "".join([piece async for piece in self.text_stream])

    async def answer(self) -> Message:
        """Reads on to the end and gives the stored answer, whatever its state."""
        self._buffer = iter(())
        await self._leave()
        answer = await self._call(_sambung.turn_answer)
        self._core.turn_ended(answer.id)
        return answer

    async def stop(self) -> Message:
        """Ends the turn as cancelled, with what has come so far; gives the stored answer."""
        answer = await self._call(_sambung.turn_stop)
        self._core.turn_ended(answer.id)
        return answer

    def sse(self, after: int = 0) -> AsyncServerSentEvents:
        """The events as bytes of text/event-stream, each with its number as its id, for any web framework.

        Args:
            after: The client's Last-Event-ID: events up to it are left out.
        """
        return AsyncServerSentEvents(self, after)

    async def display(self) -> str:
        """Shows the answer in one output of a notebook while it comes; gives its text."""
        from ..display import LiveOutput

        said = ""
        output = LiveOutput()
        async for piece in self.text_stream:
            said += piece
            output.show(said)
        return said

    async def aclose(self) -> None:
        """Stops reading, at any time. The turn goes on."""
        self._native.close()

    def __aiter__(self) -> AsyncTurn:
        return self

    async def __anext__(self) -> TurnEvent:
        for event in self._buffer:
            self._last = next(self._numbers, self._last)
            return event
        events = await self._read(self._native.ready, _sambung.turn_wait)
        if not events:
            raise StopAsyncIteration
        if events[-1].type == "finished":
            self._core.turn_ended(self.message_id)
        self._buffer = iter(events)
        self._numbers = iter(self._native.numbers())
        self._last = next(self._numbers, self._last)
        return next(self._buffer)

    async def __aenter__(self) -> AsyncTurn:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncTextStream:
    """The text of an answer, piece by piece."""

    __slots__ = ("_said", "_turn")

    def __init__(self, turn: AsyncTurn) -> None:
        self._turn = turn
        self._said = 0  # characters so far

    def __aiter__(self) -> AsyncTextStream:
        return self

    async def __anext__(self) -> str:
        async for event in self._turn:
            if event.type == "text":
                text = event.text
            elif event.type == "snapshot":  # stands for everything before it
                text = "".join([part.text for part in event.parts if part.type == "text"])[self._said :]
            elif event.type == "finished" and event.state in ("failed", "incomplete"):
                raise await self._failure(event)
            else:
                continue
            if text:
                self._said += len(text)
                return text
        raise StopAsyncIteration

    async def _failure(self, end: TurnFinished) -> TurnFailedError:
        from ..errors import BY_CODE

        record = await self._turn.answer()
        reason = end.reason or "internal"
        what = end.error or f"the turn ended {end.state}: {reason}"
        code = typing.cast("ErrorCode", reason if reason in BY_CODE else "unavailable")
        return TurnFailedError(what, record=record, code=code)


class AsyncServerSentEvents:
    """Events as bytes of text/event-stream."""

    __slots__ = ("_after", "_ended", "_turn")

    def __init__(self, turn: AsyncTurn, after: int) -> None:
        self._turn = turn
        self._after = after
        self._ended = False

    def __aiter__(self) -> AsyncServerSentEvents:
        return self

    async def __anext__(self) -> bytes:
        if self._ended:
            raise StopAsyncIteration
        try:
            async for event in self._turn:
                if self._turn.last_event > self._after:
                    return b"id: %d\ndata: %s\n\n" % (self._turn.last_event, event.to_json().encode())
        except Exception as error:
            from .._sse import error_event

            self._ended = True
            return error_event(error)
        self._ended = True
        raise StopAsyncIteration

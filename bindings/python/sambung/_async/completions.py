"""AsyncCompletions: calls of models without a chat."""

from __future__ import annotations

import typing

from .. import _sambung
from .._parts import messages_of
from .._types import TextDelta
from ._core import AsyncReader, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from .._parts import MessageLike
    from .._types import (
        Completion,
        CompletionEvent,
        EmbeddingBatch,
        Issue,
        JsonValue,
        ModelInfo,
        PromptTrial,
        PromptTrialReport,
        ProviderHealth,
    )
    from ..options import CompletionOptions
    from ..parsed import Parsed

__all__ = ["AsyncCompletionStream", "AsyncCompletions"]

O = typing.TypeVar("O")


class AsyncCompletions(AsyncService["_sambung.Workspace"]):
    """Nothing is stored but what was used. A quota that is used up raises `QuotaExceededError` before anything is sent.

    Models are "provider/model" or an alias. Messages are a text, records, or OpenAI's dicts.
    """

    __slots__ = ()

    async def complete(
        self, model: str, messages: str | Sequence[MessageLike], **options: typing.Unpack[CompletionOptions]
    ) -> Completion:
        """The whole answer.

        Args:
            model: "provider/model" or an alias.
            messages: A text is one user's message.
            **options: `temperature top_p max_tokens seed stop presence_penalty frequency_penalty tools choice
                parallel_tool_calls format effort extra on_unsupported`.
        """
        request = {"model": model, "messages": messages_of(messages), **options}
        return await self._call(_sambung.completions_complete, typing.cast("typing.Any", request))

    async def stream(
        self, model: str, messages: str | Sequence[MessageLike], **options: typing.Unpack[CompletionOptions]
    ) -> AsyncCompletionStream:
        """The answer as it is made. Leaving it closes the connection to the vendor."""
        request = {"model": model, "messages": messages_of(messages), **options}
        native = await self._call(_sambung.completions_stream, typing.cast("typing.Any", request))
        return AsyncCompletionStream(self._core, native, self._timeout)

    async def parse(
        self,
        model: str,
        messages: str | Sequence[MessageLike],
        output: type[O],
        **options: typing.Unpack[CompletionOptions],
    ) -> Parsed[O]:
        """An answer in the form of a class: a dataclass, a TypedDict or a pydantic model.

        Raises:
            ProviderError: The model answered with something else.
        """
        from ..parsed import format_of, parsed

        options["format"] = format_of(output)
        return parsed(output, await self.complete(model, messages, **options))

    async def embed(
        self,
        model: str,
        texts: str | Sequence[str],
        *,
        dimensions: int | None = None,
        extra: dict[str, JsonValue] | None = None,
    ) -> EmbeddingBatch:
        """A vector for each text, in their order.

        Args:
            model: "provider/model" or an alias.
            texts: One text, or several.
            dimensions: Of each vector, where the model can shorten it.
            extra: Further members of the vendor's request body.
        """
        request = {
            "model": model,
            "texts": [texts] if isinstance(texts, str) else list(texts),
            "dimensions": dimensions,
            "extra": extra or {},
        }
        return await self._call(_sambung.completions_embed, typing.cast("typing.Any", request))

    async def try_prompt(self, **trial: typing.Unpack[PromptTrial]) -> PromptTrialReport:
        """Asks a model with a prompt's examples, and says which answers are as expected.

        Args:
            **trial: `id` and `versions` of a kept prompt, or its `content`; `examples`, in place of its own; `text`,
                what is said behind it; `model`, `max_tokens`.
        """
        return await self._call(_sambung.completions_try_prompt, trial)

    async def models(self) -> tuple[ModelInfo, ...]:
        """Every provider's models, and the aliases."""
        return await self._call(_sambung.completions_models)

    async def provider_health(self) -> tuple[ProviderHealth, ...]:
        """How the providers fare."""
        return await self._call(_sambung.completions_provider_health)


class AsyncCompletionStream(AsyncReader["_sambung.CompletionStream"]):
    """The events of one answer, in the order the model made them. For one reader."""

    __slots__ = ("_buffer",)

    _buffer: Iterator[CompletionEvent]

    def __init__(self, core: typing.Any, native: _sambung.CompletionStream, timeout: float | None) -> None:
        super().__init__(core, native, timeout)
        self._buffer = iter(())

    @property
    def model(self) -> str:
        """The vendor's name for what answers; the requested one until it is known."""
        return self._native.model

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What was left out of the request, as `on_unsupported` allowed."""
        return self._native.warnings

    @property
    def text_stream(self) -> AsyncCompletionText:
        """The text of the answer, piece by piece."""
        return AsyncCompletionText(self)

    async def text(self) -> str:
        """The whole text of the answer."""
        return "".join([piece async for piece in self.text_stream])

    async def aclose(self) -> None:
        """Ends it, at any time, and closes the connection to the vendor."""
        self._native.close()

    def __aiter__(self) -> AsyncCompletionStream:
        return self

    async def __anext__(self) -> CompletionEvent:
        for event in self._buffer:
            return event
        events = await self._read(self._native.ready, _sambung.completion_wait)
        if not events:
            raise StopAsyncIteration
        self._buffer = iter(events)
        return next(self._buffer)

    async def __aenter__(self) -> AsyncCompletionStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncCompletionText:
    """The text of an answer, piece by piece."""

    __slots__ = ("_stream",)

    def __init__(self, stream: AsyncCompletionStream) -> None:
        self._stream = stream

    def __aiter__(self) -> AsyncCompletionText:
        return self

    async def __anext__(self) -> str:
        async for event in self._stream:
            if isinstance(event, TextDelta):
                return event.text
        raise StopAsyncIteration

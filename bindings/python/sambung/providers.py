"""Providers: what answers for "NAME/model". Native ones to combine, and a base class for those written in Python.

::

    engine = sambung.open(
        providers={
            "openai": providers.retrying(providers.openai(key)),
            "mine": MyModel(),
        }
    )
"""

from __future__ import annotations

import inspect
import os
import threading
import typing

from . import _sambung

if typing.TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from ._types import (
        CompletionEvent,
        CompletionRequest,
        EmbeddingBatch,
        EmbeddingRequest,
        ModelInfo,
    )
    from .secret import Secret

    Chunk = typing.Union[str, CompletionEvent]
    Chunks = typing.Union[Iterator[Chunk], AsyncIterator[Chunk]]
    Seconds = typing.Union[float, timedelta]
    InPool = Callable[[Callable[[], typing.Any]], Awaitable[typing.Any]]
    AnyProvider = typing.Union["Provider", "NativeProvider"]
    Make = Callable[[Callable[[AnyProvider], _sambung.Provider]], _sambung.Provider]

__all__ = [
    "NativeProvider",
    "Provider",
    "anthropic",
    "cached",
    "circuit_breaker",
    "compatible",
    "demo",
    "env",
    "fallback",
    "ollama",
    "openai",
    "rate_limited",
    "retrying",
]


class Provider:
    """A model vendor written in Python: override `stream`, and what else it has.

    ::

        class MyModel(sambung.Provider):
            async def stream(self, request):
                async for word in my_model(request.messages):
                    yield word

    A function or coroutine may be either; what blocks runs in a pool of threads.
    """

    def stream(self, request: CompletionRequest) -> Chunks:
        """A generator of texts or events. A slow turn makes `yield` wait; a stopped one closes the generator."""
        raise NotImplementedError(f"{type(self).__name__} has no stream()")

    def models(self) -> Sequence[ModelInfo | str] | Awaitable[Sequence[ModelInfo | str]]:
        """What it offers, without "NAME/"."""
        return ()

    def check(self) -> None | Awaitable[None]:
        """Whether the account works: raises if not."""
        return None

    def embed(
        self, request: EmbeddingRequest
    ) -> EmbeddingBatch | Sequence[Sequence[float]] | Awaitable[EmbeddingBatch | Sequence[Sequence[float]]]:
        """A vector for each text."""
        from .errors import UnsupportedError

        raise UnsupportedError("this provider has no embeddings")

    def capabilities(self) -> Mapping[str, Mapping[str, bool | int | str]]:
        """What is known of its models, by patterns of their names ("*" stands for any text)."""
        return {}

    # How it is asked; see _callbacks.py.

    async def _asked(self, what: str, request: typing.Any, in_pool: InPool) -> typing.Any:
        arguments = (_request_of("EmbeddingRequest", request),) if what == "embed" else ()
        function: typing.Any = getattr(self, what)
        if inspect.iscoroutinefunction(function):
            value = await function(*arguments)
        else:
            value = await in_pool(lambda: function(*arguments))
            if inspect.isawaitable(value):
                value = await value
        return _told(what, value)

    def _streamed(self, request: typing.Any, in_pool: InPool) -> AsyncIterator[Chunk]:
        chunks = self.stream(_request_of("CompletionRequest", request))
        if hasattr(chunks, "__aiter__"):
            return chunks.__aiter__()
        return _InPool(iter(chunks), in_pool)


def _told(what: str, value: typing.Any) -> typing.Any:
    """What a provider gave, as the engine reads it."""
    if what == "models":
        return [one if isinstance(one, str) else one.to_dict() for one in value]
    if what == "embed":
        return [list(vector) for vector in getattr(value, "vectors", value)]
    return None


_END = object()


class _InPool:
    """The chunks of a generator that blocks, each made on a thread of the pool."""

    def __init__(self, chunks: Iterator[Chunk], in_pool: InPool) -> None:
        self._chunks = chunks
        self._in_pool = in_pool
        self._lock = threading.Lock()
        self._running = False
        self._left = False

    def __aiter__(self) -> _InPool:
        return self

    async def __anext__(self) -> Chunk:
        chunk = await self._in_pool(self._next)
        if chunk is _END:
            raise StopAsyncIteration
        return typing.cast("Chunk", chunk)

    async def aclose(self) -> None:
        """A generator that is making a chunk yet is closed by its own thread, once it has."""
        with self._lock:
            self._left = True
            if self._running:
                return
        await self._in_pool(self._close)

    def _next(self) -> object:
        with self._lock:
            if self._left:
                return _END
            self._running = True
        try:
            return next(self._chunks, _END)
        finally:
            with self._lock:
                self._running = False
                left = self._left
            if left:
                self._close()

    def _close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


def _request_of(name: str, request: typing.Any) -> typing.Any:
    """A request as its class, where the engine gave its members."""
    if not isinstance(request, dict):
        return request
    from . import _types

    return getattr(_types, name)(**request)


class Placing:
    """The providers of one engine that is to be opened, and those of Python's among and inside them, by name."""

    def __init__(self) -> None:
        self.callbacks: _sambung.Callbacks = _sambung.Callbacks()
        self.python: dict[str, Provider] = {}
        self._name = ""

    def place(self, name: str, one: Provider | NativeProvider) -> _sambung.Provider:
        self._name = name
        return self.native(one)

    def native(self, one: Provider | NativeProvider) -> _sambung.Provider:
        if isinstance(one, NativeProvider):
            return one._native(self)
        name, number = self._name, 1
        while name in self.python:
            number += 1
            name = f"{self._name} {number}"
        self.python[name] = one
        return _sambung.provider_python(self.callbacks, name, dict(one.capabilities()))


class NativeProvider:
    """A provider of the engine's own: give it a name in `open(providers=...)`, or another one around it."""

    __slots__ = ("_made", "_make", "_what")

    def __init__(self, made: _sambung.Provider | None, what: str, make: Make | None = None) -> None:
        self._made = made
        self._make = make  # around a provider of Python's: anew for each engine
        self._what = what

    def _native(self, placing: Placing) -> _sambung.Provider:
        if self._made is not None:
            return self._made
        assert self._make is not None
        return self._make(placing.native)

    def __repr__(self) -> str:
        return f"<sambung provider {self._what}>"


def openai(
    key: str | Secret | None = None,
    *,
    base_url: str = "https://api.openai.com/v1",
    headers: Mapping[str, str] | None = None,
    max_connections: int = 512,
    ca_file: str | os.PathLike[str] | None = None,
) -> NativeProvider:
    """OpenAI's protocol: OpenAI itself, or whoever speaks it at `base_url`.

    Args:
        key: Sent to that host only; None: calls bring their own, from the vault.
        base_url: Up to and including "/v1".
        headers: Further ones for every request.
        max_connections: At once.
        ca_file: PEM to verify the host with; None: the system's.
    """
    options = _account(key, base_url, headers, max_connections, ca_file)
    return NativeProvider(_sambung.provider_openai(options), f"openai at {base_url}")


def anthropic(
    key: str | Secret | None = None,
    *,
    base_url: str = "https://api.anthropic.com",
    headers: Mapping[str, str] | None = None,
    max_connections: int = 512,
    ca_file: str | os.PathLike[str] | None = None,
) -> NativeProvider:
    """Anthropic's Messages API; arguments as for `openai`, the URL without "/v1"."""
    options = _account(key, base_url, headers, max_connections, ca_file)
    return NativeProvider(_sambung.provider_anthropic(options), f"anthropic at {base_url}")


def ollama(
    base_url: str = "http://127.0.0.1:11434",
    *,
    key: str | Secret | None = None,
    keep_alive: Seconds | None = None,
    headers: Mapping[str, str] | None = None,
    max_connections: int = 512,
    ca_file: str | os.PathLike[str] | None = None,
) -> NativeProvider:
    """Ollama's own API; `keep_alive` is how long a model stays loaded, negative: for ever."""
    options = _account(key, base_url, headers, max_connections, ca_file)
    if keep_alive is not None:
        options["keep_alive"] = keep_alive
    return NativeProvider(_sambung.provider_ollama(options), f"ollama at {base_url}")


def compatible(
    name: str,
    key: str | Secret | None = None,
    *,
    base_url: str | None = None,
    headers: Mapping[str, str] | None = None,
    max_connections: int = 512,
    ca_file: str | os.PathLike[str] | None = None,
) -> NativeProvider:
    """A vendor or local server that speaks OpenAI's protocol, by its name: "groq", "mistral", "vllm" and others.

    Raises:
        NotFoundError: Of an unknown name, with those that there are.
    """
    options = _account(key, base_url, headers, max_connections, ca_file)
    return NativeProvider(_sambung.provider_compatible(name, options), name)


def demo(*, delay: Seconds = 0.02) -> NativeProvider:
    """A model that needs no account and no network, and says so; `delay` is between words."""
    return NativeProvider(_sambung.provider_demo({"delay": delay}), "demo")


def env(environment: Mapping[str, str] | None = None) -> dict[str, NativeProvider]:
    """Those whose usual variables are set in the environment; the demo if none is."""
    found = _sambung.provider_env(dict(os.environ if environment is None else environment))
    return {name: NativeProvider(handle, name) for name, handle in found.items()}


class RetryOptions(typing.TypedDict, total=False):
    """How often and how long a failed call is repeated."""

    max_retries: int
    base_delay: Seconds
    max_delay: Seconds
    max_retry_after: Seconds
    deadline: Seconds
    budget_per_call: float
    budget_burst: float


class CacheOptions(typing.TypedDict, total=False):
    """How many answers are kept, and for how long."""

    max_entries: int
    max_bytes: int
    max_entry_bytes: int
    time_to_live: Seconds


class RateOptions(typing.TypedDict, total=False):
    """What a vendor allows."""

    requests_per_minute: float
    tokens_per_minute: float
    burst: Seconds
    max_waiting: int
    max_wait: Seconds
    assumed_output_tokens: int


class BreakerOptions(typing.TypedDict, total=False):
    """When a vendor is left alone, and for how long."""

    name: str
    window: int
    min_calls: int
    failure_rate: float
    open_time: Seconds
    open_jitter: Seconds


def retrying(provider: AnyProvider, **options: typing.Unpack[RetryOptions]) -> NativeProvider:
    """Asks again when a vendor was away for a moment: `max_retries`, `base_delay` and so on."""
    return _around("retrying", provider, lambda native: _sambung.retrying(native(provider), dict(options)))


def fallback(*providers: AnyProvider | tuple[AnyProvider, str], patience: Seconds | None = None) -> NativeProvider:
    """Asks the next one when one cannot answer.

    Args:
        *providers: In order; with a model's own name beside it, that is asked for in place of the request's.
        patience: How long one may take before the next is asked.
    """
    candidates = [one if isinstance(one, tuple) else (one, "") for one in providers]
    options: dict[str, typing.Any] = {} if patience is None else {"patience": patience}

    def make(native: Callable[[AnyProvider], _sambung.Provider]) -> _sambung.Provider:
        return _sambung.fallback(
            [{"provider": native(one), "model": model, "name": model or _what(one)} for one, model in candidates],
            options,
        )

    return _combined(", else ".join([_what(one) for one, _ in candidates]), [one for one, _ in candidates], make)


def cached(provider: AnyProvider, **options: typing.Unpack[CacheOptions]) -> NativeProvider:
    """Gives the same answer to the same request of the same user again: `max_entries`, `time_to_live` and so on."""
    return _around("cached", provider, lambda native: _sambung.cached(native(provider), dict(options)))


def rate_limited(provider: AnyProvider, **options: typing.Unpack[RateOptions]) -> NativeProvider:
    """Keeps to a vendor's limits: `requests_per_minute`, `tokens_per_minute` and so on."""
    return _around("rate-limited", provider, lambda native: _sambung.rate_limited(native(provider), dict(options)))


def circuit_breaker(provider: AnyProvider, **options: typing.Unpack[BreakerOptions]) -> NativeProvider:
    """Leaves a vendor alone that does not work: `window`, `failure_rate`, `open_time` and so on."""
    return _around("guarded", provider, lambda native: _sambung.circuit_breaker(native(provider), dict(options)))


def _around(how: str, provider: AnyProvider, make: Make) -> NativeProvider:
    return _combined(f"{how} {_what(provider)}", [provider], make)


def _combined(what: str, inner: Sequence[AnyProvider], make: Make) -> NativeProvider:
    for one in inner:
        if not isinstance(typing.cast("object", one), (Provider, NativeProvider)):
            raise TypeError(f"{type(one).__name__} is no sambung.Provider")
    made = make(Placing().native)  # what is wrong with the options is told now
    if all(isinstance(one, NativeProvider) and one._made is not None for one in inner):
        return NativeProvider(made, what)
    return NativeProvider(None, what, make)


def _what(provider: AnyProvider) -> str:
    return provider._what if isinstance(provider, NativeProvider) else type(provider).__name__


def entry_point(group: str, name: str) -> typing.Any:
    """What a package offers under this name in a group; loaded now, never at start."""
    from importlib import metadata

    found = list(metadata.entry_points(group=group, name=name))
    if not found:
        known = sorted({one.name for one in metadata.entry_points(group=group)})
        from .errors import NotFoundError

        raise NotFoundError(f"no package offers {name!r} in {group}; there are: {', '.join(known) or 'none'}")
    return found[0].load()


def specifications_of(
    given: Mapping[str, Provider | NativeProvider | str], placing: Placing
) -> dict[str, _sambung.Provider | str]:
    """Providers as the engine takes them.

    A text is "provider/model", for which the name is another one, or that of an entry point.
    """
    native: dict[str, _sambung.Provider | str] = {}
    for name, one in given.items():
        if isinstance(one, str) and "/" in one:  # another name for a model
            native[name] = one
            continue
        if isinstance(one, str):
            made = entry_point("sambung.providers", one)
            one = made() if callable(made) and not isinstance(made, (Provider, NativeProvider)) else made
        if not isinstance(typing.cast("object", one), (Provider, NativeProvider)):
            raise TypeError(f"provider {name}: {type(one).__name__} is no sambung.Provider")
        native[name] = placing.place(name, one)
    return native


def _account(
    key: str | Secret | None,
    base_url: str | None,
    headers: Mapping[str, str] | None,
    max_connections: int,
    ca_file: str | os.PathLike[str] | None,
) -> dict[str, typing.Any]:
    options: dict[str, typing.Any] = {"max_connections": max_connections, "headers": list((headers or {}).items())}
    if key is not None:
        options["key"] = key if isinstance(key, str) else key.reveal()
    if base_url is not None:
        options["base_url"] = base_url
    if ca_file is not None:
        options["ca_file"] = os.fspath(ca_file)
    return options

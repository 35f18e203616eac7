"""For tests of applications: a model that says what it is told to, and an engine that leaves nothing behind.

::

    def test_greets():
        model = testing.ScriptedProvider(["Apa khabar?"])
        with testing.open_memory(providers={"mine": model}) as engine:
            desk = engine.workspace("acme", "ada@example.com", create=True)
            chat = desk.chats.create(model="mine/any")
            assert desk.chats.send(chat, "Hello").text() == "Apa khabar?"
        assert model.requests[0].messages[-1].parts[0].text == "Hello"
"""

from __future__ import annotations

import typing

from .providers import Provider

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._opening import OpenOptions
    from ._sync.engine import Engine
    from ._types import CompletionRequest
    from .providers import Chunk

__all__ = ["ScriptedProvider", "open_memory"]


class ScriptedProvider(Provider):
    """Answers each call with the next of its answers: a text, the chunks of one, or an exception to raise.

    Attributes:
        requests: What was asked, in order.
    """

    def __init__(
        self, answers: Iterable[str | Sequence[Chunk] | Exception], models: Sequence[str] = ("scripted",)
    ) -> None:
        self.requests: list[CompletionRequest] = []
        self._answers = iter(answers)
        self._models = models

    def stream(self, request: CompletionRequest) -> Iterator[Chunk]:
        self.requests.append(request)
        answer = next(self._answers, None)
        if answer is None:
            raise AssertionError("the script has no further answer")
        if isinstance(answer, Exception):
            raise answer
        yield from [answer] if isinstance(answer, str) else answer

    def models(self) -> Sequence[str]:
        return self._models


def open_memory(**options: typing.Unpack[OpenOptions]) -> Engine:
    """An engine in memory, which reads no environment and keeps nothing."""
    from ._opening import open_engine

    given: OpenOptions = {"env": {}, **options}
    return open_engine("memory:", **given)

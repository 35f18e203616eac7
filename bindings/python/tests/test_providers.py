"""Providers: those in Python, and the engine's own in combination; completions without a chat."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
import typing

import pytest
import sambung
from programs import told
from sambung import providers
from sambung.testing import ScriptedProvider

if typing.TYPE_CHECKING:
    from faces import Face


class Words(sambung.Provider):
    """Says words, as an asynchronous generator."""

    def __init__(self, words: typing.Sequence[str]) -> None:
        self._words = words
        self.closed = threading.Event()

    async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
        try:
            for word in self._words:
                yield word
                await asyncio.sleep(0)
        finally:
            self.closed.set()

    def models(self) -> typing.Sequence[str]:
        return ["large", "small"]

    def embed(self, request: sambung.EmbeddingRequest) -> typing.Sequence[typing.Sequence[float]]:
        return [[float(len(text)), 1.0] for text in request.texts]


async def test_a_provider_in_python_answers_turns_and_completions(face: Face) -> None:
    desk = await face.desk(providers={"mine": Words(["Khabar ", "baik"])})
    chat = await desk.chats.create(model="mine/large")

    assert await (await desk.chats.send(chat, "Apa khabar?")).text() == "Khabar baik"
    completion = await desk.completions.complete("mine/large", "Apa khabar?")
    assert completion.parts == (sambung.TextPart(text="Khabar baik"),)
    stream = await desk.completions.stream("mine/large", [{"role": "user", "content": "Apa khabar?"}])
    assert await stream.text() == "Khabar baik"


async def test_it_is_asked_what_was_sent(face: Face) -> None:
    script = ScriptedProvider(["ok"])
    desk = await face.desk(providers={"mine": script})

    await desk.completions.complete(
        "mine/any",
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
        temperature=0.5,
        max_tokens=7,
    )

    request = script.requests[0]
    assert request.model == "any"
    assert [message.parts[0].text for message in request.messages] == ["Be brief.", "Hi"]
    assert (request.temperature, request.max_tokens) == (0.5, 7)


async def test_its_models_and_embeddings_are_listed(face: Face) -> None:
    desk = await face.desk(providers={"mine": Words([])})

    assert [model.id for model in await desk.completions.models()] == ["mine/large", "mine/small"]
    batch = await desk.completions.embed("mine/large", ["a", "four"])
    assert batch.vectors == ((1.0, 1.0), (4.0, 1.0))


async def test_what_it_raises_stays_here(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    desk = await face.desk(providers={"mine": ScriptedProvider([ValueError("a secret of ours")])})

    with pytest.raises(sambung.ProviderError) as caught:
        await desk.completions.complete("mine/any", "Hi")

    assert "secret" not in str(caught.value)
    assert "a secret of ours" in caplog.text


async def test_an_error_of_sambungs_keeps_what_it_says(face: Face) -> None:
    why = sambung.RateLimitError("slowly", retry_after=3.0, status=429)
    desk = await face.desk(providers={"mine": ScriptedProvider([why])})

    with pytest.raises(sambung.RateLimitError) as caught:
        await desk.completions.complete("mine/any", "Hi")

    assert (caught.value.message, caught.value.retry_after, caught.value.status) == ("slowly", 3.0, 429)


async def test_stop_closes_the_generator(face: Face) -> None:
    class Endless(Words):
        async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
            try:
                while True:
                    yield "word "
                    await asyncio.sleep(0.001)
            finally:
                self.closed.set()

    endless = Endless([])
    desk = await face.desk(providers={"mine": endless})
    turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
    async for event in turn:
        if isinstance(event, sambung.TextDelta):
            break

    assert (await turn.stop()).state == "cancelled"
    assert await asyncio.to_thread(endless.closed.wait, 5.0)


async def test_more_chunks_than_the_queue_holds_come_in_order(face: Face) -> None:
    numbers = [f"{i} " for i in range(5_000)]
    desk = await face.desk(providers={"mine": ScriptedProvider([numbers])})

    assert (await desk.completions.complete("mine/any", "Count")).parts[0].text == "".join(numbers)


@dataclasses.dataclass
class Person:
    name: str
    age: int
    nick: str | None = None


async def test_an_answer_is_parsed_into_a_class(face: Face) -> None:
    desk = await face.desk(providers={"mine": ScriptedProvider(['{"name":"Ada","age":36}'])})

    parsed = await desk.completions.parse("mine/any", "Who?", output=Person)

    assert parsed.value == Person("Ada", 36)
    assert parsed.completion.finish_reason if hasattr(parsed.completion, "finish_reason") else parsed.completion.reason


async def test_an_answer_of_another_form_is_an_error(face: Face) -> None:
    desk = await face.desk(providers={"mine": ScriptedProvider(['{"name":"Ada","age":"old"}'])})

    with pytest.raises(sambung.ProviderError):
        await desk.completions.parse("mine/any", "Who?", output=Person)


async def test_native_providers_are_combined(face: Face) -> None:
    demo = providers.demo(delay=0)
    guarded = providers.retrying(
        providers.circuit_breaker(providers.rate_limited(providers.cached(demo), requests_per_minute=6_000)),
        max_retries=1,
    )
    desk = await face.desk(providers={"demo": providers.fallback(guarded, (demo, "demo"), patience=5.0)})

    assert (await desk.completions.complete("demo/demo", "Hi")).parts


async def test_a_provider_that_is_none_is_refused(face: Face) -> None:
    with pytest.raises(TypeError, match="mine"):
        await face.open(providers={"mine": object()})


async def test_the_environment_names_providers(face: Face) -> None:
    assert list(providers.env({})) == ["demo"]
    assert "openai" in providers.env({"OPENAI_API_KEY": "sk-" + "x" * 40})


async def test_entry_points_are_loaded_when_named(face: Face) -> None:
    with pytest.raises(sambung.NotFoundError, match="no package offers"):
        await face.open(providers={"mine": "unheard-of"})


async def test_stop_closes_a_generator_that_blocks_once_it_goes_on(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    gate = threading.Event()
    closed = threading.Event()

    class Blocking(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            try:
                yield "begun "
                gate.wait(20)
                yield "unheard"
            finally:
                closed.set()

    desk = await face.desk(providers={"mine": Blocking()})
    turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
    async for event in turn:
        if isinstance(event, sambung.TextDelta):
            break
    await asyncio.sleep(0.1)

    assert (await turn.stop()).state == "cancelled"
    gate.set()
    assert await asyncio.to_thread(closed.wait, 5.0)
    assert not told(caplog)


async def test_a_provider_that_is_cancelled_has_not_ended_its_answer(face: Face) -> None:
    class Cancelled(sambung.Provider):
        async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
            yield "half"
            raise asyncio.CancelledError

    desk = await face.desk(providers={"mine": Cancelled()})
    turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")

    answer = await turn.answer()

    assert (answer.state, answer.reason) == ("failed", "provider_error")


async def test_messages_of_no_form_are_refused_with_words(face: Face) -> None:
    desk = await face.desk()
    chat = await desk.chats.create(model="demo/demo")
    message = {"type": "text", "text": "Hi"}

    for wrong in (3, message, b"Hi"):
        with pytest.raises(sambung.InvalidArgumentError, match="content must be text or a list of parts"):
            await desk.chats.send(chat, typing.cast("typing.Any", wrong))
    for wrong in (3, None, message):
        with pytest.raises(sambung.InvalidArgumentError, match="messages must be text or a list of messages"):
            await desk.completions.complete("demo/demo", typing.cast("typing.Any", wrong))
    for inside, said in (
        (3, "not int"),
        ({"role": "user"}, "has content"),
        ({"role": "user", "content": 3}, "content"),
    ):
        with pytest.raises(sambung.InvalidArgumentError, match=said):
            await desk.completions.complete("demo/demo", [typing.cast("typing.Any", inside)])
    with pytest.raises(sambung.InvalidArgumentError, match="a record or its id, not int"):
        await desk.chats.get(typing.cast("typing.Any", 3))
    with pytest.raises(sambung.InvalidArgumentError, match="output must be a class"):
        await desk.completions.parse("demo/demo", "Hi", output=typing.cast("typing.Any", 3))


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"settings": "x"}, "settings"),
        ({"settings": {"tool_threads": 0}}, "settings.tool_threads"),
        ({"providers": [1]}, "providers"),
        ({"tools": "weather"}, "tools"),
        ({"approve": 3}, "approve"),
        ({"modules": [3]}, "modules[0]"),
        ({"prices": 3}, "prices"),
        ({"env": {"A": 3}}, "env.A"),
    ],
)
def test_options_of_no_form_are_named(options: typing.Any, path: str) -> None:
    with pytest.raises(sambung.InvalidArgumentError) as caught:
        sambung.open("memory:", **options)

    assert [issue.path for issue in caught.value.issues] == [path]
    with pytest.raises(sambung.InvalidArgumentError, match="not None"):
        sambung.open(typing.cast("typing.Any", None))


class Wavering(Words):
    """Away the first time."""

    def __init__(self) -> None:
        super().__init__(["here"])
        self.calls = 0

    async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
        self.calls += 1
        if self.calls == 1:
            raise sambung.UnavailableError("away for a moment")
        async for word in super().stream(request):
            yield word


async def test_the_engines_own_go_around_one_in_python(face: Face) -> None:
    wavering = Wavering()
    around = providers.circuit_breaker(providers.retrying(wavering, max_retries=1, base_delay=0.001))
    desk = await face.desk(providers={"mine": around})

    assert (await desk.completions.complete("mine/large", "Hi")).parts == (sambung.TextPart(text="here"),)
    assert wavering.calls == 2
    assert [model.id for model in await desk.completions.models()] == ["mine/large", "mine/small"]
    face.at("memory:")
    again = await face.desk(providers={"mine": around})  # in another engine at the same time
    assert (await again.completions.complete("mine/large", "Hi")).parts == (sambung.TextPart(text="here"),)


async def test_one_in_python_stands_in_for_another(face: Face) -> None:
    away = ScriptedProvider([sambung.UnavailableError("away")] * 2)
    desk = await face.desk(providers={"mine": providers.fallback(away, (Words(["second"]), "small"))})

    assert (await desk.completions.complete("mine/large", "Hi")).parts == (sambung.TextPart(text="second"),)
    assert away.requests[0].model == "large"


def test_what_is_wrong_with_a_combination_is_told_at_once() -> None:
    with pytest.raises(sambung.InvalidArgumentError, match="max_retries"):
        providers.retrying(Words([]), max_retries=typing.cast("typing.Any", "many"))
    with pytest.raises(TypeError, match=r"str is no sambung\.Provider"):
        providers.cached(typing.cast("typing.Any", "mine"))
    assert repr(providers.fallback(Words([]), providers.demo())) == "<sambung provider Words, else demo>"


async def test_embeddings_may_be_a_record(face: Face) -> None:
    class Batch(Words):
        def embed(self, request: sambung.EmbeddingRequest) -> sambung.EmbeddingBatch:
            return sambung.EmbeddingBatch(model=request.model, vectors=((1.0, 2.0),))

    desk = await face.desk(providers={"mine": Batch([])})

    assert (await desk.completions.embed("mine/large", ["a"])).vectors == ((1.0, 2.0),)


def test_what_is_wrong_with_capabilities_is_named() -> None:
    class Wrong(Words):
        def capabilities(self) -> typing.Any:
            return {"large": {"context_tokens": "many"}, "small": {"colours": True}}

    with pytest.raises(sambung.InvalidArgumentError) as caught:
        sambung.open("memory:", providers={"mine": Wrong([])}, env={})

    assert [issue.path for issue in caught.value.issues] == [
        "capabilities.large.context_tokens",
        "capabilities.small.colours",
    ]

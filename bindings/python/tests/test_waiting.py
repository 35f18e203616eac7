"""Calls that block: their caller's thread does what there is to do."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
import typing
from pathlib import Path

import pytest
import sambung
from native import LIMIT, chat_of, desk_of, opened
from sambung import _sambung, errors
from sambung._engine import _WAITS_FOR_CALLBACKS

if typing.TYPE_CHECKING:
    from collections.abc import Iterator


def waits() -> int:
    """How often this thread has waited for another one or for the kernel."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def test_what_is_at_hand_waits_for_no_other_thread() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        before = waits()
        for _ in range(1000):
            assert _sambung.chats_get(desk, None, None, chat.id) == chat
        waited = waits() - before

    assert waited < 100


def test_a_signals_handler_may_call_in_the_middle_of_a_call() -> None:
    found: list[typing.Any] = []
    with opened(providers={"demo": _sambung.provider_demo({"delay": 0.1})}) as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        before = signal.signal(signal.SIGUSR1, lambda *_: found.append(_sambung.chats_get(desk, None, LIMIT, chat.id)))
        try:
            turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "one two three four", {})
            timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
            timer.start()
            answer = _sambung.turn_answer(turn, None, LIMIT)
            timer.join()
        finally:
            signal.signal(signal.SIGUSR1, before)

    assert answer.state == "complete"
    assert [one.id for one in found] == [chat.id]


class Interrupting(sambung.Provider):
    """Has this process signalled after its first word, and says more than may wait once the handler runs."""

    def __init__(self) -> None:
        self.handled = threading.Event()
        self.said = threading.Event()

    def stream(self, request: sambung.CompletionRequest) -> Iterator[str]:
        yield "one "
        os.kill(os.getpid(), signal.SIGUSR1)
        assert self.handled.wait(LIMIT)
        for _ in range(3000):
            yield "more "
        self.said.set()


def test_a_call_goes_on_while_a_signals_handler_runs() -> None:
    mine = Interrupting()
    heard: list[bool] = []

    def handle(*_: object) -> None:
        mine.handled.set()
        heard.append(mine.said.wait(LIMIT))

    with sambung.open("memory:", env={}, providers={"mine": mine}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        before = signal.signal(signal.SIGUSR1, handle)
        try:
            done = desk.completions.complete("mine/any", "Tell")
        finally:
            signal.signal(signal.SIGUSR1, before)

    assert heard == [True]
    assert "".join(part.text for part in done.parts) == "one " + "more " * 3000


def test_a_signals_handler_may_close_the_engine_in_the_middle_of_a_call(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'chat.db'}"
    request = {"model": "demo/demo", "messages": [{"role": "user", "parts": "one two"}]}
    with opened(url, providers={"demo": _sambung.provider_demo({"delay": 60.0})}) as engine:
        desk = desk_of(engine)
        before = signal.signal(signal.SIGUSR1, lambda *_: engine.close(0.0))
        try:
            timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
            timer.start()
            with pytest.raises(errors.Error):
                _sambung.completions_complete(desk, None, None, request)
            timer.join()
        finally:
            signal.signal(signal.SIGUSR1, before)

    with opened(url):  # nothing of the first one holds the database
        pass


def test_an_engine_that_was_closed_holds_no_database(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'chat.db'}"
    engine = sambung.open(url, env={})
    desk = engine.workspace("acme", "ada@example.com", create=True)
    chat = desk.chats.create("kept", model="demo/demo")
    turn = desk.chats.send(chat, "Tell")
    turn.answer()
    engine.close()

    with sambung.open(url, env={}) as again:
        assert again.workspace("acme", "ada@example.com").chats.get(chat).title == "kept"
    code = f"import sambung; sambung.open({url!r}, env={{}}).close()"
    environment = {**os.environ, "PYTHONPATH": str(Path(sambung.__file__).parent.parent)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=LIMIT)

    with pytest.raises(errors.UnavailableError):
        desk.chats.get(chat)
    del turn


PageId = typing.NewType("PageId", str)


@sambung.record("waiting_pages", search=["text"])
class WaitingPage:
    id: PageId
    owner_id: sambung.UserId
    text: typing.Annotated[str, sambung.Text(0, 65_536)]


def test_a_search_in_memory_is_another_threads_work() -> None:
    """It is one long step: whoever asks hears signals meanwhile, and so does a loop."""
    with sambung.open("memory:", env={}, modules=[sambung.module("waiting", [WaitingPage])]) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        pages = desk.records(WaitingPage)
        for _ in range(20):
            pages.insert(WaitingPage(owner_id=desk.who.user_id, text="lagoon road " * 5000))  # type: ignore[call-arg]
        mine, everybodys = time.thread_time(), time.process_time()
        for _ in range(10):
            assert len(pages.search('"road road"').page()) == 0
        mine, everybodys = time.thread_time() - mine, time.process_time() - everybodys

    assert mine < everybodys / 2


def test_a_call_ends_with_its_engine_at_once() -> None:
    raised: list[BaseException] = []
    with opened(providers={"demo": _sambung.provider_demo({"delay": 60.0})}) as engine:
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk).id, "one two", {})
        waiting = threading.Event()

        def wait() -> None:
            try:
                while _sambung.turn_wait(turn, None, None):
                    turn.ready()
                    waiting.set()
            except BaseException as error:  # noqa: BLE001 - looked at below
                raised.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        assert waiting.wait(LIMIT)
        engine.close(0.0)
        thread.join(LIMIT)
        assert not thread.is_alive()

    assert all(isinstance(one, errors.UnavailableError) for one in raised)


class Telling(sambung.Provider):
    """Says words of every kind: single letters, what is longer than a delta may be, and events."""

    said: typing.ClassVar[list[typing.Any]] = [
        "a",
        "é" * 40_000,
        *["b"] * 1000,
        sambung.TextDelta(text="c"),
        [sambung.TextDelta(text="d"), sambung.TextDelta(text="e")],
    ]

    def stream(self, request: sambung.CompletionRequest) -> Iterator[typing.Any]:
        yield from self.said


def test_words_of_a_provider_come_in_order_whatever_they_are() -> None:
    with sambung.open("memory:", env={}, providers={"mine": Telling()}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Tell")
        text = turn.text()

    assert text == "a" + "é" * 40_000 + "b" * 1000 + "cde"


def test_a_word_without_letters_is_no_event() -> None:
    class Pausing(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> Iterator[str]:
            yield ""
            yield "good"
            yield ""

    with sambung.open("memory:", env={}, providers={"mine": Pausing()}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        stream = desk.completions.stream("mine/any", "Tell")
        texts = [event.text for event in stream if isinstance(event, sambung.TextDelta)]

    assert texts == ["good"]


@pytest.mark.parametrize("wrong", ["\ud800", 7])
def test_a_word_that_is_none_ends_the_turn(wrong: typing.Any) -> None:
    class Wrong(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> Iterator[typing.Any]:
            yield "good "
            yield wrong

    with sambung.open("memory:", env={}, providers={"mine": Wrong()}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Tell")

        assert turn.answer().state == "failed"


def test_whatever_asks_a_model_is_known_to_wait_for_callbacks() -> None:
    """So that it is refused on the loop that has to answer them."""
    asking = {name for name in dir(_sambung) if name.startswith(("turn_", "completion_", "completions_", "models_"))}

    assert asking - {"completions_provider_health", "models_health"} <= _WAITS_FOR_CALLBACKS

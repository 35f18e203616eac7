"""calls.py BARE_CALL_FOLDER DATABASE SECONDS: what P11 takes the time of, one after the other in one process.

Prints one line of JSON: microseconds of a call, events per second. A wrong answer ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import statistics
import sys
import threading
import time
import typing

import sambung
import uvloop

if typing.TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

BATCH = 100
EVENTS = 20_000
TURNS = 5
TITLE = "Teh tarik"


def demand(right: bool, what: str) -> None:
    if not right:
        sys.exit(f"wrong: {what}")


def microseconds(call: Callable[[], object], seconds: float) -> float:
    """Of a call in the middle one of all batches: what else the machine did falls into a few."""
    batches, end = [], time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        for _ in range(BATCH):
            call()
        batches.append((time.perf_counter() - begin) / BATCH * 1e6)
    return statistics.median(batches)


async def awaited_microseconds(call: Callable[[], Awaitable[object]], seconds: float) -> float:
    batches, end = [], time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        for _ in range(BATCH):
            await call()
        batches.append((time.perf_counter() - begin) / BATCH * 1e6)
    return statistics.median(batches)


class Words(sambung.Provider):
    """Says as many words as the question asks for, as fast as it can."""

    async def stream(self, request: sambung.CompletionRequest) -> AsyncIterator[str]:
        for _ in range(int(request.messages[-1].parts[0].text)):
            yield "kopi "


class Echo(threading.Thread):
    """Completes futures of a loop, as a library with a thread of its own does: by call_soon_threadsafe."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[asyncio.Future[None]] = []
        self.some = threading.Semaphore(0)

    def run(self) -> None:
        while True:
            self.some.acquire()
            future = self.asked.pop()
            future.get_loop().call_soon_threadsafe(future.set_result, None)

    async def call(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self.asked.append(future)
        self.some.release()
        await future


def blocking_calls(figures: dict[str, float], bare: Callable[[object], object], database: str, seconds: float) -> None:
    figures["call bare"] = microseconds(lambda: bare(TITLE), seconds)
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE chat (id TEXT PRIMARY KEY, title TEXT)")
    table.execute("INSERT INTO chat VALUES ('1', ?)", (TITLE,))
    look_up = lambda: table.execute("SELECT id, title FROM chat WHERE id = ?", ("1",)).fetchone()  # noqa: E731
    demand(look_up() == ("1", TITLE), "the row")
    figures["call sqlite3"] = microseconds(look_up, seconds)
    for name, url in (("memory", "memory:"), ("sqlite", database)):
        with sambung.open(url, env={}) as engine:
            desk = engine.workspace("acme", "ada@example.com", create=True)
            chats, chat = desk.chats, desk.chats.create(TITLE, model="demo/demo")
            demand(chats.get(chat) == chat, "the chat")
            figures[f"call {name}"] = microseconds(lambda: chats.get(chat), seconds)
            figures[f"create {name}"] = microseconds(lambda: chats.create(TITLE, model="demo/demo"), seconds)


async def awaited_calls(figures: dict[str, float], loop: str, seconds: float) -> None:
    echo = Echo()
    echo.start()
    figures[f"await thread {loop}"] = await awaited_microseconds(echo.call, seconds)
    async with sambung.open_async("memory:", env={}) as engine:
        desk = await engine.workspace("acme", "ada@example.com", create=True)
        chats, chat = desk.chats, await desk.chats.create(TITLE, model="demo/demo")
        demand(await chats.get(chat) == chat, "the chat")
        figures[f"await memory {loop}"] = await awaited_microseconds(lambda: chats.get(chat), seconds)


def rate(count: int, begin: float, words: int, state: str) -> float:
    passed = time.perf_counter() - begin
    demand(words == count and state == "complete", f"{words} of {count} events, {state}")
    return count / passed


def blocking_events(figures: dict[str, float]) -> None:
    with sambung.open("memory:", env={}, providers={"words": Words()}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        chat = desk.chats.create(model="words/any")
        rates = []
        for _ in range(TURNS):
            begin, words, state = time.perf_counter(), 0, ""
            turn = desk.chats.send(chat, str(EVENTS))
            for event in turn:
                words += event.type == "text"
                state = event.state if event.type == "finished" else state
            rates.append(rate(EVENTS, begin, words, state))
        figures["turn sync"] = statistics.median(rates)


async def awaited_events(figures: dict[str, float], loop: str) -> None:
    async with sambung.open_async("memory:", env={}, providers={"words": Words()}) as engine:
        desk = await engine.workspace("acme", "ada@example.com", create=True)
        chat = await desk.chats.create(model="words/any")
        rates = []
        for _ in range(TURNS):
            begin, words, state = time.perf_counter(), 0, ""
            turn = await desk.chats.send(chat, str(EVENTS))
            async for event in turn:
                words += event.type == "text"
                state = event.state if event.type == "finished" else state
            rates.append(rate(EVENTS, begin, words, state))
        figures[f"turn {loop}"] = statistics.median(rates)


async def events_from_a_thread() -> float:
    """The peer: each event by a call_soon_threadsafe."""
    here, queue = asyncio.get_running_loop(), asyncio.Queue()

    def say() -> None:
        for _ in range(EVENTS):
            here.call_soon_threadsafe(queue.put_nowait, "kopi ")

    begin, words = time.perf_counter(), 0
    threading.Thread(target=say, daemon=True).start()
    while words < EVENTS:
        await queue.get()
        words += 1
    return rate(EVENTS, begin, words, "complete")


async def events_of_a_generator() -> float:
    """The floor: nobody but Python between who says it and who reads it."""

    async def words() -> AsyncIterator[str]:
        for _ in range(EVENTS):
            yield "kopi "

    begin, count = time.perf_counter(), 0
    async for _ in words():
        count += 1
    return rate(EVENTS, begin, count, "complete")


@contextlib.contextmanager
def runner(loop: str) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as one:
        yield one


def main() -> None:
    folder, database, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    sys.path.insert(0, folder)
    import bare_call

    figures: dict[str, float] = {}
    blocking_calls(figures, bare_call.bare, database, seconds)
    blocking_events(figures)
    for loop in ("asyncio", "uvloop"):
        with runner(loop) as one:
            one.run(awaited_calls(figures, loop, seconds))
            one.run(awaited_events(figures, loop))
            figures[f"turn thread {loop}"] = statistics.median(one.run(events_from_a_thread()) for _ in range(TURNS))
    figures["turn generator"] = statistics.median(asyncio.run(events_of_a_generator()) for _ in range(TURNS))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

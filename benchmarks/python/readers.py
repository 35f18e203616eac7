"""readers.py DATABASE STREAMS [computing]: many turns of the built-in demo, a word each 20 ms, read in one loop.

With `computing` another thread of Python's computes meanwhile. A second process looks at the file, at how much of each answer is
there. Prints one line of JSON: by how much gaps between words are longer, and how far apart the flushes of an answer
are, in milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import typing

import sambung
from sambung import providers

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

DELAY = 0.020
QUESTION = "a " * 195


@contextlib.contextmanager
def computing(really: bool) -> Iterator[None]:
    """A thread that gives up the interpreter only when it is told to."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            sum(number * number for number in range(10_000))

    thread = threading.Thread(target=work)
    if really:
        thread.start()
    yield
    over.set()
    if really:
        thread.join()


async def read(desk: sambung.AsyncWorkspace, chat: sambung.Chat) -> list[float]:
    late, before = [], 0.0
    async for event in await desk.chats.send(chat, QUESTION):
        if event.type == "text":
            now = time.perf_counter()
            if before:
                late.append((now - before - DELAY) * 1e3)
            before = now
    return late


async def read_all(database: str, streams: int, busy: bool) -> list[float]:
    settings = {"turns": {"max_per_user": streams}}
    async with sambung.open_async(database, env={}, settings=settings, providers={"demo": providers.demo(delay=DELAY)}) as engine:
        desk = await engine.workspace("bench", "bench@example.com", create=True)
        chats = [await desk.chats.create(model="demo/demo") for _ in range(streams)]
        with watching(database) as gaps:
            with computing(busy):
                late = await asyncio.gather(*(read(desk, chat) for chat in chats))
            stored.extend(gaps())
    return [one for some in late for one in some]


stored: list[float] = []


@contextlib.contextmanager
def watching(database: str) -> Iterator[typing.Callable[[], list[float]]]:
    with subprocess.Popen([sys.executable, __file__, "--watch", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watcher:
        yield lambda: json.loads(watcher.communicate()[0])


def watch(database: str) -> None:
    """How far apart the growths of each answer are, until standard input ends."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    table = sqlite3.connect(f"file:{database.removeprefix('sqlite:')}?mode=ro", uri=True)
    seen: dict[str, tuple[int, float]] = {}
    gaps: list[float] = []
    while not over.wait(0.005):
        now = time.perf_counter()
        for key, size in table.execute("SELECT message_id, count(*) FROM turn_chunks GROUP BY message_id"):
            before = seen.get(key)
            if before is None or before[0] != size:
                if before is not None:
                    gaps.append((now - before[1]) * 1e3)
                seen[key] = (size, now)
    print(json.dumps(gaps))


def p99(samples: list[float]) -> float:
    return sorted(samples)[len(samples) * 99 // 100]


def main() -> None:
    if sys.argv[1] == "--watch":
        return watch(sys.argv[2])
    database, streams = sys.argv[1], int(sys.argv[2])
    late = asyncio.run(read_all(database, streams, "computing" in sys.argv[3:]))
    words = len(late) + streams
    if words < streams * 195:
        sys.exit(f"wrong: {words} words")
    pathlib.Path(database.removeprefix("sqlite:")).stat()
    print(json.dumps({"words": words, "p50": statistics.median(late), "p99": p99(late), "stored_p99": p99(stored)}))


if __name__ == "__main__":
    main()

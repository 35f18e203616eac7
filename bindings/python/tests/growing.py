"""growing.py WHAT WARM ROUNDS FOLDER: does it WARM times, then ROUNDS times, and prints as JSON what each of these left behind.

What is counted is asked of the allocators themselves, which know it to the byte, and not of the kernel, whose figure also has
what an allocator keeps back.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import sys
import typing

import sambung

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Generator


class _Counts(ctypes.Structure):
    """`struct mallinfo2`: of the main arena, so there may be no other."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "o", "s", "hblks", "hblkhd", "u", "f", "uordblks", "fo", "k")]


def census() -> dict[str, int]:
    clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache  # from 3.13 on
    clear()  # of names, some made up anew for each look-up, as asyncio.run's are
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Counts
    counts = ask()
    return {
        "python_blocks": sys.getallocatedblocks(),
        "native_bytes": counts.uordblks + counts.hblkhd,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
    }


def calls(folder: str) -> Generator[None, None, None]:
    """Of a verb that returns at once, by either face, and of one that fails."""
    nobodys = sambung.ChatId("0192e4a0-7b2c-7def-8123-456789abcdef")
    with sambung.open("memory:", env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        chat = desk.chats.create("Tea", model="demo/demo")

        async def awaited() -> None:
            there = await engine.as_async().workspace("acme", "ada@example.com")
            for _ in range(10):
                assert await there.chats.get(chat) == chat

        while True:
            for _ in range(10):
                assert desk.chats.get(chat) == chat
            try:
                desk.chats.get(nobodys)
            except sambung.NotFoundError:
                pass
            asyncio.run(awaited())
            yield


class Short(sambung.Provider):
    async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
        yield "Apa "
        yield "khabar?"


class Broken(sambung.Provider):
    def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
        raise sambung.ProviderError("it is broken")


def shout(text: str) -> str:
    """Never called: what is kept of a send is kept for tools."""
    return text.upper()


def turns(folder: str) -> Generator[None, None, None]:
    """Read to the end, left early, and failed; on a file, since what is stored in memory grows by what is stored."""
    providers = {"mine": Short(), "broken": Broken()}
    at_once: typing.Any = {"turns": {"retention": 0.0}}  # else the events of turns are kept for late readers
    url = f"sqlite:{folder}/turns.db"
    with sambung.open(url, env={}, providers=providers, tools=[shout], settings=at_once) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        while True:
            chat = desk.chats.create(model="mine/any")
            assert desk.chats.send(chat, "Hello").text() == "Apa khabar?"
            left = desk.chats.send(chat, "Hello")
            next(iter(left))
            left.close()
            desk.chats.resume(left.message_id).answer()
            broken = desk.chats.create(model="broken/any")
            assert desk.chats.send(broken, "Hello").answer().state == "failed"
            desk.chats.remove(chat)
            desk.chats.remove(broken)
            yield


def engines(folder: str) -> Generator[None, None, None]:
    """Opened, used and closed: in memory, on a file, by either face."""

    async def awaited() -> None:
        async with sambung.open_async("memory:", env={}, providers={"mine": Short()}) as engine:
            desk = await engine.workspace("acme", "ada@example.com", create=True)
            assert await (await desk.chats.send(await desk.chats.create(model="mine/any"), "Hello")).text() == "Apa khabar?"

    while True:
        with sambung.open("memory:", env={}, providers={"mine": Short()}) as engine:
            desk = engine.workspace("acme", "ada@example.com", create=True)
            assert desk.chats.send(desk.chats.create(model="mine/any"), "Hello").text() == "Apa khabar?"
        asyncio.run(awaited())
        with sambung.open(f"sqlite:{folder}/engines.db", env={}) as engine:
            engine.check()
        yield


KINDS: dict[str, Callable[[str], Generator[None, None, None]]] = {"calls": calls, "turns": turns, "engines": engines}


def main() -> None:
    what, warm, rounds, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    work = KINDS[what](folder)
    for _ in range(warm):
        next(work)
    before = census()
    for _ in range(rounds):
        next(work)
    after = census()
    work.close()
    print(json.dumps({name: (after[name] - before[name]) / rounds for name in after}))


if __name__ == "__main__":
    main()

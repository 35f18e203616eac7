"""growing.py WHAT COUNT FOLDER: does it so often and prints, as JSON, what this process has more of by each at the end.

The first third warms up: caches, arenas, pools. What is counted is asked of the allocators themselves, which know it to the
byte, and not of the kernel, whose figure also has what an allocator keeps back.
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
from sambung.testing import ScriptedProvider

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Counts(ctypes.Structure):
    """`struct mallinfo2`."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "o", "s", "hblks", "hblkhd", "u", "f", "uordblks", "fo", "k")]


class Census(typing.NamedTuple):
    native_bytes: int
    python_blocks: int
    descriptors: int
    threads: int
    resident_kib: int


def census() -> Census:
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Counts
    counts = ask()
    with open("/proc/self/status") as status:
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return Census(
        counts.uordblks + counts.hblkhd,
        sys.getallocatedblocks(),
        len(os.listdir("/proc/self/fd")),
        len(os.listdir("/proc/self/task")),
        resident,
    )


def calls(count: int, folder: str) -> Iterator[None]:
    """Of a verb that returns at once, by either face in turn, and of one that fails."""
    with sambung.open("memory:", env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        chat = desk.chats.create("Tea", model="demo/demo")

        async def awaited(times: int) -> None:
            there = await engine.as_async().workspace("acme", "ada@example.com")
            for _ in range(times):
                assert await there.chats.get(chat) == chat

        for _ in range(count // 100):
            for _ in range(49):
                assert desk.chats.get(chat) == chat
            try:
                desk.chats.get(sambung.ChatId("0192e4a0-7b2c-7def-8123-456789abcdef"))
            except sambung.NotFoundError:
                pass
            asyncio.run(awaited(50))
            yield


class Short(sambung.Provider):
    async def stream(self, request: sambung.CompletionRequest) -> typing.AsyncIterator[str]:
        yield "Apa "
        yield "khabar?"


def turns(count: int, folder: str) -> Iterator[None]:
    """Read to the end, left early, and failed; on a file, since what is stored in memory grows by what is stored."""
    providers = {"mine": Short(), "broken": ScriptedProvider([])}
    with sambung.open(f"sqlite:{folder}/turns.db", env={}, providers=providers) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        for _ in range(count // 10):
            chat = desk.chats.create(model="mine/any")
            for _ in range(8):
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


def engines(count: int, folder: str) -> Iterator[None]:
    """Opened, used and closed: in memory, on a file, by either face."""

    async def awaited() -> None:
        async with sambung.open_async("memory:", env={}) as engine:
            desk = await engine.workspace("acme", "ada@example.com", create=True)
            assert await desk.chats.create(model="demo/demo")

    for _ in range(count // 10):
        for _ in range(8):
            with sambung.open("memory:", env={}, providers={"mine": Short()}) as engine:
                desk = engine.workspace("acme", "ada@example.com", create=True)
                assert desk.chats.send(desk.chats.create(model="mine/any"), "Hello").text() == "Apa khabar?"
        asyncio.run(awaited())
        with sambung.open(f"sqlite:{folder}/engines.db", env={}) as engine:
            engine.check()
        yield


# Each with how many of them a step is.
KINDS: dict[str, tuple[Callable[[int, str], Iterator[None]], int]] = {
    "calls": (calls, 100),
    "turns": (turns, 10),
    "engines": (engines, 10),
}


def main() -> None:
    what, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    work, each = KINDS[what]
    steps = count // each
    before = after = census()
    for number, _ in enumerate(work(count, folder), 1):
        if number == steps // 3:
            before = census()
        if number == steps:
            after = census()
    rest = (steps - steps // 3) * each
    more = {name: new - old for name, old, new in zip(Census._fields, before, after, strict=True)}
    print(json.dumps({**more, **{f"{name}_each": more[name] / rest for name in ("native_bytes", "python_blocks")}}))


if __name__ == "__main__":
    main()

"""What a process does to a folder, as strace tells it, and the disks that may be left when power goes meanwhile."""

from __future__ import annotations

import dataclasses
import random
import re
import subprocess
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path

SECTOR = 512
# What becomes of what no sync followed: nothing of it, all, the first part, any of it, any sectors of it.
LOSSES = ["dropped", "kept", "prefix", "any", "sectors"]

CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")
END = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>.*= (-?\d+)")
PLACE = re.compile(r"^(\d+)<([^>]*)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclasses.dataclass(frozen=True)
class Done:
    """A step: a write of bytes at an offset, a new length, a sync, a name that came or went, words that were told."""

    what: typing.Literal["write", "truncate", "sync", "create", "erase", "tell"]
    file: str
    offset: int = 0
    data: bytes = b""


class Recording:
    def __init__(self, steps: Sequence[Done]) -> None:
        self.steps = steps

    def lose_power(self, how: str, chance: random.Random, folder: Path) -> list[str]:
        """Makes a disk that may be left at some moment; gives what was told before."""
        tells = [number for number, step in enumerate(self.steps) if step.what == "tell"]
        # Just behind something that was told, or anywhere behind the first of it.
        at = chance.choice(tells) + 1 if chance.random() < 0.5 else chance.randrange(tells[0], len(self.steps))
        if how == "nothing synced":
            at = tells[-1] + 1
        before = self.steps[:at]
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _disk(before, how, chance).items():
            (folder / name).write_bytes(content)
        return "".join(step.data.decode() for step in before if step.what == "tell").splitlines()


def _disk(steps: Sequence[Done], how: str, chance: random.Random) -> dict[str, bytes]:
    """Names stay: SQLite syncs the folder of what it makes. What was erased is gone."""
    files: dict[str, bytearray] = {}
    unsynced: dict[str, list[Done]] = {}
    for step in steps:
        match step.what:
            case "create":
                files.setdefault(step.file, bytearray())
                unsynced.setdefault(step.file, [])
            case "erase":
                files.pop(step.file, None)
                unsynced.pop(step.file, None)
            case "sync" if how != "nothing synced":
                for one in unsynced.get(step.file, []):
                    _apply(files[step.file], one)
                unsynced[step.file] = []
            case "write" | "truncate":
                files.setdefault(step.file, bytearray())
                unsynced.setdefault(step.file, []).append(step)
    for name, left in unsynced.items():
        for one in _survivors(left, how, chance):
            _apply(files[name], one)
    return {name: bytes(content) for name, content in files.items()}


def _survivors(left: list[Done], how: str, chance: random.Random) -> list[Done]:
    if how == "kept":
        return left
    if how == "prefix":
        return left[: chance.randrange(len(left) + 1)]
    if how == "any":
        return [one for one in left if chance.random() < 0.5]
    if how == "sectors":
        return [piece for one in left for piece in _pieces(one) if chance.random() < 0.5]
    return []


def _pieces(one: Done) -> list[Done]:
    """A disk writes each sector whole, or not."""
    if one.what == "truncate":
        return [one]
    starts = [0, *range(SECTOR - one.offset % SECTOR, len(one.data), SECTOR)]
    ends = [*starts[1:], len(one.data)]
    return [
        Done("write", one.file, one.offset + begin, one.data[begin:end]) for begin, end in zip(starts, ends, strict=True)
    ]


def _apply(to: bytearray, one: Done) -> None:
    if one.what == "truncate":
        del to[one.offset :]
        return
    if len(to) < one.offset:
        to.extend(bytes(one.offset - len(to)))
    to[one.offset : one.offset + len(one.data)] = one.data


def recorded(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Recording:
    """Runs it to its end. What concerns `folder` is recorded, and what is told on standard output."""
    log = folder.parent / f"{folder.name}.strace"
    calls = "trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink"
    subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "70000", "-o", str(log), "-e", calls, *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )
    with log.open() as lines:
        return Recording(list(_steps(lines, folder)))


def _steps(lines: typing.Iterable[str], folder: Path) -> typing.Iterator[Done]:
    syncing: dict[str, str] = {}  # a sync counts when it has returned
    for line in lines:
        if ended := END.match(line):
            if (name := syncing.pop(ended[1], None)) and ended[3] == "0":
                yield Done("sync", name)
            continue
        called = CALL.match(line)
        if called is None:
            continue
        thread, call, rest = called.groups()
        step = _step(call, rest, folder)
        if step is None:
            continue
        if step.what == "sync" and "unfinished" in rest:
            syncing[thread] = step.file
        else:
            yield step


def _step(call: str, rest: str, folder: Path) -> Done | None:
    if call in ("openat", "unlink"):
        named = TEXT.search(rest)
        path = Path(_bytes(named[1]).decode()) if named else Path()
        if path.parent != folder or (call == "openat" and "O_CREAT" not in rest) or "= -1" in rest:
            return None
        return Done("create" if call == "openat" else "erase", path.name)
    place = PLACE.match(rest)
    if place is None:
        return None
    descriptor, path = place[1], Path(_unescaped(place[2]))
    if call == "write" and descriptor == "1":
        return Done("tell", "", data=_text_of(rest))
    if path.parent != folder or path.name.endswith("-shm"):
        return None
    match call:
        case "pwrite64":
            offset = re.search(r", (\d+)(?:\)| <unfinished)", rest)
            assert offset is not None, rest[-200:]
            return Done("write", path.name, int(offset[1]), _text_of(rest))
        case "ftruncate":
            length = re.search(r", (\d+)(?:\)| <unfinished)", rest)
            assert length is not None, rest[-200:]
            return Done("truncate", path.name, int(length[1]))
        case "fsync" | "fdatasync":
            return Done("sync", path.name)
    return None


def _text_of(rest: str) -> bytes:
    found = TEXT.search(rest)
    assert found is not None, rest[:200]
    return _bytes(found[1])


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _unescaped(path: str) -> str:
    return _bytes(path).decode() if path.startswith("\\x") else path

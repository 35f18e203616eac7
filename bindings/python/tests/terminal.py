"""A program on a terminal of its own, driven by a test: what it shows is waited for, never slept for."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

CTRL_C, CTRL_D = b"\x03", b"\x04"
PATIENCE = 30.0
# What finds the package, and what a sanitizer's run-time is told.
KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "PYTHONMALLOC")
# What moves the cursor, colours and clears.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]|\x1b\][^\x07]*\x07|\r|\x07")


class Terminal:
    """`shown` is all that appeared so far, without what only moves the cursor."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], columns: int = 100, rows: int = 40
    ) -> None:
        self.shown = ""
        self._read_to = 0
        self._raw = b""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            words,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environment),
            close_fds=True,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self._ours = ours

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def kill(self) -> None:
        """At once, as a crash does."""
        self._process.kill()
        self._process.wait()

    def send(self, text: str | bytes) -> None:
        os.write(self._ours, text.encode() if isinstance(text, str) else text)

    def expect(self, text: str, patience: float = PATIENCE) -> str:
        """Waits until the text appears behind what was expected before; gives what stood in front of it."""
        end = time.monotonic() + patience
        while (at := self.shown.find(text, self._read_to)) < 0:
            if not self._read(end):
                raise AssertionError(f"{text!r} did not appear; shown was:\n{self.shown[self._read_to :]}")
        before = self.shown[self._read_to : at]
        self._read_to = at + len(text)
        return before

    def wait(self, patience: float = PATIENCE) -> int:
        """The exit code, once it has ended; everything that it showed is in `shown`."""
        end = time.monotonic() + patience
        while self._read(end):
            pass
        return self._process.wait(max(0.1, end - time.monotonic()))

    def press(self, key: bytes, until: str) -> None:
        """A key that interrupts, until something appears. GNU readline, as Python calls it, sees a signal that arrives
        just before it waits only with the next one."""
        for _ in range(5):
            self.send(key)
            with contextlib.suppress(AssertionError):
                self.expect(until, patience=PATIENCE / 6)
                return
        raise AssertionError(f"{until!r} did not appear; shown was:\n{self.shown[self._read_to :]}")

    def _read(self, end: float) -> bool:
        """False at the end, and when patience is."""
        ready, _, _ = select.select([self._ours], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        with contextlib.suppress(OSError):  # EIO: nobody has the other side open any more
            if piece := os.read(self._ours, 65_536):
                self._raw += piece
                self.shown = CONTROL.sub("", self._raw.decode("utf-8", errors="replace"))
                return True
        return False


PLUGIN = '''
import asyncio, os
import sambung

class Slow(sambung.Provider):
    """Says the numbers from 1 on, and what it was asked; as slowly as the environment says."""

    def models(self):
        return [sambung.ModelInfo(id="model", owned_by="tests", created=0)]

    async def stream(self, request):
        if request.tools and not any(part.type == "tool_result" for part in request.messages[-1].parts):
            name = request.tools[0]["function"]["name"]
            yield sambung.ToolCallDelta(index=0, id="call-1", name=name, arguments='{"what": "the garden"}')
            return
        delay = float(os.environ.get("SLOW_DELAY", "0"))
        count = int(os.environ.get("SLOW_WORDS", "3"))
        for number in range(1, count + 1):
            yield f"word{number} "
            await asyncio.sleep(delay)
        yield "end"
'''


def with_slow_model(folder: Path) -> Path:
    """An installed package, as the command sees it, that offers the provider `slow`."""
    site = folder / "site"
    info = site / "slow_model-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "slow_model.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-model\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sambung.providers]\nslow = slow_model:Slow\n")
    return site


def environment_of(folder: Path, **more: str) -> dict[str, str]:
    """A home of its own, and no vendor of whoever runs the tests."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    site = folder / "site"
    paths = [*([str(site)] if site.exists() else []), *filter(None, [kept.get("PYTHONPATH")])]
    made = {**kept, "HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8", "LOGNAME": "ada", **more}
    return {**made, **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {})}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "sambung.cli", *words]


def ran(folder: Path, *words: str, given: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """The command without a terminal."""
    return subprocess.run(
        command(*words),
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment_of(folder, **more),
    )

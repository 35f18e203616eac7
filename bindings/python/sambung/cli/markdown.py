"""Markdown that is still being written: blocks that are whole stay as they are, the last one is drawn anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")


class Blocks:
    """Splits growing text where a new block begins. What add() gives, joined, with `rest`, is all that was added."""

    def __init__(self) -> None:
        self.rest = ""
        self._looked_at = 0  # of `rest`: whole lines behind which no block can end any more
        self._fence = ""
        self._blank = False

    def add(self, piece: str) -> str:
        """The blocks that have become whole, or nothing."""
        self.rest += piece
        cut = 0
        while (end := self.rest.find("\n", self._looked_at)) >= 0:
            start = self._looked_at
            if self._begins(start):
                cut = start
            self._look(self.rest[start:end])
            self._looked_at = end + 1
        if self._begins(self._looked_at):
            cut = self._looked_at
        whole, self.rest = self.rest[:cut], self.rest[cut:]
        self._looked_at -= cut
        if cut:
            self._blank = False
        return whole

    def _begins(self, at: int) -> bool:
        """Whether a block begins here: behind an empty line, not indented, so that it is part of no list item."""
        return self._blank and not self._fence and at < len(self.rest) and not self.rest[at].isspace()

    def _look(self, line: str) -> None:
        fence = FENCE.match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence) and not fence[2].strip():
                self._fence = ""
        elif fence:
            self._fence = fence[1]
        self._blank = not line.strip()


def shortened(text: str, lines: int) -> str:
    """The end of a block that is higher than the screen; code stays code."""
    rows = text.split("\n")
    if len(rows) <= 2 * lines:
        return text
    head = rows[:1] if FENCE.match(rows[0]) else []
    return "\n".join(head + rows[-lines:])


class Tail:
    """The last lines of a block, as many as the screen has room for."""

    def __init__(self, block: RenderableType) -> None:
        self._block = block

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        rows = console.render_lines(self._block, options.update(height=None), pad=False)
        for row in rows[-max(1, console.height - 2) :]:
            yield from row
            yield Segment.line()


def code_in(text: str) -> str | None:
    """What stands in the first fenced block; None without one."""
    lines = iter(text.splitlines())
    for line in lines:
        if opened := FENCE.match(line):
            return "\n".join(_until_closed(lines, opened[1]))
    return None


def _until_closed(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        closed = FENCE.match(line)
        if closed and closed[1].startswith(fence) and not closed[2].strip():
            return
        yield line

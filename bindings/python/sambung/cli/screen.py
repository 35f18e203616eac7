"""How an answer appears: as text in a pipe, as Markdown on a terminal, or not at all before it is whole."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import click
from sambung.cli.markdown import Blocks, Tail, shortened
from sambung.cli.output import console, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from sambung.cli.session import Session


class Screen(Protocol):
    """Where an answer goes. close() may be called at any time, and again."""

    def text(self, piece: str) -> None: ...
    def thought(self, piece: str) -> None: ...
    def note(self, line: str) -> None: ...
    def restart(self, text: str) -> None:
        """All of it so far, in place of what was shown."""
        ...

    def close(self) -> None: ...


class Silent:
    """For JSON, and for what is cut out of the answer."""

    def text(self, piece: str) -> None: ...
    def thought(self, piece: str) -> None: ...
    def note(self, line: str) -> None: ...
    def restart(self, text: str) -> None: ...
    def close(self) -> None: ...


class Plain:
    """Text as it comes, each piece at once."""

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        self._write = write or _write
        self._shown = ""

    def text(self, piece: str) -> None:
        self._shown += piece
        self._write(piece)

    def thought(self, piece: str) -> None:
        """Not a part of the answer."""

    def note(self, line: str) -> None:
        click.echo(printable(line), err=True)

    def restart(self, text: str) -> None:
        # What is written cannot be taken back; a snapshot begins with what was there.
        if text.startswith(self._shown):
            self.text(text[len(self._shown) :])
        else:
            self._shown = text
            self._write("\n" + text)

    def close(self) -> None:
        if self._shown and not self._shown.endswith("\n"):
            self._write("\n")
        self._shown = ""


def _write(piece: str) -> None:
    sys.stdout.write(piece)
    sys.stdout.flush()


class Rendered:
    """Markdown on a terminal. What a model writes moves no cursor and hides no address behind a link."""

    REDRAWN_EVERY = 0.06  # seconds

    def __init__(self, on: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = on
        self._clock = clock
        self._blocks = Blocks()
        self._thoughts = ""
        self._live: Live | None = None
        self._drawn = 0.0

    def text(self, piece: str) -> None:
        self._end_thoughts()
        whole = self._blocks.add(printable(piece))
        if whole:
            self._stop()
            self._print(whole)
        self._draw()

    def thought(self, piece: str) -> None:
        self._thoughts += printable(piece)
        self._draw()

    def note(self, line: str) -> None:
        from rich.text import Text

        self._stop()
        self._console.print(Text(printable(line), style="dim"))

    def restart(self, text: str) -> None:
        self._stop()
        self._blocks = Blocks()
        self._thoughts = ""
        self.text(text)

    def close(self) -> None:
        self._end_thoughts()
        self._stop()
        if self._blocks.rest.strip():
            self._print(self._blocks.rest)
        self._blocks = Blocks()

    def _end_thoughts(self) -> None:
        if self._thoughts:
            thoughts, self._thoughts = self._thoughts, ""
            for line in thoughts.strip().splitlines():
                self.note(line)
            self._console.print()

    def _print(self, text: str) -> None:
        self._console.print(self._markdown(text))
        self._console.print()

    def _markdown(self, text: str) -> object:
        from rich.markdown import Markdown

        return Markdown(text, hyperlinks=False)

    def _draw(self) -> None:
        from rich.live import Live
        from rich.text import Text

        now = self._clock()
        if self._live is not None and now - self._drawn < self.REDRAWN_EVERY:
            return
        self._drawn = now
        height = self._console.height
        shown = (
            Text(self._thoughts[-400:], style="dim italic")
            if self._thoughts
            else self._markdown(shortened(self._blocks.rest, height))
        )
        if self._live is None:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
                vertical_overflow="crop",
            )
            self._live.start()
        self._live.update(Tail(shown), refresh=True)  # type: ignore[arg-type]

    def _stop(self) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()


def screen_for(session: Session, *, silent: bool = False) -> Screen:
    if silent or session.as_json:
        return Silent()
    return Rendered(console(session)) if sys.stdout.isatty() else Plain()

"""Reading what is typed: line editing, history, words that complete, entries of many lines, Ctrl-C."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence

from sambung.cli import configuration
from sambung.cli.session import is_interactive

PROMPT = "> "
MORE = ". "
# Opens and closes an entry of many lines.
BLOCK = '"""'
HISTORY = 2_000


class LineEditor:
    """Without a terminal it reads lines, and says nothing."""

    def __init__(self, commands: Sequence[str], models: Callable[[], Sequence[str]]) -> None:
        self._is_terminal = is_interactive()
        self._interrupted = False
        self._commands = commands
        self._models = models
        self._matches: list[str] = []
        self._history = configuration.history_file() if self._is_terminal else None
        if self._is_terminal:
            self._set_up()

    def read(self) -> str | None:
        """One entry; None when whoever types leaves: Ctrl-D, the end of the input, or Ctrl-C twice in a row."""
        while True:
            try:
                return self._entry()
            except EOFError:
                self._end_line()
                return None
            except KeyboardInterrupt:
                self._end_line()
                if self._interrupted:
                    return None
                self.note_interruption()
                print("(Ctrl-C again, or Ctrl-D, leaves)", file=sys.stderr)

    def note_interruption(self) -> None:
        """The next Ctrl-C, if nothing is entered before it, leaves."""
        self._interrupted = True

    def forget_interruption(self) -> None:
        self._interrupted = False

    def close(self) -> None:
        """Keeps what was typed."""
        if self._history is None:
            return
        import readline

        with contextlib.suppress(OSError):  # a history that cannot be kept spoils no conversation
            readline.set_history_length(HISTORY)
            readline.write_history_file(str(self._history))

    def _entry(self) -> str:
        line = self._line(PROMPT)
        if not line.startswith(BLOCK):
            return line
        lines = [line[len(BLOCK) :]]
        while not lines[-1].endswith(BLOCK) or (len(lines) == 1 and not lines[0]):
            lines.append(self._line(MORE))
        lines[-1] = lines[-1][: -len(BLOCK)]
        return "\n".join(lines).strip("\n")

    def _line(self, prompt: str) -> str:
        if self._is_terminal:
            return input(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def _end_line(self) -> None:
        if self._is_terminal:
            print(flush=True)

    def _set_up(self) -> None:
        import readline

        with contextlib.suppress(OSError):
            readline.read_history_file(str(self._history))
        readline.set_completer(self._complete)
        readline.set_completer_delims(" \t\n")
        readline.parse_and_bind("tab: complete")

    def _complete(self, text: str, state: int) -> str | None:
        if state == 0:
            self._matches = self._matching(text)
        return self._matches[state] if state < len(self._matches) else None

    def _matching(self, text: str) -> list[str]:
        import readline

        line = readline.get_line_buffer()
        if line.startswith("/model "):
            return [one for one in self._models() if one.startswith(text)]
        if line.startswith("/") and " " not in line:
            return [f"{one} " for one in self._commands if one.startswith(text)]
        return []

"""In which context a tool runs: that of the send whose answer called it.

A tool may be called before the send that began the turn has returned, and by another thread: then it waits until that
send has said which answer is its own.
"""

from __future__ import annotations

import contextvars
import threading
import typing
from collections import OrderedDict

if typing.TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_KEPT = 4096  # turns that one engine may have in flight, or that nobody reads to their end


class Sending:
    """One send under way; `keep` names the answer that it began."""

    __slots__ = ("_context", "_contexts")

    def __init__(self, contexts: SendContexts) -> None:
        self._contexts = contexts
        self._context = contextvars.copy_context()

    def keep(self, answer: str) -> None:
        self._contexts._keep(answer, self._context)

    def __enter__(self) -> Sending:
        self._contexts._begun()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._contexts._ended()


class SendContexts:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: OrderedDict[str, contextvars.Context] = OrderedDict()
        self._under_way = 0
        self._waiting: list[Callable[[], None]] = []

    def sending(self) -> Sending:
        return Sending(self)

    def forget(self, answer: str) -> None:
        """Its turn has ended: no tool of it runs any more."""
        with self._lock:
            self._of.pop(answer, None)

    def find(self, answer: str | None, later: Callable[[], None]) -> contextvars.Context | None:
        """A context to run in; None: ask again when `later` was called, which may be on any thread."""
        with self._lock:
            known = self._of.get(answer) if answer is not None else None
            if known is not None:
                return known.copy()
            if answer is not None and self._under_way > 0:
                self._waiting.append(later)
                return None
        return contextvars.copy_context()

    def _begun(self) -> None:
        with self._lock:
            self._under_way += 1

    def _keep(self, answer: str, context: contextvars.Context) -> None:
        with self._lock:
            self._of[answer] = context
            while len(self._of) > _KEPT:
                self._of.popitem(last=False)

    def _ended(self) -> None:
        with self._lock:
            self._under_way -= 1
            told, self._waiting = self._waiting, []
        for one in told:
            one()

"""The logger `sambung`: what callbacks raise, and what engines and their providers tell.

Engines put their lines into a queue; a daemon thread of ours takes them, from the first engine that is opened to the
last one that is closed.
"""

from __future__ import annotations

import os
import threading
import typing

from . import _sambung

if typing.TYPE_CHECKING:
    import logging

_LEVELS = {  # by what is told; everything else is a warning
    "turn_failed": "ERROR",
    "procedure_failed": "ERROR",
    "periodic_failed": "ERROR",
    "storage_away": "ERROR",
    "row_damaged": "ERROR",
    "storage_back": "INFO",
    "turns_swept": "INFO",
    "retry_scheduled": "INFO",
    "throttled": "DEBUG",
}


def logger() -> logging.Logger:
    """With a NullHandler, as libraries have: the application says where its lines go."""
    import logging

    found = logging.getLogger("sambung")
    if not any(isinstance(one, logging.NullHandler) for one in found.handlers):
        found.addHandler(logging.NullHandler())
    return found


class _Follower:
    """The thread, and for how many engines it is there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engines = 0
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        with self._lock:
            self._engines += 1
            if self._engines > 1:
                return
            _sambung.log_begin()
            self._thread = threading.Thread(target=_follow, name="sambung-log", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Lines that are there are told yet."""
        with self._lock:
            self._engines -= 1
            if self._engines > 0:
                return
            thread, self._thread = self._thread, None
            _sambung.log_end()
            if thread is not None and thread is not threading.current_thread():
                thread.join(5.0)


_follower = _Follower()


def begin() -> None:
    """An engine is opened."""
    _follower.begin()


def end() -> None:
    """It is closed."""
    _follower.end()


def _begin_anew() -> None:
    """In a forked child, which has no thread of its parent's."""
    global _follower
    _follower = _Follower()


os.register_at_fork(after_in_child=_begin_anew)


def _follow() -> None:
    while (lines := _sambung.log_take()) is not None:
        for event, message in lines:
            try:
                _tell(event, message)
            except Exception:  # noqa: BLE001, S110 - a handler of the application's that raises ends no log
                pass


def _tell(event: str, message: str) -> None:
    import logging

    level = getattr(logging, _LEVELS.get(event, "WARNING"))
    logger().log(level, "%s: %s", event, message, extra={"event": event})

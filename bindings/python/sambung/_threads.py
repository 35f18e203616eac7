"""Threads that end with the process, whatever they do: a tool that never returns must not keep an interpreter."""

from __future__ import annotations

import queue
import threading
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Callable

T = typing.TypeVar("T")


class DaemonPool:
    """At most so many threads, each made when there is work for it and nobody idle."""

    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._unfinished = 0  # what waits or runs
        self._threads = 0
        self._closed = False

    def submit(self, work: Callable[[], object]) -> None:
        """Runs `work` on a thread; it catches what it raises itself."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the engine is closed")
            self._work.put(work)
            self._unfinished += 1
            if self._threads < min(self._unfinished, self._size):
                self._threads += 1
                threading.Thread(target=self._run, name=f"{self._name}-{self._threads}", daemon=True).start()

    def close(self) -> None:
        """Lets the threads end once they are done; waits for none."""
        with self._lock:
            self._closed = True
            for _ in range(self._threads):
                self._work.put(None)

    def _run(self) -> None:
        while True:
            work = self._work.get()
            if work is None:
                return
            try:
                work()
            finally:
                del work
                with self._lock:
                    self._unfinished -= 1


def call_in_thread(function: Callable[[], T], done: Callable[[T | None, BaseException | None], None]) -> None:
    """Calls `function` on a daemon thread of its own and hands its outcome to `done` there."""

    def work() -> None:
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            done(None, error)
        else:
            done(value, None)

    threading.Thread(target=work, name="sambung-call", daemon=True).start()

"""What both faces of one engine share: the native engine, its callbacks, its bridges, and its end."""

from __future__ import annotations

import os
import threading
import typing
import warnings
import weakref

from . import _log, _sambung
from .errors import InvalidArgumentError, UnavailableError

if typing.TYPE_CHECKING:
    import asyncio

    from ._callbacks import Callbacks
    from ._loops import LoopBridge, LoopBridges

_open: weakref.WeakSet[EngineCore] = weakref.WeakSet()
_registered = False
# Verbs that a model's answer, and so a callback, may have to be waited for.
_WAITS_FOR_CALLBACKS = frozenset(
    {
        "turn_wait",
        "turn_answer",
        "turn_stop",
        "chats_stop",
        "chats_preview",
        "completion_wait",
        "completions_complete",
        "completions_stream",
        "completions_embed",
        "completions_try_prompt",
        "completions_models",
        "models_list",
        "models_check",
    }
)


class EngineCore:
    """Safe to use from any thread."""

    def __init__(self, native: _sambung.Engine, callbacks: Callbacks | None) -> None:
        self.native = native
        self.callbacks = callbacks
        self.closed: bool = False
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._bridges: LoopBridges | None = None
        _remember(self)

    def bridge(self) -> LoopBridge:
        """That of the running loop."""
        import asyncio

        loop = asyncio.get_running_loop()
        if self.closed:
            self.demand_open()
        if self.callbacks is not None and self.callbacks.loop is not loop:
            self.callbacks.bind(loop)
        return self.bridges().of(loop)

    def bridges(self) -> LoopBridges:
        if self._bridges is None:
            from ._loops import LoopBridges

            with self._lock:
                self.demand_open()
                if self._bridges is None:
                    self._bridges = LoopBridges(self.native)
        return self._bridges

    def demand_open(self) -> None:
        if self.closed:
            raise UnavailableError("the engine is closed")
        if os.getpid() != self._process:
            raise UnavailableError("the engine belongs to the process that forked this one: open one in this process")

    def demand_callbacks(self, verb: str) -> None:
        """Before a call that blocks, of an engine with callbacks: there must be a loop that answers them meanwhile."""
        self.demand_open()
        callbacks = self.callbacks
        assert callbacks is not None
        loop = callbacks.loop
        if loop is None or loop.is_closed():
            callbacks.bind_thread()
            return
        if verb in _WAITS_FOR_CALLBACKS and _runs_here(loop):
            raise RuntimeError(
                f"{verb} would wait on the event loop that has to run the engine's tools and providers meanwhile: "
                "use the asyncio face here"
            )

    def turn_ended(self, answer: str) -> None:
        """Whoever learns it says so: what its tools would need is let go."""
        if self.callbacks is not None:
            self.callbacks.contexts.forget(answer)

    def close(self, grace: float) -> None:
        """Blocks until everything has ended. Once; a second call waits for nothing."""
        if isinstance(grace, bool) or not isinstance(grace, (int, float)) or not grace >= 0:
            raise InvalidArgumentError(f"grace is a time in seconds, not negative: {grace!r}")
        loop = self.callbacks.loop if self.callbacks is not None else None
        if grace > 0 and not self.closed and loop is not None and _runs_here(loop):
            raise RuntimeError(
                "close would wait on the event loop that has to run the engine's tools and providers meanwhile: "
                "await aclose() of the asyncio face here, or close(0)"
            )
        with self._lock:
            if self.closed:
                return
            self.closed = True
        _open.discard(self)
        if os.getpid() != self._process:
            return
        try:
            self.native.close(grace)
        finally:
            if self.callbacks is not None:
                self.callbacks.close()
            if self._bridges is not None:
                self._bridges.close()
            _log.end()

    def __del__(self) -> None:
        # Closing would wait, and nothing may wait in here.
        if not getattr(self, "closed", True) and os.getpid() == self._process:
            warnings.warn(f"{self!r} was never closed", ResourceWarning, source=self, stacklevel=2)

    def __repr__(self) -> str:
        return f"<sambung engine{' (closed)' if self.closed else ''} at {id(self):#x}>"


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    import asyncio

    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _remember(core: EngineCore) -> None:
    global _registered
    if not _registered:
        import atexit

        atexit.register(_close_all)
        _registered = True
    _open.add(core)


def _close_all() -> None:
    """At the end of the interpreter: what nobody closed gets a second."""
    for core in list(_open):
        try:
            core.close(1.0)
        except Exception:  # noqa: BLE001, S110 - nobody is left to be told
            pass

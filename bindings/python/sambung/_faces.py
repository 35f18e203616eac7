"""From one face of an engine to the other."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from . import _sambung
    from ._async.engine import AsyncEngine as AsyncioEngine
    from ._engine import EngineCore
    from ._sync.engine import Engine as SyncEngine

__all__ = ["AsyncioEngine", "SyncEngine", "asyncio_engine", "sync_engine"]


def asyncio_engine(core: EngineCore, native: _sambung.Engine, timeout: float | None) -> AsyncioEngine:
    from ._async.engine import AsyncEngine

    return AsyncEngine(core, native, timeout)


def sync_engine(core: EngineCore, native: _sambung.Engine, timeout: float | None) -> SyncEngine:
    from ._sync.engine import Engine

    return Engine(core, native, timeout)

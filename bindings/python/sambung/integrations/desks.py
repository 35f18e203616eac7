"""Both faces of one workspace, for libraries that call either."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sambung import AsyncWorkspace, Workspace


def sync_desk(desk: Workspace | AsyncWorkspace) -> Workspace:
    """The same workspace, with calls that block."""
    from sambung import Workspace

    if isinstance(desk, Workspace):
        return desk
    return Workspace(desk._core, desk._native, desk._timeout)


def async_desk(desk: Workspace | AsyncWorkspace) -> AsyncWorkspace:
    """The same workspace, with calls that are awaited."""
    from sambung import AsyncWorkspace

    if isinstance(desk, AsyncWorkspace):
        return desk
    return AsyncWorkspace(desk._core, desk._native, desk._timeout)


def with_timeout(desk: Workspace | AsyncWorkspace, timeout: float | None) -> Workspace | AsyncWorkspace:
    return desk if timeout is None else desk.with_options(timeout=timeout)

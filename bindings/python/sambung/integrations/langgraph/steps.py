"""Procedures that are written once and run on either face: generators that say what is to be done and get what came."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sambung
from sambung.integrations.langgraph.tables import StoredCheckpoint

if TYPE_CHECKING:
    from sambung import AsyncWorkspace, Change, Workspace

T = TypeVar("T")


@dataclass(frozen=True)
class Get:
    """The record of this key; None without one."""

    kind: type
    key: str


@dataclass(frozen=True)
class Read:
    """Every record that these conditions hold for, or so many."""

    kind: type
    where: dict[str, object]
    order: str | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Page:
    """Some of them, and where the next ones begin."""

    kind: type
    where: dict[str, object]
    order: str
    cursor: str | None


@dataclass(frozen=True)
class Write:
    """All of these changes, or none."""

    changes: Sequence[Change]


Step = Get | Read | Page | Write
Steps = Generator[Step, Any, T]

MOST_ON_A_PAGE = 200


def run(desk: Workspace, steps: Steps[T]) -> T:
    """To the end, blocking."""
    try:
        step = next(steps)
        while True:
            try:
                came = _do(desk, step)
            except sambung.Error as wrong:
                step = steps.throw(wrong)
            else:
                step = steps.send(came)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]


async def run_async(desk: AsyncWorkspace, steps: Steps[T]) -> T:
    """To the end, on a loop."""
    try:
        step = next(steps)
        while True:
            try:
                came = await _do_async(desk, step)
            except sambung.Error as wrong:
                step = steps.throw(wrong)
            else:
                step = steps.send(came)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]


def _do(desk: Workspace, step: Step) -> Any:
    match step:
        case Get(kind, key):
            try:
                return desk.records(kind).get(key)
            except sambung.NotFoundError:
                return None
        case Page(kind, where, order, cursor):
            return desk.records(kind).list(where, order).page(limit=MOST_ON_A_PAGE, cursor=cursor)
        case Write(changes):
            desk.records(StoredCheckpoint).write(changes)  # of whatever tables
            return None
        case Read(kind, where, order, limit):
            pager: sambung.Pager[Any] = desk.records(kind).list(where, order)
            return list(pager) if limit is None else list(pager.page(limit=limit))


async def _do_async(desk: AsyncWorkspace, step: Step) -> Any:
    match step:
        case Get(kind, key):
            try:
                return await desk.records(kind).get(key)
            except sambung.NotFoundError:
                return None
        case Page(kind, where, order, cursor):
            return await desk.records(kind).list(where, order).page(limit=MOST_ON_A_PAGE, cursor=cursor)
        case Write(changes):
            await desk.records(StoredCheckpoint).write(changes)  # of whatever tables
            return None
        case Read(kind, where, order, limit):
            pager: sambung.AsyncPager[Any] = desk.records(kind).list(where, order)
            return [one async for one in pager] if limit is None else list(await pager.page(limit=limit))

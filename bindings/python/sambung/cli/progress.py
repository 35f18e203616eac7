"""Bars on standard error, for a person. Without a terminal there are none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sambung.cli.session import Session


class Bar(Protocol):
    def at(self, done: int, doing: str) -> None: ...


class _NoBar:
    def at(self, done: int, doing: str) -> None: ...


@contextmanager
def bar(session: Session, doing: str, total: int | None = None) -> Iterator[Bar]:
    """With rate and time left where the total is known."""
    if session.quiet or session.as_json or not sys.stderr.isatty():
        yield _NoBar()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
    from sambung.cli.output import console

    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console(session, sys.stderr), transient=True) as drawn:
        task = drawn.add_task(doing, total=total, rate="")

        class Drawn:
            def at(self, done: int, doing: str) -> None:
                drawn.update(task, completed=done, description=doing, rate=_rate(drawn.tasks[0].speed))

        yield Drawn()


def _rate(speed: float | None) -> str:
    return f"{speed:,.0f}/s" if speed else ""


def shown_rows(on: Bar) -> Callable[[str, int], None]:
    """For copy_database() and its kin: the table and the rows so far. The count begins again when rows are compared."""
    before = 0
    doing = "copying"

    def show(table: str, rows: int) -> None:
        nonlocal before, doing
        if rows < before:
            doing = "comparing"
        before = rows
        on.at(rows, f"{doing} {table}")

    return show

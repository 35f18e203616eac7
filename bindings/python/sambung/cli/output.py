"""Printing: tables for people, lines of tabs for pipes, JSON where it is asked for. Data goes to standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console
    from sambung.cli.session import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column of a table: `shown` is for people, `plain` for pipes; without it both are the same."""

    title: str
    shown: Callable[[T], str]
    plain: Callable[[T], str] | None = None
    right: bool = False
    style: str = ""


def console(session: Session, stream: Any = None) -> Console:
    from rich.console import Console

    return Console(
        file=stream or sys.stdout,
        no_color=not session.colours,
        highlight=False,
        soft_wrap=False,
        emoji=False,
        markup=False,
    )


def print_json(value: object) -> None:
    """One line. Records are told as over HTTP."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_as_json, separators=(",", ":")))


def _as_json(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)


def print_records(session: Session, rows: Iterable[T], columns: Sequence[Column[T]], empty: str) -> None:
    """A list: lines of JSON or of tabs as rows come, or a table for a person."""
    if session.as_json:
        for row in rows:
            print_json(row)
    elif not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(_one_line((one.plain or one.shown)(row)) for one in columns))
    else:
        _print_table(session, list(rows), columns, empty)


def _print_table(session: Session, rows: list[T], columns: Sequence[Column[T]], empty: str) -> None:
    if not rows:
        click.echo(empty, err=True)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for one in columns:
        table.add_column(
            one.title, justify="right" if one.right else "left", style=one.style, overflow="ellipsis", no_wrap=True
        )
    for row in rows:
        table.add_row(*(Text(_one_line(one.shown(row))) for one in columns))
    console(session).print(table)


def print_fields(session: Session, record: object, fields: Sequence[tuple[str, str]]) -> None:
    """One record: as JSON, or a line for each field."""
    if session.as_json:
        print_json(record)
        return
    width = max(len(name) for name, _ in fields)
    for name, value in fields:
        click.echo(f"{name:<{width}}  {value}")


# Columns that many lists have: of records with an id, a state and a time when they were made.
ID: Column[Any] = Column("id", lambda one: short(one.id), lambda one: one.id, style="dim")
STATE: Column[Any] = Column("state", lambda one: one.state)
MADE: Column[Any] = Column("made", lambda one: when(one.created_at), lambda one: stamp(one.created_at), right=True)


def tell_erasure(session: Session, report: object, name: str) -> None:
    """What an erasure left of a tenant or a user."""
    if session.as_json:
        print_json(report)
    else:
        session.hint(f"erased {name}")


def _one_line(text: str) -> str:
    """Stored text moves no cursor and begins no row."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def printable(text: str) -> str:
    """The text without what a terminal would obey: control characters but for line ends and tabs."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def when(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago, for people."""
    if at is None:
        return "-"
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    if seconds < 0:
        return at.astimezone().strftime("%Y-%m-%d %H:%M")
    for size, name in ((86_400 * 14, ""), (86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {name} ago" if name else at.astimezone().strftime("%Y-%m-%d")
    return "now"


def stamp(at: datetime | None) -> str:
    """For pipes."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def money(microusd: int | None) -> str:
    """$1.50, $0.0123, and "-" where no price is known."""
    if microusd is None:
        return "-"
    dollars = microusd / 1_000_000
    if microusd == 0 or abs(dollars) >= 1:
        return f"${dollars:,.2f}"
    return f"${dollars:.4f}" if abs(dollars) >= 0.0001 else f"${dollars:.6f}"


def count(number: int) -> str:
    """1,234, 56.7k, 8.9M."""
    for size, name in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if number >= size:
            return f"{number / (1_000 if name == 'k' else size):.1f}{name}"
    return f"{number:,}"


def short(identifier: str) -> str:
    """The end of an id, which is enough to name it by."""
    return identifier[-8:]

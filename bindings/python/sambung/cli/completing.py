"""What the shell offers for a word that is being typed. Slow or broken things offer nothing."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from sambung.cli.session import Session

OFFERED = 100


def _session(ctx: click.Context) -> Session:
    """From the words in front of it; the callbacks of a command have not run yet."""
    from sambung.cli.session import Session

    given = ctx.find_root().params
    return Session(given.get("url"), given.get("tenant"), given.get("user"), quiet=True)


def models(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    try:
        with _session(ctx).desk(reading=True) as desk:
            offered = [one.id for one in desk.with_options(timeout=2.0).completions.models()]
    except Exception:  # a shell shows whatever is said here in the middle of a line
        return []
    return [CompletionItem(one) for one in offered if incomplete in one][:OFFERED]


def chats(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    try:
        with _session(ctx).desk(reading=True) as desk:
            found = list(islice(desk.chats.list(), OFFERED))
    except Exception:
        return []
    return [CompletionItem(one.id, help=one.title) for one in found if one.id.startswith(incomplete)]


def templates(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    try:
        with _session(ctx).desk(reading=True) as desk:
            found = list(islice(desk.templates.list(), OFFERED))
    except Exception:
        return []
    names = [(one.command or one.name, one.description) for one in found]
    return [CompletionItem(name, help=text) for name, text in names if name.startswith(incomplete)]

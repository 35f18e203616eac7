"""sambung search: what was said, with the words that were looked for marked."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click
from sambung.cli.output import console, print_json, printable, short, stamp, when
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="so many hits")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["chat", "message", "record"]),
    help="only these; may be repeated",
)
@click.option("--since", metavar="DAY", help="made then or later: 2026-01-31, or 7d")
@click.option("--until", metavar="DAY", help="made before then")
@click.option("--best", is_flag=True, help="the best hits first, not the newest")
@pass_session
def command(
    session: Session,
    words: tuple[str, ...],
    limit: int,
    kinds: tuple[str, ...],
    since: str | None,
    until: str | None,
    best: bool,
) -> None:
    """Find chats by their titles and by what was said in them. A hit has every one of the WORDS."""
    options: dict[str, Any] = {"order": "relevance" if best else "newest"}
    if kinds:
        options["kinds"] = list(kinds)
    for name, text in (("since", since), ("until", until)):
        if text:
            options[name] = day(text)
    with session.desk(reading=True) as desk:
        found = 0
        for hit in islice(desk.search.query(" ".join(words), **options), limit):
            found += 1
            _print(session, hit)
    if not found:
        session.hint("nothing was found")


def day(text: str, now: datetime | None = None) -> datetime:
    """The beginning of a day here, or so many days, hours or weeks ago."""
    from datetime import timedelta

    units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    if text[:-1].isdigit() and text[-1:] in units:
        return (now or datetime.now(UTC)) - int(text[:-1]) * units[text[-1]]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no day such as 2026-01-31, nor 12h, 7d or 4w") from None
    return found if found.tzinfo else found.astimezone()


def passage_of(hit: sambung.SearchHit) -> str:
    """As text, with what matched between asterisks."""
    said = "".join(f"*{piece.text}*" if piece.is_match else piece.text for piece in hit.passage)
    return " ".join(printable(f"{'...' if hit.cut_before else ''}{said}{'...' if hit.cut_after else ''}").split())


def _print(session: Session, hit: sambung.SearchHit) -> None:
    where = hit.chat_id or hit.id
    if session.as_json:
        print_json(hit)
    elif not sys.stdout.isatty():
        click.echo(
            "\t".join((hit.kind, where, stamp(hit.at), printable(hit.title).replace("\n", " "), passage_of(hit)))
        )
    else:
        _draw(session, hit, where)


def _draw(session: Session, hit: sambung.SearchHit, where: str) -> None:
    from rich.text import Text

    head = Text.assemble(
        (printable(hit.title) or "(no title)", "bold"),
        f"  {hit.role or hit.kind}, {when(hit.at)}  ",
        (short(where), "dim"),
    )
    passage = Text("  ")
    if hit.cut_before:
        passage.append("...")
    for piece in hit.passage:
        passage.append(" ".join(printable(piece.text).splitlines()), "bold reverse" if piece.is_match else "")
    if hit.cut_after:
        passage.append("...")
    on = console(session)
    on.print(head)
    on.print(passage)

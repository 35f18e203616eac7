"""sambung doctor: what is wrong here, and how to mend it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import click
from sambung.cli import checks
from sambung.cli.checks import Finding
from sambung.cli.output import console, print_json, printable
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung

MARKS = {"ok": ("ok", "green"), "warning": ("warn", "yellow"), "failed": ("FAIL", "bold red")}
# Servers that are asked anyway, by the variable that says so: nobody else learns of this.
DATED_BY = {
    "OPENAI_API_KEY": "https://api.openai.com",
    "ANTHROPIC_API_KEY": "https://api.anthropic.com",
    "GEMINI_API_KEY": "https://generativelanguage.googleapis.com",
    "OPENROUTER_API_KEY": "https://openrouter.ai",
}


@click.command("doctor")
@click.option("--offline", is_flag=True, help="ask no provider")
@pass_session
@click.pass_context
def command(ctx: click.Context, session: Session, offline: bool) -> None:
    """Look at everything that Sambung needs, a row and a remedy for each. Exits with 1 if one fails."""
    failed = False
    for finding in findings(session, offline=offline):
        failed = failed or finding.state == "failed"
        _print(session, finding)
    ctx.exit(1 if failed else 0)


def findings(session: Session, *, offline: bool) -> Iterator[Finding]:
    """In the order in which one thing needs the other."""
    import sambung

    info = sambung.build_info()
    yield checks.package(info)
    yield checks.of_this_interpreter()
    yield checks.libraries(info)
    yield checks.certificates(info, os.environ)
    yield from checks.variables(os.environ, known_variables())
    try:
        yield from _database(session.database)
        yield from _engine(session, offline=offline)
    except click.ClickException as wrong:  # there is no place for a database
        says, _, remedy = wrong.message.partition("; ")
        yield Finding("database", "failed", says, remedy)
    yield checks.clock(datetime.now(UTC), None if offline else _date_of_a_server())
    yield checks.terminal(os.environ, sys.stdout.isatty(), sys.stdout.encoding or "")


def known_variables() -> Sequence[Mapping[str, Any]]:
    """What the library reads, as it says itself."""
    import sambung

    return sambung.environment_variables()


def _database(url: str) -> Iterator[Finding]:
    file = checks.file_of(url)
    if file is None:
        return
    if found := checks.secret_file(url):
        yield found
    folder = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(folder):
        yield Finding("database", "failed", f"there is no folder {folder}", f"mkdir -p {folder}")
        return
    if found := checks.filesystem(folder):
        yield found
    yield checks.quick_check(file)
    yield checks.lock(file)
    yield checks.space(folder)
    yield checks.sync_time(folder)


def _engine(session: Session, *, offline: bool) -> Iterator[Finding]:
    """Whether it opens, and what its providers say."""
    import sambung

    try:
        with session.engine(reading=True) as engine:
            engine.check()
            yield Finding("engine", "ok", "opens, and its storage answers")
            if not offline:
                yield from _providers(engine)
    except sambung.Error as wrong:
        yield checks.engine(wrong)


def _providers(engine: sambung.Engine) -> Iterator[Finding]:
    offered = [one.id.partition("/")[0] for one in engine.models.list()]
    for one in engine.models.health():
        yield checks.provider(one.name, engine.models.check, offered.count(one.name))


def _date_of_a_server() -> datetime | None:
    """What time it is at a configured vendor; None where there is none, or it does not say."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    address = next((url for variable, url in DATED_BY.items() if os.environ.get(variable)), None)
    if address is None:
        return None
    try:
        with urlopen(Request(address, method="HEAD"), timeout=3) as answer:
            date = answer.headers.get("Date")
    except HTTPError as refused:  # a date comes with that, too
        date = refused.headers.get("Date")
    except (OSError, ValueError):
        return None
    try:
        return parsedate_to_datetime(date) if date else None
    except ValueError:
        return None


def _print(session: Session, finding: Finding) -> None:
    if session.as_json:
        print_json(asdict(finding))
        return
    mark, colour = MARKS[finding.state]
    says, remedy = printable(finding.says), printable(finding.remedy)
    if not sys.stdout.isatty():
        click.echo("\t".join((mark, finding.what, says, remedy)))
        return
    from rich.text import Text

    on = console(session)
    on.print(Text.assemble((f"{mark:<5}", colour), f"{finding.what:<20} ", says))
    if remedy:
        on.print(Text.assemble(" " * 26, ("-> ", "bold"), remedy))

"""sambung quotas: what may be used in a day or month, and how much of it is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click
from sambung.cli.output import Column, console, count, money, print_json, print_records, stamp
from sambung.cli.plots import meter
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung

MOST = 1_000_000_000_000_000
SUBJECTS = {"tenant": "the tenant", "each_user": "each user", "user": "a user"}


@click.group("quotas", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """What limits you, and how much of it is used; `set` and `remove` take a role that may."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("show")
@pass_session
def show(session: Session) -> None:
    """What limits you, as meters with the time at which they are reset."""
    with session.desk(reading=True) as desk:
        limits = desk.quotas.mine()
    if session.as_json or not sys.stdout.isatty():
        print_records(session, limits, _columns(), "nothing limits you")
    elif not limits:
        click.echo("nothing limits you", err=True)
    else:
        for one in limits:
            _draw(session, one)


def amount(measure: str, number: int) -> str:
    return money(number) if measure == "money" else f"{count(number)} tokens"


def resets_in(at: datetime, now: datetime | None = None) -> str:
    seconds = max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
    days, hours = divmod(int(seconds) // 3_600, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {int(seconds) // 60 % 60} min"


def _draw(session: Session, one: sambung.QuotaStatus) -> None:
    from rich.text import Text

    share = one.used / one.limit if one.limit else 1.0
    colour = "red" if share >= 1 else "yellow" if share >= 0.8 else "green"
    console(session).print(
        Text.assemble(
            f"{SUBJECTS.get(one.subject, one.subject):<11}{one.period:<6} ",
            (meter(share), colour),
            f" {share:4.0%}  {amount(one.measure, one.used)} of {amount(one.measure, one.limit)}",
            (f", reset in {resets_in(one.resets_at)}, set by the {one.authority}", "dim"),
        )
    )


def _columns() -> list[Column[sambung.QuotaStatus]]:
    return [
        Column("subject", lambda one: one.subject),
        Column("period", lambda one: one.period),
        Column("measure", lambda one: one.measure),
        Column("used", lambda one: str(one.used)),
        Column("limit", lambda one: str(one.limit)),
        Column("resets", lambda one: stamp(one.resets_at)),
        Column("authority", lambda one: one.authority),
    ]


@command.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every quota of the tenant."""
    with session.desk(reading=True) as desk:
        print_records(
            session,
            desk.quotas.list(),
            [
                Column(
                    "subject", lambda one: one.user_id or SUBJECTS[one.subject], lambda one: one.user_id or one.subject
                ),
                Column("period", lambda one: one.period),
                Column("measure", lambda one: one.measure),
                Column("limit", lambda one: amount(one.measure, one.limit), lambda one: str(one.limit), right=True),
                Column("set by", lambda one: one.authority),
            ],
            "there are no quotas",
        )


def limit_of(measure: str, text: str) -> int:
    """Tokens as 2000000, 2M or 500k; money in dollars: 20 or 0.50."""
    factors = {"k": 1_000, "m": 1_000_000, "g": 1_000_000_000}
    number = text.lower().removeprefix("$").replace("_", "").replace(",", "")
    factor = factors.get(number[-1:], 1)
    try:
        value = Decimal(number[:-1] if factor > 1 else number) * factor * (1_000_000 if measure == "money" else 1)
    except InvalidOperation:
        raise click.BadParameter(f"{text} is no amount", param_hint="LIMIT") from None
    if not value.is_finite() or not 0 <= value <= MOST or value != value.to_integral_value():
        raise click.BadParameter(f"{text} is no amount", param_hint="LIMIT")
    return int(value)


PERIOD = click.option(
    "--per", "period", type=click.Choice(["day", "month"]), default="month", show_default=True, help="of UTC"
)
MEASURE = click.option(
    "--of",
    "measure",
    type=click.Choice(["tokens", "money"]),
    default="tokens",
    show_default=True,
    help="what is limited",
)
FOR = click.option(
    "--for",
    "subject",
    metavar="WHOM",
    default="tenant",
    show_default=True,
    help="`tenant`, `each_user`, or a member by address or id",
)


def _key(desk: sambung.Workspace, subject: str, period: str, measure: str) -> dict[str, Any]:
    key: dict[str, Any] = {"subject": subject, "period": period, "measure": measure}
    if subject not in ("tenant", "each_user"):
        key |= {"subject": "user", "user_id": _member(desk, subject)}
    return key


def _member(desk: sambung.Workspace, name: str) -> sambung.UserId:
    for one in desk.members.list():
        if name in (one.user_id, one.email):
            return one.user_id
    raise click.UsageError(f"{name} is no member of the tenant")


@command.command("set")
@click.argument("limit")
@FOR
@PERIOD
@MEASURE
@pass_session
def set_(session: Session, limit: str, subject: str, period: str, measure: str) -> None:
    """Let no more than LIMIT be used: tokens (2M, 500k) or dollars (20, 0.50)."""
    most = limit_of(measure, limit)
    with session.desk() as desk:
        made = desk.quotas.set(limit=most, **_key(desk, subject, period, measure))
        if session.as_json:
            print_json(made)


@command.command("remove")
@FOR
@PERIOD
@MEASURE
@pass_session
def remove(session: Session, subject: str, period: str, measure: str) -> None:
    """Take a quota away."""
    with session.desk() as desk:
        desk.quotas.remove(**_key(desk, subject, period, measure))

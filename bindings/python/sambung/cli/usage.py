"""sambung usage: tokens and money, by day, model, user or key, as a table or as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
from sambung.cli.output import Column, count, money, print_records
from sambung.cli.plots import bars
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung

KEYS = {"configured": "the operator's", "user": "one's own", "tenant": "the tenant's"}


@click.command("usage")
@click.option(
    "--by",
    type=click.Choice(["day", "model", "user", "key"]),
    default="day",
    show_default=True,
    help="what is summed together",
)
@click.option("--from", "first", metavar="DAY", help="the first day (UTC): 2026-01-01; of this month by default")
@click.option("--to", "last", metavar="DAY", help="the last day")
@click.option("--everyone", is_flag=True, help="what the whole tenant used; takes a role that may know it")
@click.option(
    "--plot",
    type=click.Choice(["tokens", "money"]),
    is_flag=False,
    flag_value="tokens",
    help="as bars; of tokens unless `money` is said",
)
@pass_session
def command(session: Session, by: str, first: str | None, last: str | None, everyone: bool, plot: str | None) -> None:
    """What was used of models."""
    of = "tenant" if everyone or by == "user" else "self"
    options: dict[str, Any] = {"of": of, "by": by}
    if first:
        options["from_"] = first
    if last:
        options["to"] = last
    with session.desk(reading=True) as desk:
        sums = ordered(desk.usage.summary(**options), by)
        names = _names(desk) if by == "user" else {}
    if plot and not session.as_json:
        _plot(session, sums, by, plot, names)
    else:
        print_records(session, sums, _columns(by, names), "nothing was used")


def ordered(sums: Sequence[sambung.UsageSum], by: str) -> list[sambung.UsageSum]:
    """Days in their order, all else by what it cost and took."""
    if by == "day":
        return sorted(sums, key=lambda one: one.day or "")
    return sorted(sums, key=lambda one: (one.cost_microusd or 0, one.input_tokens + one.output_tokens), reverse=True)


def _names(desk: sambung.Workspace) -> dict[str, str]:
    """What users are called; those that left have their id."""
    return {one.user_id: one.name or one.email or one.user_id for one in desk.members.list()}


def group_name(one: sambung.UsageSum, by: str, names: Mapping[str, str]) -> str:
    if by == "user":
        return names.get(one.user_id or "", one.user_id or "-")
    if by == "key":
        return KEYS.get(one.key or "", one.key or "-")
    return (one.day if by == "day" else one.model) or "-"


def _columns(by: str, names: Mapping[str, str]) -> list[Column[sambung.UsageSum]]:
    return [
        Column(by, lambda one: group_name(one, by, names)),
        Column("requests", lambda one: count(one.requests), lambda one: str(one.requests), right=True),
        Column("in", lambda one: count(one.input_tokens), lambda one: str(one.input_tokens), right=True),
        Column(
            "cached", lambda one: count(one.cached_input_tokens), lambda one: str(one.cached_input_tokens), right=True
        ),
        Column("out", lambda one: count(one.output_tokens), lambda one: str(one.output_tokens), right=True),
        Column(
            "cost",
            lambda one: money(one.cost_microusd) + ("+" if one.unpriced_requests else ""),
            lambda one: str(one.cost_microusd if one.cost_microusd is not None else ""),
            right=True,
        ),
    ]


def _plot(session: Session, sums: Sequence[sambung.UsageSum], by: str, what: str, names: Mapping[str, str]) -> None:
    rows = [(group_name(one, by, names), _amount(one, what)) for one in sums]
    title = "dollars" if what == "money" else "tokens"
    click.echo(bars(rows, f"{title} by {by}", colours=session.colours) if rows else "nothing was used", color=True)


def _amount(one: sambung.UsageSum, what: str) -> float:
    return (one.cost_microusd or 0) / 1_000_000 if what == "money" else float(one.input_tokens + one.output_tokens)

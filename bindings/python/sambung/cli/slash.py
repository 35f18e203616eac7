"""What can be said to the command in a conversation: /model, /retry and so on."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

import click
from sambung.cli.answer import text_of
from sambung.cli.conversation import Leave
from sambung.cli.models_known import matching
from sambung.cli.output import count, money, printable
from sambung.cli.screen import screen_for
from sambung.cli.search import passage_of
from sambung.cli.template_use import filled_in, pairs

if TYPE_CHECKING:
    from sambung.cli.conversation import Conversation

# Each takes what stands behind its name, and says whether an answer was interrupted.
Obeyed = bool


def _model(talk: Conversation, rest: str) -> Obeyed:
    """NAME  answer with another model; without a name: list them"""
    offered = talk.offered_models()
    if not rest:
        for one in offered:
            click.echo(f"{'*' if one == talk.model else ' '} {one}")
        return False
    model = rest if "/" in rest else matching(rest, offered)
    talk.change(model=model)
    talk.model = model
    talk.session.hint(f"answered by {model}")
    return False


def _system(talk: Conversation, rest: str) -> Obeyed:
    """TEXT  what the model is told first; without a text: show it; - takes it away"""
    if not rest:
        click.echo(printable(talk.system) or "(none)")
        return False
    system = "" if rest == "-" else rest
    talk.change(system_prompt=system)
    talk.system = system
    return False


def _retry(talk: Conversation, rest: str) -> Obeyed:
    """another answer to the last message"""
    return talk.show(talk.desk.chats.regenerate(talk.last_by("assistant").id))


def _edit(talk: Conversation, rest: str) -> Obeyed:
    """TEXT  say the last message otherwise; without a text: in your editor"""
    message = talk.last_by("user")
    text = rest or click.edit(text_of(message.parts)) or ""
    if not text.strip():
        talk.session.hint("(nothing changed)")
        return False
    return talk.show(talk.desk.chats.edit(message.id, text.strip()))


def _alternatives(talk: Conversation, rest: str) -> Obeyed:
    """N  go on with another answer; without a number: list them"""
    head = talk.last_by("assistant")
    others = list(talk.desk.chats.alternatives(head.id))
    if not rest:
        for number, one in enumerate(others, 1):
            first = printable(text_of(one.parts).strip().partition("\n")[0])[:70]
            click.echo(f"{'*' if one.id == head.id else ' '} {number}  {one.model or '-'}  {first}")
        return False
    if not rest.isdigit() or not 1 <= int(rest) <= len(others):
        raise click.UsageError(f"there are alternatives 1 to {len(others)}")
    chosen = others[int(rest) - 1]
    talk.change(head_id=chosen.id)
    screen = screen_for(talk.session)
    screen.restart(text_of(chosen.parts))
    screen.close()
    return False


def _attach(talk: Conversation, rest: str) -> Obeyed:
    """FILE...  goes with the next message; without one: list them; - takes them away"""
    from sambung.cli.attachments import attached

    if rest == "-":
        talk.attached.clear()
    elif rest:
        for name in shlex.split(rest):
            attached(name)  # what cannot be read is told now, not with the message
            talk.attached.append(name)
    for name in talk.attached:
        click.echo(f"  {printable(name)}")
    return False


def _template(talk: Conversation, rest: str) -> Obeyed:
    """NAME [VARIABLE=VALUE]...  send a kept prompt; without a name: list them"""
    if not rest:
        for one in talk.desk.templates.list():
            click.echo(f"  {printable(one.command or one.name)}  {printable(one.description)}")
        return False
    name, *values = shlex.split(rest)
    prompt = filled_in(talk.desk, name, pairs(values, "/template"), "")
    if prompt.system:
        talk.change(system_prompt=prompt.system)
        talk.system = prompt.system
    if not prompt.question:
        talk.session.hint("(it asks nothing: what the model is told first is set)")
        return False
    return talk.send(prompt.question, **prompt.options)


def _usage(talk: Conversation, rest: str) -> Obeyed:
    """what this chat and this month took"""
    answers = [one for one in talk.path(200) if one.usage is not None]
    tokens = sum(one.usage.input_tokens + one.usage.output_tokens for one in answers if one.usage)
    costs = [one.cost_microusd for one in answers if one.cost_microusd is not None]
    click.echo(f"this chat   {count(tokens)} tokens, {money(sum(costs) if costs else None)}")
    for one in talk.desk.usage.summary():
        click.echo(
            f"this month  {count(one.input_tokens + one.output_tokens)} tokens, {money(one.cost_microusd)}, "
            f"{count(one.requests)} requests"
        )
    return False


def _search(talk: Conversation, rest: str) -> Obeyed:
    """WORDS  what was said in all chats"""
    if not rest:
        raise click.UsageError("what for?")
    for hit in islice(talk.desk.search.query(rest), 10):
        click.echo(f"{printable(hit.title)[:40]}: {passage_of(hit)}")
    return False


def _help(talk: Conversation, rest: str) -> Obeyed:
    """this list"""
    for name, one in sorted(ORDERS.items()):
        arguments, gap, text = (one.__doc__ or "").partition("  ")
        usage, says = (f"{name} {arguments}", text) if gap else (name, arguments)
        click.echo(f"  {usage:<34}{says}")
    click.echo('  """                               opens and closes a message of many lines')
    click.echo("  Ctrl-C                            stops the answer and keeps it; twice leaves")
    return False


def _quit(talk: Conversation, rest: str) -> Obeyed:
    """leave, as Ctrl-D does"""
    raise Leave


ORDERS: dict[str, Callable[[Conversation, str], Obeyed]] = {
    "/model": _model,
    "/system": _system,
    "/retry": _retry,
    "/edit": _edit,
    "/alternatives": _alternatives,
    "/attach": _attach,
    "/template": _template,
    "/usage": _usage,
    "/search": _search,
    "/help": _help,
    "/quit": _quit,
}
NAMES = tuple(sorted(ORDERS))


def obey(talk: Conversation, line: str) -> Obeyed:
    """A word that is no order is a kept prompt's command, as in `/translate text=hello`."""
    name, _, rest = line.strip().partition(" ")
    order = ORDERS.get(name)
    if order is not None:
        return order(talk, rest.strip())
    if any(one.command == name[1:] for one in talk.desk.templates.list()):
        return _template(talk, line.strip()[1:])
    raise click.UsageError(f"there is no {name}; /help lists what there is")

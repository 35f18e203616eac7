"""sambung chats: list, show, rename and remove them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click
from sambung.cli import completing
from sambung.cli.answer import text_of
from sambung.cli.chat_choice import chosen_chat
from sambung.cli.output import ID, Column, console, print_json, print_records, printable, short, stamp, when
from sambung.cli.session import Session, demand_confirmation, pass_session

if TYPE_CHECKING:
    import sambung
    from rich.text import Text

# Messages of one chat that are shown; the newest ones.
SHOWN = 1_000


@click.group("chats")
def command() -> None:
    """List, show, rename and remove chats. ID is a whole id, the end of one, or `last`."""


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(min=1), default=30, show_default=True, help="so many of them")
@click.option("--all", "everything", is_flag=True, help="all of them")
@click.option("--archived", is_flag=True, help="those that are put away")
@pass_session
def list_(session: Session, words: tuple[str, ...], limit: int, everything: bool, archived: bool) -> None:
    """The newest chats; with WORDS those that have them in their title or in what was said."""
    with session.desk(reading=True) as desk:
        found = desk.chats.search(" ".join(words)) if words else desk.chats.list(archived=archived)
        print_records(session, found if everything else islice(found, limit), _columns(), "there are no chats yet")


def _columns() -> list[Column[sambung.Chat]]:
    return [
        ID,
        Column(
            "title",
            lambda one: ("^ " if one.pinned else "") + (printable(one.title) or "(no title)"),
            lambda one: one.title,
        ),
        Column("model", lambda one: one.model, style="dim"),
        Column("used", lambda one: when(one.active_at), lambda one: stamp(one.active_at), right=True),
    ]


@command.command("show")
@click.argument("chat_id", metavar="ID", shell_complete=completing.chats)
@click.option("--tree", is_flag=True, help="with the answers and messages beside those that were gone on with")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=SHOWN, help="the newest so many messages")
@pass_session
def show(session: Session, chat_id: str, tree: bool, limit: int) -> None:
    """What was said in a chat."""
    with session.desk(reading=True) as desk:
        chat = chosen_chat(desk, chat_id)
        if session.as_json:
            for one in [chat, *path_of(desk, chat, limit)]:
                print_json(one)
        elif tree:
            _print_tree(session, desk, chat, limit)
        else:
            _print_path(session, chat, path_of(desk, chat, limit))


def path_of(desk: sambung.Workspace, chat: sambung.Chat, limit: int = SHOWN) -> list[sambung.Message]:
    """The conversation as it stands, oldest first."""
    return list(islice(desk.chats.messages(chat), limit))[::-1]


def _print_path(session: Session, chat: sambung.Chat, messages: Iterable[sambung.Message]) -> None:
    if not sys.stdout.isatty():
        click.echo(as_markdown(chat, messages))
        return
    from rich.markdown import Markdown
    from rich.text import Text

    on = console(session)
    on.print(Text(printable(chat.title) or "(no title)", style="bold"), Text(chat.id, style="dim"))
    for message in messages:
        on.print()
        on.print(Text(f"{speaker(message)}  {when(message.created_at)}{ending(message)}", style="bold dim"))
        on.print(Markdown(printable(text_of(message.parts)), hyperlinks=False))
        for note in others_in(message):
            on.print(Text(note, style="dim"))


def as_markdown(chat: sambung.Chat, messages: Iterable[sambung.Message]) -> str:
    """The chat as a page."""
    page = [f"# {chat.title or 'Chat'}", ""]
    if chat.system_prompt:
        page += ["## System", "", chat.system_prompt, ""]
    for message in messages:
        page += [f"## {speaker(message)}{ending(message)}", "", text_of(message.parts)]
        page += [f"- {note}" for note in others_in(message)] + [""]
    return "\n".join(page).rstrip()


def speaker(message: sambung.Message) -> str:
    name = message.role.capitalize()
    return f"{name} ({message.model})" if message.model else name


def ending(message: sambung.Message) -> str:
    """Nothing for a whole message."""
    return "" if message.state == "complete" else f" [{message.state}{f': {message.reason}' if message.reason else ''}]"


def others_in(message: sambung.Message) -> Iterator[str]:
    """A line for each part that is no text."""
    import sambung

    for part in message.parts:
        match part:
            case sambung.ToolCallPart(name=name, arguments=arguments):
                yield printable(f"calls {name}({arguments[:200]})")
            case sambung.ToolResultPart(text=text, is_error=is_error):
                yield printable(f"{'fails: ' if is_error else 'gets: '}{' '.join(text[:200].split())}")
            case sambung.ImagePart(url=url):
                yield f"picture {url if url.startswith('https:') else url[:40] + '...'}"
            case sambung.FilePart(name=name, media_type=kind):
                yield printable(f"file {name} ({kind})")
            case sambung.ErrorPart(message=text):
                yield printable(f"error: {text}")


def _print_tree(session: Session, desk: sambung.Workspace, chat: sambung.Chat, limit: int) -> None:
    """The path that is gone on with, and where it branched."""
    from rich.text import Text
    from rich.tree import Tree

    path = path_of(desk, chat, limit)
    root = Tree(Text(printable(chat.title) or "(no title)", style="bold"))
    at = root
    for message in path:
        chosen = at
        for one in desk.chats.alternatives(message.id):
            is_chosen = one.id == message.id
            node = at.add(_leaf(one, is_chosen))
            chosen = node if is_chosen else chosen
        at = chosen
    console(session).print(root)


def _leaf(message: sambung.Message, is_chosen: bool) -> Text:
    from rich.text import Text

    first = " ".join(printable(text_of(message.parts)).split())[:80]
    return Text.assemble(
        (f"{speaker(message)}{ending(message)} ", "bold" if is_chosen else "dim"), (first, "" if is_chosen else "dim")
    )


@command.command("rename")
@click.argument("chat_id", metavar="ID", shell_complete=completing.chats)
@click.argument("title")
@pass_session
def rename(session: Session, chat_id: str, title: str) -> None:
    """Give a chat another title."""
    with session.desk() as desk:
        renamed = desk.chats.rename(chosen_chat(desk, chat_id), title)
        if session.as_json:
            print_json(renamed)


@command.command("remove")
@click.argument("chat_ids", metavar="ID...", nargs=-1, required=True, shell_complete=completing.chats)
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def remove(session: Session, chat_ids: tuple[str, ...], yes: bool) -> None:
    """Remove chats with everything in them, for good."""
    with session.desk() as desk:
        chats = [chosen_chat(desk, one) for one in chat_ids]
        titles = ", ".join(printable(one.title) or short(one.id) for one in chats)
        demand_confirmation(session, f"remove {titles}?", yes)
        for one in chats:
            desk.chats.remove(one)

"""sambung export: chats as JSONL, Markdown or OpenAI messages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, TextIO

import click
from sambung.cli import chat_files, completing, markdown_chats, openai_chats
from sambung.cli.chat_choice import chosen_chat
from sambung.cli.chats import path_of
from sambung.cli.filed_chat import FiledChat, FiledMessage
from sambung.cli.output import stamp
from sambung.cli.progress import bar
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung

MESSAGES = 100_000
KEPT = {"text", "reasoning", "image", "file", "tool_call", "tool_result"}


@click.command("export")
@click.argument("chat_ids", metavar="[ID]...", nargs=-1, shell_complete=completing.chats)
@click.option("--all", "everything", is_flag=True, help="every chat, also what is put away")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["jsonl", "markdown", "openai"]),
    default="jsonl",
    show_default=True,
    help='`openai`: a line {"messages": [...]} for each chat',
)
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", atomic=True),
    default="-",
    help="a file; standard output by default",
)
@pass_session
def command(session: Session, chat_ids: tuple[str, ...], everything: bool, form: str, output: TextIO) -> None:
    """Write chats as they stand: of each the path that is gone on with. What is written, `import` takes in."""
    if bool(chat_ids) == everything:
        raise click.UsageError("name chats, or say --all")
    with session.desk(reading=True) as desk, bar(session, "exporting") as shown:
        for number, (chat, filed) in enumerate(_filed(desk, _chats(desk, chat_ids)), 1):
            print(written(filed, form, chat), file=output)
            shown.at(number, "exporting")
    if output is sys.stdout:
        output.flush()


def _chats(desk: sambung.Workspace, names: tuple[str, ...]) -> Iterable[sambung.Chat]:
    if names:
        return [chosen_chat(desk, name) for name in names]
    return chain(desk.chats.list(), desk.chats.list(archived=True))


def _filed(
    desk: sambung.Workspace, chats: Iterable[sambung.Chat]
) -> Iterator[tuple[sambung.Chat, FiledChat]]:
    for chat in chats:
        messages = [filed_message(one) for one in path_of(desk, chat, MESSAGES)]
        yield chat, FiledChat(chat.title, chat.model, chat.system_prompt, messages)


def filed_message(message: sambung.Message) -> FiledMessage:
    """Without what is a vendor's or of the moment: errors, signatures."""
    parts: list[dict[str, Any]] = [part.to_dict() for part in message.parts]
    kept = [
        {name: value for name, value in part.items() if name != "providerData" and value is not None}
        for part in parts
        if part["type"] in KEPT
    ]
    return FiledMessage(message.role, kept, message.model)


def written(filed: FiledChat, form: str, chat: sambung.Chat) -> str:
    if form == "markdown":
        return markdown_chats.page_of(filed)
    if form == "openai":
        return json.dumps({"messages": openai_chats.messages_of(filed)}, ensure_ascii=False)
    return json.dumps(chat_files.own_line(filed, createdAt=stamp(chat.created_at)), ensure_ascii=False)

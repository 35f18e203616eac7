"""Chats as pages of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sambung.cli.filed_chat import FiledChat, FiledMessage, NotRecognised, text_of

HEADING = re.compile(r"^## (User|Assistant|System)(?: \(([^)]*)\))?(?: \[[^\]]*\])?\s*$")
ESCAPED = re.compile(r"^(\\*## (?:User|Assistant|System)\b)")


def page_of(chat: FiledChat) -> str:
    """A page: a heading for each message. What in a text looks like one is escaped."""
    page = [f"# {' '.join(chat.title.split()) or 'Chat'}", ""]
    if chat.system_prompt:
        page += ["## System", "", _escaped(chat.system_prompt), ""]
    for message in chat.messages:
        by = f" ({message.model})" if message.model else ""
        page += [f"## {message.role.capitalize()}{by}", "", _escaped(text_of(message.parts)), ""]
    return "\n".join(page).rstrip() + "\n"


def _escaped(text: str) -> str:
    return "\n".join(ESCAPED.sub(r"\\\1", line) for line in text.split("\n"))


def _unescaped(text: str) -> str:
    return "\n".join(line[1:] if line.startswith("\\") and ESCAPED.match(line) else line for line in text.split("\n"))


def from_page(text: str) -> Iterator[FiledChat]:
    """One chat: a title, and headings that say who speaks."""
    lines = text.replace("\r\n", "\n").split("\n")
    chat = FiledChat(lines[0][2:].strip() if lines[0].startswith("# ") else "")
    speaker, model, said = "", None, []
    for line in [*lines[1 if chat.title else 0 :], None]:
        heading = HEADING.match(line) if line is not None else None
        if line is not None and not heading:
            said.append(line)
            continue
        _take(chat, speaker, model, _unescaped("\n".join(said)).strip("\n"))
        said = []
        if heading:
            speaker, model = heading[1], heading[2]
    if not chat.messages:
        raise NotRecognised("this Markdown has no heading '## User'")
    if not chat.title:
        chat.title = chat.first_line()
    yield chat


def _take(chat: FiledChat, speaker: str, model: str | None, text: str) -> None:
    if speaker == "System":
        chat.system_prompt = text
    elif speaker and text:
        chat.messages.append(FiledMessage(speaker.lower(), [{"type": "text", "text": text}], model))
    elif not speaker and text.strip():
        chat.left_out.append("the text in front of the first heading")

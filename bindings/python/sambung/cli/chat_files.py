"""Chats in files: JSONL of Sambung's, messages as OpenAI has them, Markdown. Nothing here knows a database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sambung.cli import markdown_chats, openai_chats
from sambung.cli.filed_chat import FiledChat, FiledMessage, NotRecognised

FORMAT = "sambung.chats"
VERSION = 1


def read(text: str) -> Iterator[FiledChat]:
    """Every chat of a file; the format is recognised. Raises NotRecognised, before the first chat or at a line."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("#"):
        yield from markdown_chats.from_page(start)
    elif start.startswith("["):
        yield from _from_list(_parsed(start, "the file"))
    elif start.startswith("{"):
        yield from _from_lines(start)
    else:
        raise NotRecognised("this is neither JSON, JSONL nor Markdown that begins with a heading")


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise NotRecognised(f"{where} is no JSON: {wrong}") from wrong


def _from_lines(text: str) -> Iterator[FiledChat]:
    try:
        yield from _from_list([json.loads(text)])  # one object over several lines
        return
    except ValueError as wrong:
        if isinstance(wrong, NotRecognised):
            raise
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _from_object(_parsed(line, f"line {number}"), f"line {number}")


def _from_list(found: Any) -> Iterator[FiledChat]:
    """A list of messages is one chat, a list of objects with messages is several."""
    if all(isinstance(one, dict) and "role" in one for one in found) and found:
        yield openai_chats.from_messages({"messages": found})
        return
    for number, one in enumerate(found, 1):
        yield _from_object(one, f"chat {number}")


def _from_object(found: Any, where: str) -> FiledChat:
    if not isinstance(found, dict) or not isinstance(found.get("messages"), list):
        raise NotRecognised(f"{where} has no messages")
    if found.get("format") == FORMAT:
        return _from_own(found, where)
    return openai_chats.from_messages(found)


def _from_own(found: dict[str, Any], where: str) -> FiledChat:
    if found.get("version") != VERSION:
        raise NotRecognised(f"{where} is of version {found.get('version')}; this reads version {VERSION}")
    chat = FiledChat(str(found.get("title", "")), str(found.get("model", "")), str(found.get("systemPrompt", "")))
    for number, one in enumerate(found["messages"], 1):
        parts = one.get("parts") if isinstance(one, dict) else None
        if not isinstance(parts, list) or one.get("role") not in ("user", "assistant"):
            chat.left_out.append(f"message {number}: it has no role or no parts")
            continue
        chat.messages.append(FiledMessage(one["role"], parts, one.get("model")))
    return chat


def own_line(chat: FiledChat, **more: Any) -> dict[str, Any]:
    """All that is kept of a chat, as one object."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": chat.title,
        "model": chat.model,
        "systemPrompt": chat.system_prompt,
        **more,
        "messages": [one.as_dict() for one in chat.messages],
    }

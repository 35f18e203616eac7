"""Chats in files: JSONL of Sambung's, messages as OpenAI has them, Markdown. Nothing here knows a database."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

FORMAT = "sambung.chats"
VERSION = 1

Parts = list[dict[str, Any]]


@dataclass
class FiledMessage:
    role: str  # "user" or "assistant"
    parts: Parts
    model: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"role": self.role, "parts": self.parts, **({"model": self.model} if self.model else {})}


@dataclass
class FiledChat:
    title: str = ""
    model: str = ""
    system_prompt: str = ""
    messages: list[FiledMessage] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  # what is not as it was in the file
    left_out: list[str] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Equal for what says the same: what is taken in again is known."""
        said = [self.title, self.system_prompt, [one.as_dict() for one in self.messages]]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:40]


class NotRecognised(ValueError):
    """The text is in none of the formats."""


def read(text: str) -> Iterator[FiledChat]:
    """Every chat of a file; the format is recognised. Raises NotRecognised, before the first chat or at a line."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("#"):
        yield from _from_markdown(start)
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
        yield _from_openai({"messages": found})
        return
    for number, one in enumerate(found, 1):
        yield _from_object(one, f"chat {number}")


def _from_object(found: Any, where: str) -> FiledChat:
    if not isinstance(found, dict) or not isinstance(found.get("messages"), list):
        raise NotRecognised(f"{where} has no messages")
    if found.get("format") == FORMAT:
        return _from_own(found, where)
    return _from_openai(found)


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


# OpenAI's messages -------------------------------------------------------------------------------------------------


def _from_openai(found: dict[str, Any]) -> FiledChat:
    """Calls of tools and their results become parts of the answer that they belong to."""
    chat = FiledChat(str(found.get("title") or found.get("name") or ""), str(found.get("model") or ""))
    for number, one in enumerate(found["messages"], 1):
        role = one.get("role") if isinstance(one, dict) else None
        if role in ("system", "developer"):
            _take_system(chat, _joined(one.get("content")), number)
        elif role == "user":
            parts, lost = _parts(one.get("content"))
            chat.left_out += [f"message {number}: {what}" for what in lost]
            chat.messages.append(FiledMessage("user", parts))
        elif role in ("assistant", "tool"):
            _answer(chat).parts.extend(_answered(chat, one, number))
        else:
            chat.left_out.append(f"message {number}: the role {role!r} is not known")
    for one in chat.messages:
        one.parts = [part for part in one.parts if part["type"] != "text" or part["text"]]
    chat.messages = [one for one in chat.messages if one.parts]
    if not chat.title:
        chat.title = _first_line(chat)
    return chat


def _take_system(chat: FiledChat, text: str, number: int) -> None:
    if not chat.messages and not chat.system_prompt:
        chat.system_prompt = text
    elif not chat.messages:
        chat.system_prompt += f"\n\n{text}"
        chat.changed.append(f"message {number}: joined with the system message before it")
    else:
        chat.left_out.append(f"message {number}: a system message in the middle of a chat")


def _answer(chat: FiledChat) -> FiledMessage:
    """The answer that is being built: calls, results and texts of one turn are one message."""
    if not chat.messages or chat.messages[-1].role != "assistant":
        chat.messages.append(FiledMessage("assistant", []))
    return chat.messages[-1]


def _answered(chat: FiledChat, one: dict[str, Any], number: int) -> Parts:
    if one["role"] == "tool":
        return [
            {"type": "tool_result", "callId": str(one.get("tool_call_id", "")), "text": _joined(one.get("content"))}
        ]
    parts, lost = _parts(one.get("content"))
    chat.left_out += [f"message {number}: {what}" for what in lost]
    for call in one.get("tool_calls") or []:
        function = call.get("function") or {}
        parts.append(
            {
                "type": "tool_call",
                "id": str(call.get("id", "")),
                "name": str(function.get("name", "")),
                "arguments": str(function.get("arguments", "")),
            }
        )
    return parts


def _joined(content: Any) -> str:
    return "".join(part.get("text", "") for part in _parts(content)[0])


def _parts(content: Any) -> tuple[Parts, list[str]]:
    """The parts, and what of the content is none."""
    if content is None or content == "":
        return [], []
    if isinstance(content, str):
        return [{"type": "text", "text": content}], []
    parts: Parts = []
    lost = []
    for one in content if isinstance(content, list) else [content]:
        made = _part(one)
        if made:
            parts.append(made)
        else:
            lost.append(f"a part of the type {one.get('type') if isinstance(one, dict) else type(one).__name__!r}")
    return parts, lost


def _part(one: Any) -> dict[str, Any] | None:
    if isinstance(one, str):
        return {"type": "text", "text": one}
    if not isinstance(one, dict):
        return None
    kind = one.get("type")
    if kind in ("text", "input_text", "output_text", "refusal"):
        return {"type": "text", "text": str(one.get("text") or one.get("refusal") or "")}
    if kind == "image_url":
        url = one.get("image_url")
        return {"type": "image", "url": str(url.get("url", "") if isinstance(url, dict) else url)}
    if kind == "file" and isinstance(one.get("file"), dict) and one["file"].get("file_data"):
        data = str(one["file"]["file_data"])
        return {
            "type": "file",
            "name": str(one["file"].get("filename", "file")),
            "url": data,
            "mediaType": data[5:].partition(";")[0] if data.startswith("data:") else "application/octet-stream",
        }
    return None


def openai_messages(chat: FiledChat) -> list[dict[str, Any]]:
    """As a request of OpenAI's has them."""
    made: list[dict[str, Any]] = [{"role": "system", "content": chat.system_prompt}] if chat.system_prompt else []
    for message in chat.messages:
        made += [_user(message)] if message.role == "user" else list(_assistant(message))
    return made


def _user(message: FiledMessage) -> dict[str, Any]:
    if all(part["type"] == "text" for part in message.parts):
        return {"role": "user", "content": "".join(part["text"] for part in message.parts)}
    return {"role": "user", "content": [one for one in map(_content, message.parts) if one]}


def _content(part: dict[str, Any]) -> dict[str, Any] | None:
    if part["type"] == "text":
        return {"type": "text", "text": part["text"]}
    if part["type"] == "image":
        return {"type": "image_url", "image_url": {"url": part["url"]}}
    if part["type"] == "file":
        return {"type": "file", "file": {"filename": part["name"], "file_data": part["url"]}}
    return None


def _assistant(message: FiledMessage) -> Iterator[dict[str, Any]]:
    """A message for each step: what was said and called, then what came of the calls."""
    said: dict[str, Any] = {}
    results_follow = False
    for part in message.parts:
        if part["type"] == "tool_result":
            results_follow = True
            if said:
                yield said
                said = {}
            yield {"role": "tool", "tool_call_id": part["callId"], "content": part["text"]}
        elif part["type"] in ("text", "tool_call"):
            results_follow = False
            said = said or {"role": "assistant", "content": None}
            _say(said, part)
    if said or not results_follow and not message.parts:
        yield said or {"role": "assistant", "content": ""}


def _say(said: dict[str, Any], part: dict[str, Any]) -> None:
    if part["type"] == "text":
        said["content"] = (said["content"] or "") + part["text"]
    else:
        said.setdefault("tool_calls", []).append(
            {"id": part["id"], "type": "function", "function": {"name": part["name"], "arguments": part["arguments"]}}
        )


# Sambung's lines ---------------------------------------------------------------------------------------------------


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


# Markdown ----------------------------------------------------------------------------------------------------------

HEADING = re.compile(r"^## (User|Assistant|System)(?: \(([^)]*)\))?(?: \[[^\]]*\])?\s*$")
ESCAPED = re.compile(r"^(\\*## (?:User|Assistant|System)\b)")


def markdown(chat: FiledChat) -> str:
    """A page: a heading for each message. What in a text looks like one is escaped."""
    page = [f"# {' '.join(chat.title.split()) or 'Chat'}", ""]
    if chat.system_prompt:
        page += ["## System", "", _escaped(chat.system_prompt), ""]
    for message in chat.messages:
        by = f" ({message.model})" if message.model else ""
        page += [f"## {message.role.capitalize()}{by}", "", _escaped(_text(message.parts)), ""]
    return "\n".join(page).rstrip() + "\n"


def _text(parts: Iterable[dict[str, Any]]) -> str:
    return "".join(part["text"] for part in parts if part["type"] == "text")


def _escaped(text: str) -> str:
    return "\n".join(ESCAPED.sub(r"\\\1", line) for line in text.split("\n"))


def _unescaped(text: str) -> str:
    return "\n".join(line[1:] if line.startswith("\\") and ESCAPED.match(line) else line for line in text.split("\n"))


def _from_markdown(text: str) -> Iterator[FiledChat]:
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
        chat.title = _first_line(chat)
    yield chat


def _take(chat: FiledChat, speaker: str, model: str | None, text: str) -> None:
    if speaker == "System":
        chat.system_prompt = text
    elif speaker and text:
        chat.messages.append(FiledMessage(speaker.lower(), [{"type": "text", "text": text}], model))
    elif not speaker and text.strip():
        chat.left_out.append("the text in front of the first heading")


def _first_line(chat: FiledChat) -> str:
    text = next((_text(one.parts) for one in chat.messages if one.role == "user"), "")
    return " ".join(text.split())[:60]

"""Chats as the messages of OpenAI's requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sambung.cli.filed_chat import FiledChat, FiledMessage, Parts


def from_messages(found: dict[str, Any]) -> FiledChat:
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
        chat.title = chat.first_line()
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


def messages_of(chat: FiledChat) -> list[dict[str, Any]]:
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

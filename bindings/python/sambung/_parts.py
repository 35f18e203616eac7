"""What people say and what models are asked, as records, texts, or OpenAI's dicts."""

from __future__ import annotations

import typing

from .errors import InvalidArgumentError

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from . import _types as types

    PartLike = typing.Union["types.Part", str, Mapping[str, typing.Any]]
    """A part, its text, or its dict: `{"type": "text", "text": ...}`."""
    MessageLike = typing.Union["types.Message", "types.PromptMessage", str, Mapping[str, typing.Any]]
    """A message, the text of a user's, or OpenAI's dict: `{"role": ..., "content": ...}`."""

Part: typing.TypeAlias = typing.Any


def content_of(content: str | Sequence[PartLike]) -> str | list[Part]:
    """What is sent: a text, or parts as the engine takes them."""
    return content if isinstance(content, str) else [part_of(one) for one in _listed(content, "content", "parts")]


def _listed(given: typing.Any, what: str, of: str) -> list[typing.Any]:
    """A dict, bytes, or a single part would be walked as something else."""
    if isinstance(given, (typing.Mapping, bytes, bytearray)) or not isinstance(given, typing.Iterable):
        raise InvalidArgumentError(f"{what} must be text or a list of {of}, not {type(given).__name__}")
    return list(given)


def part_of(part: PartLike) -> Part:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, typing.Mapping):
        return _part_of_openai(part)
    return part


def messages_of(messages: str | Sequence[MessageLike]) -> list[dict[str, typing.Any]]:
    """Messages as the engine takes them: each a role and parts."""
    if isinstance(messages, str):
        return [{"role": "user", "parts": [{"type": "text", "text": messages}]}]
    return [_message_of(one) for one in _listed(messages, "messages", "messages")]


def _message_of(message: MessageLike) -> dict[str, typing.Any]:
    if isinstance(message, str):
        return {"role": "user", "parts": [{"type": "text", "text": message}]}
    if isinstance(message, typing.Mapping):
        return _message_of_openai(message)
    role = getattr(message, "role", None) or getattr(message, "who", None)
    if role is None or not hasattr(message, "parts"):
        raise InvalidArgumentError(f"a message is text, a record or a dict, not {type(message).__name__}")
    return {"role": role, "parts": list(message.parts)}


def _message_of_openai(message: Mapping[str, typing.Any]) -> dict[str, typing.Any]:
    if "role" not in message:
        raise InvalidArgumentError("a message has a role")
    role = "system" if message["role"] == "developer" else message["role"]
    if "parts" in message:
        return {"role": role, "parts": [part_of(one) for one in _listed(message["parts"], "parts", "parts")]}
    content = message.get("content")
    if "content" not in message and not message.get("tool_calls"):
        raise InvalidArgumentError("a message has content")
    if content is not None and not isinstance(content, str):
        content = _listed(content, "content", "parts")
    if role == "tool":
        text = content if isinstance(content, str) else "".join(one.get("text", "") for one in content or ())
        result = {"type": "tool_result", "call_id": message.get("tool_call_id", ""), "text": text}
        return {"role": role, "parts": [result]}
    parts = [part_of(one) for one in ([content] if isinstance(content, str) else content or ())]
    for call in message.get("tool_calls") or ():
        function = call["function"]
        parts.append(
            {"type": "tool_call", "id": call["id"], "name": function["name"], "arguments": function["arguments"]}
        )
    return {"role": role, "parts": parts}


def _part_of_openai(part: Mapping[str, typing.Any]) -> Part:
    kind = part.get("type")
    if kind == "image_url":
        image = part["image_url"]
        return {"type": "image", "url": image if isinstance(image, str) else image["url"]}
    if kind == "file" and isinstance(part.get("file"), typing.Mapping):
        file = part["file"]
        data = file.get("file_data", "")
        media_type = data[5:].split(";", 1)[0] if data.startswith("data:") else ""
        return {"type": "file", "name": file.get("filename", ""), "media_type": media_type, "url": data}
    return dict(part)

"""LangChain's messages as Sambung's, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    InvalidToolCall,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

if TYPE_CHECKING:
    import sambung

PartDict = dict[str, Any]
MessageDict = dict[str, Any]

# Kinds of blocks that say nothing to another model: what a vendor thought, and signed.
UNSAID = {
    "thinking",
    "redacted_thinking",
    "reasoning",
    "tool_use",
    "tool_call",
    "tool_call_chunk",
    "input_json_delta",
    "invalid_tool_call",
    "non_standard",
}


def request_messages(messages: Sequence[BaseMessage]) -> list[MessageDict]:
    """For a call of a model: a message for each."""
    return [{"role": role_of(one), "parts": parts_of(one)} for one in messages]


def role_of(message: BaseMessage) -> str:
    match message:
        case SystemMessage():
            return "system"
        case HumanMessage():
            return "user"
        case AIMessage():
            return "assistant"
        case ToolMessage():
            return "tool"
        case ChatMessage(role=role) if role in ("system", "user", "assistant"):
            return str(role)
    raise ValueError(f"a message of the type {message.type} cannot be told a model")


def parts_of(message: BaseMessage) -> list[PartDict]:
    """An empty message has one empty text: a message has parts."""
    if isinstance(message, ToolMessage):
        return [
            {
                "type": "tool_result",
                "call_id": message.tool_call_id,
                "text": result_text(message.content),
                "is_error": message.status == "error",
            }
        ]
    parts = list(_content_parts(message.content))
    if isinstance(message, AIMessage):
        parts += [
            {
                "type": "tool_call",
                "id": call["id"] or "",
                "name": call["name"],
                "arguments": json.dumps(call["args"], ensure_ascii=False),
            }
            for call in message.tool_calls
        ]
        parts += [
            {
                "type": "tool_call",
                "id": bad.get("id") or "",
                "name": bad.get("name") or "",
                "arguments": bad.get("args") or "",
            }
            for bad in message.invalid_tool_calls
        ]
    return parts or [{"type": "text", "text": ""}]


def _content_parts(content: str | list[Any]) -> Iterator[PartDict]:
    if isinstance(content, str):
        if content:
            yield {"type": "text", "text": content}
        return
    for block in content:
        made = {"type": "text", "text": block} if isinstance(block, str) else _part(block)
        if made is not None:
            yield made


def _part(block: Mapping[str, Any]) -> PartDict | None:
    """LangChain's blocks, OpenAI's and Anthropic's."""
    kind = block.get("type")
    if kind == "text":
        return {"type": "text", "text": str(block.get("text", ""))}
    if kind == "image_url":
        url = block["image_url"]
        return {"type": "image", "url": url if isinstance(url, str) else url["url"]}
    if kind == "image":
        return {"type": "image", "url": _url(block, "image/png")}
    if kind == "file":
        return _file(block)
    if kind in UNSAID:
        return None
    raise ValueError(f"a block of the type {kind!r} cannot be sent: text, image and file can")


def _url(block: Mapping[str, Any], otherwise: str) -> str:
    """An address, or the content itself as a data: URL."""
    source = block.get("source")
    if isinstance(source, Mapping):  # Anthropic's
        if source.get("type") == "url":
            return str(source["url"])
        return f"data:{source.get('media_type', otherwise)};base64,{source['data']}"
    if block.get("url"):
        return str(block["url"])
    data = block.get("base64") or block.get("data")
    if not data:
        raise ValueError(f"a block of the type {block.get('type')!r} has neither url nor base64")
    return f"data:{block.get('mime_type') or otherwise};base64,{data}"


def _file(block: Mapping[str, Any]) -> PartDict:
    file = block.get("file")
    if isinstance(file, Mapping):  # OpenAI's
        url = str(file.get("file_data", ""))
        name = str(file.get("filename") or "file")
    else:
        url = _url(block, "application/octet-stream")
        name = str(block.get("filename") or (block.get("extras") or {}).get("filename") or "file")
    kind = url[5:].partition(";")[0] if url.startswith("data:") else str(block.get("mime_type") or "")
    return {"type": "file", "name": name, "media_type": kind or "application/octet-stream", "url": url}


def result_text(content: str | list[Any]) -> str:
    """What a tool gave, as text: other blocks as JSON."""
    if isinstance(content, str):
        return content
    said = []
    for block in content:
        if isinstance(block, str):
            said.append(block)
        elif isinstance(block, Mapping) and block.get("type") == "text":
            said.append(str(block.get("text", "")))
        else:
            said.append(json.dumps(block, ensure_ascii=False, default=str))
    return "".join(said)


# Back ----------------------------------------------------------------------------------------------------------------


def calls_in(parts: Iterable[sambung.Part]) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    """The calls of an answer, and those whose arguments are no JSON object."""
    import sambung

    good: list[ToolCall] = []
    bad: list[InvalidToolCall] = []
    for part in parts:
        if not isinstance(part, sambung.ToolCallPart):
            continue
        try:
            arguments = json.loads(part.arguments or "{}")
        except ValueError as wrong:
            arguments, why = None, str(wrong)
        else:
            why = "these are no object"
        if isinstance(arguments, dict):
            good.append(ToolCall(name=part.name, args=arguments, id=part.id, type="tool_call"))
        else:
            bad.append(
                InvalidToolCall(name=part.name, args=part.arguments, id=part.id, error=why, type="invalid_tool_call")
            )
    return good, bad


def content_of(parts: Iterable[sambung.Part]) -> str | list[str | dict[str, Any]]:
    """A text where there is nothing but text, else LangChain's blocks."""
    import sambung

    blocks: list[str | dict[str, Any]] = []
    for part in parts:
        match part:
            case sambung.TextPart(text=text):
                blocks.append({"type": "text", "text": text})
            case sambung.ImagePart(url=url):
                blocks.append(_block("image", url))
            case sambung.FilePart(name=name, media_type=kind, url=url):
                blocks.append({**_block("file", url), "mime_type": kind, "filename": name})
    if all(isinstance(one, dict) and one["type"] == "text" for one in blocks):
        return "".join(one["text"] for one in blocks if isinstance(one, dict))
    return blocks


def _block(kind: str, url: str) -> dict[str, Any]:
    if not url.startswith("data:"):
        return {"type": kind, "url": url}
    head, _, data = url[5:].partition(",")
    return {"type": kind, "base64": data, "mime_type": head.partition(";")[0]}


def reasoning_of(parts: Iterable[sambung.Part]) -> dict[str, Any]:
    """What a model thought, where others keep it."""
    import sambung

    said = "".join(part.text for part in parts if isinstance(part, sambung.ReasoningPart))
    return {"reasoning_content": said} if said else {}


def usage_of(usage: sambung.TokenUsage | None) -> UsageMetadata | None:
    if usage is None:
        return None
    return UsageMetadata(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.input_tokens + usage.output_tokens,
        input_token_details=InputTokenDetails(
            cache_read=usage.cached_input_tokens, cache_creation=usage.cache_write_tokens
        ),
        output_token_details=OutputTokenDetails(reasoning=usage.reasoning_tokens),
    )

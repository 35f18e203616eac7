"""LangChain's messages as a chat stores them, and back: an answer with all that it called is one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from sambung.integrations.langchain.messages import (
    MessageDict,
    PartDict,
    calls_in,
    content_of,
    parts_of,
    reasoning_of,
    result_text,
    role_of,
)

if TYPE_CHECKING:
    import sambung


def stored_messages(messages: Iterable[BaseMessage]) -> list[MessageDict]:
    """For a chat: calls, their results and what was said then are one answer, as a turn stores them."""
    made: list[MessageDict] = []
    for message in messages:
        role, parts = role_of(message), _storable(message)
        joins = made and made[-1]["role"] == "assistant" and (role == "tool" or _ends_with_result(made[-1]["parts"]))
        if role == "tool" and not joins:
            made.append({"role": "tool", "parts": parts})  # of an answer that is stored already
        elif joins and role in ("tool", "assistant"):
            made[-1]["parts"] += parts
        else:
            made.append({"role": role, "parts": parts})
    return made


def _storable(message: BaseMessage) -> list[PartDict]:
    parts = parts_of(message)
    if isinstance(message, AIMessage) and parts == [{"type": "text", "text": ""}] and message.content:
        return [{"type": "text", "text": result_text(message.content)}]
    return parts


def _ends_with_result(parts: Sequence[PartDict]) -> bool:
    return bool(parts) and parts[-1]["type"] == "tool_result"


def messages_of(stored: sambung.Message) -> Iterator[BaseMessage]:
    """Several for an answer that called tools."""
    if stored.role == "system":
        yield SystemMessage(content_of(stored.parts), id=stored.id)
    elif stored.role == "user":
        yield HumanMessage(content_of(stored.parts), id=stored.id)
    else:
        yield from _steps(stored)


def _steps(stored: sambung.Message) -> Iterator[BaseMessage]:
    import sambung

    said: list[sambung.Part] = []
    step = 0
    for part in stored.parts:
        if not isinstance(part, sambung.ToolResultPart):
            said.append(part)
            continue
        if said:
            yield _answer(stored, said, step)
            said, step = [], step + 1
        yield ToolMessage(part.text, tool_call_id=part.call_id, status="error" if part.is_error else "success")
    if said or not stored.parts:
        yield _answer(stored, said, step)


def _answer(stored: sambung.Message, parts: Sequence[sambung.Part], step: int) -> AIMessage:
    good, bad = calls_in(parts)
    return AIMessage(
        content_of(parts),
        id=stored.id if step == 0 else f"{stored.id}-{step}",
        tool_calls=good,
        invalid_tool_calls=bad,
        additional_kwargs=reasoning_of(parts),
        response_metadata={"model_name": stored.model} if stored.model else {},
    )

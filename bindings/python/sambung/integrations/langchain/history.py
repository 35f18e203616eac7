"""SambungChatMessageHistory: a chat as LangChain's history of messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import BaseMessage
from sambung.integrations.desks import async_desk, sync_desk
from sambung.integrations.langchain.messages import MessageDict
from sambung.integrations.langchain.stored_messages import messages_of, stored_messages

if TYPE_CHECKING:
    from sambung import AsyncWorkspace, Chat, ChatId, Message, Workspace


class SambungChatMessageHistory(BaseChatMessageHistory):
    """The path of a chat that is gone on with, oldest first.

    What is kept of a message is its role, text, pictures and files, and calls of tools with their results; its own id
    and metadata are not. Messages that are added together are stored together, or not at all.

    Args:
        desk: A workspace of either face; both kinds of calls work with it.
        chat: A chat or its id.
    """

    def __init__(self, desk: Workspace | AsyncWorkspace, chat: Chat | ChatId) -> None:
        self._desk = desk
        self.chat: Chat | ChatId = chat

    @classmethod
    def for_session(
        cls, desk: Workspace | AsyncWorkspace, session_id: str, *, model: str, title: str = ""
    ) -> SambungChatMessageHistory:
        """The history of an application's own session, made if it is not there: for RunnableWithMessageHistory."""
        return cls(desk, sync_desk(desk).chats.ensure(session_id, title, model=model))

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]
        """Every message; long histories are read page by page."""
        return _oldest_first(list(sync_desk(self._desk).chats.messages(self.chat)))

    async def aget_messages(self) -> list[BaseMessage]:
        return _oldest_first([one async for one in async_desk(self._desk).chats.messages(self.chat)])

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Stores them behind the last one.

        Raises:
            ValueError: A message that cannot be stored, such as the result of a call that nobody made.
        """
        chats = sync_desk(self._desk).chats
        made = stored_messages(messages)
        options: dict[str, Any] = {}
        if made and made[0]["role"] == "tool":
            head = next(iter(chats.messages(self.chat).page(limit=1)), None)
            made[0], options = _with_results(head, made[0])
        if made:
            chats.append(self.chat, made, **options)

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        chats = async_desk(self._desk).chats
        made = stored_messages(messages)
        options: dict[str, Any] = {}
        if made and made[0]["role"] == "tool":
            head = next(iter(await chats.messages(self.chat).page(limit=1)), None)
            made[0], options = _with_results(head, made[0])
        if made:
            await chats.append(self.chat, made, **options)

    def clear(self) -> None:
        """Removes the chat, and makes a new one like it: `chat` is that one then."""
        chats = sync_desk(self._desk).chats
        old = chats.get(self.chat)
        chats.remove(old)
        self.chat = chats.create(old.title, model=old.model, **_same(old))

    async def aclear(self) -> None:
        chats = async_desk(self._desk).chats
        old = await chats.get(self.chat)
        await chats.remove(old)
        self.chat = await chats.create(old.title, model=old.model, **_same(old))


def _oldest_first(newest_first: list[Message]) -> list[BaseMessage]:
    return [message for stored in reversed(newest_first) for message in messages_of(stored)]


def _same(old: Chat) -> dict[str, Any]:
    return {"system_prompt": old.system_prompt, "external_id": old.external_id, "cancel_after_ms": old.cancel_after_ms}


def _with_results(head: Message | None, results: MessageDict) -> tuple[MessageDict, dict[str, Any]]:
    """The stored answer with the results of its calls, to stand in its place: beside it, as another answer."""
    called = {part.id for part in head.parts if part.type == "tool_call"} if head is not None else set()
    for part in results["parts"]:
        if part["type"] == "tool_result" and part["call_id"] not in called:
            raise ValueError(f"nobody made the call {part['call_id']!r}")
    assert head is not None  # it has made a call
    if head.parent_id is None:
        raise ValueError("a chat begins with a question: results of calls of its first message cannot be added")
    return {"role": "assistant", "parts": [*head.parts, *results["parts"]]}, {"leaf": head.parent_id}

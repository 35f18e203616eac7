"""Sambung for LangChain: models with quotas, keys and usage of a tenant, and histories that are durable chats.

::

    model = ChatSambung(desk=desk, model="openai/gpt-4o-mini")
    history = SambungChatMessageHistory(desk, chat)
"""

from sambung.integrations.langchain.history import SambungChatMessageHistory
from sambung.integrations.langchain.model import ChatSambung

__all__ = ["ChatSambung", "SambungChatMessageHistory"]

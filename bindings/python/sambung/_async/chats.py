"""AsyncChats: a user's conversations."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of, optional_id_of, revision_of
from .._parts import content_of, messages_of
from ._core import AsyncPager, AsyncService
from .templates import template_id_of
from .turns import AsyncTurn

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._parts import MessageLike, PartLike
    from .._types import (
        AppendedMessage,
        ApprovalVerdict,
        Chat,
        ChatId,
        ChatSetup,
        ChatUpdate,
        ChatWithMessages,
        ContextReport,
        ExportFormat,
        Feedback,
        Folder,
        FolderId,
        JsonValue,
        Message,
        MessageBranches,
        MessageId,
        NewChat,
        PromptTemplate,
        PromptTemplateId,
        SendOptions,
        StoredPrompt,
        ToolDecision,
        ToolGrant,
        ToolGrantId,
    )

__all__ = ["AsyncChats"]

P = typing.ParamSpec("P")


class EnsuredChatOptions(typing.TypedDict, total=False):
    """What `ensure` may be told beside key, title and model."""

    system_prompt: str
    cancel_after_ms: int | None
    id: ChatId | None


class NewChatOptions(EnsuredChatOptions, total=False):
    """What `create` may be told beside title and model."""

    idempotency_key: str | None
    external_id: str | None


class AsyncChats(AsyncService["_sambung.Workspace"]):
    """A chat is a tree of messages with a head, which is the message that the next one answers.

    Raises `NotFoundError` for a chat or message that is missing or another user's or tenant's alike, and
    `InvalidArgumentError` with every fault listed.
    """

    __slots__ = ()

    # Chats.

    async def create(self, title: str = "", *, model: str, **options: typing.Unpack[NewChatOptions]) -> Chat:
        """Makes a chat.

        Args:
            title: Up to 200 bytes.
            model: "provider/model" or an alias.
            **options: `system_prompt`; `cancel_after_ms`, to stop a turn so long after its last reader left;
                `idempotency_key`, with which a repetition gives the first chat; `external_id`, the application's own
                key for it; `id`, for an application that has made one.
        """
        return await self._call(_sambung.chats_create, {"title": title, "model": model, **options})

    async def get(self, chat: Chat | ChatId) -> Chat:
        """The chat as it is now."""
        return await self._call(_sambung.chats_get, id_of(chat))

    async def ensure(
        self, external_id: str, title: str = "", *, model: str, **options: typing.Unpack[EnsuredChatOptions]
    ) -> Chat:
        """The chat with this key of the application's, made if it is not there yet. However many ask, there is one."""
        new = typing.cast("NewChat", {"title": title, "model": model, **options})
        return await self._call(_sambung.chats_ensure, external_id, new)

    async def find_external(self, external_id: str) -> Chat:
        """The chat with this key of the application's."""
        return await self._call(_sambung.chats_find_external, external_id)

    def list(self, *, archived: bool = False, folder: Folder | FolderId | None = None) -> AsyncPager[Chat]:
        """Pinned chats first; each of both by their activity, newest first.

        Args:
            archived: Those that are put away; otherwise only the others.
            folder: Those in it; None: wherever they are.
        """
        options: _sambung.ChatListOptions = {"archived": archived, "folder": optional_id_of(folder)}
        return AsyncPager(lambda page: self._call(_sambung.chats_list, page, options))

    def list_with_messages(
        self, *, archived: bool = False, folder: Folder | FolderId | None = None
    ) -> AsyncPager[ChatWithMessages]:
        """As `list`, each with the newest of its messages."""
        options: _sambung.ChatListOptions = {"archived": archived, "folder": optional_id_of(folder)}
        return AsyncPager(lambda page: self._call(_sambung.chats_list_with_messages, page, options))

    def search(self, text: str) -> AsyncPager[Chat]:
        """Chats whose title has every word; then those in which a message has."""
        return AsyncPager(lambda page: self._call(_sambung.chats_search, text, page))

    async def pin(self, chat: Chat | ChatId) -> Chat:
        """Puts it in front of the others in lists."""
        return await self._call(_sambung.chats_pin, id_of(chat))

    async def unpin(self, chat: Chat | ChatId) -> Chat:
        """Takes it back to its place in lists."""
        return await self._call(_sambung.chats_unpin, id_of(chat))

    async def archive(self, chat: Chat | ChatId) -> Chat:
        """Puts it away: only in lists of what is."""
        return await self._call(_sambung.chats_archive, id_of(chat))

    async def unarchive(self, chat: Chat | ChatId) -> Chat:
        """Brings it back into lists."""
        return await self._call(_sambung.chats_unarchive, id_of(chat))

    async def move(self, chat: Chat | ChatId, into: Folder | FolderId | None) -> Chat:
        """Into a folder; None: out of any."""
        return await self._call(_sambung.chats_move, id_of(chat), optional_id_of(into))

    async def update(
        self, chat: Chat | ChatId, *, revision: int | None = None, **changes: typing.Unpack[ChatUpdate]
    ) -> Chat:
        """Changes what is named.

        Args:
            chat: The record that the change is made against, or an id together with `revision`.
            revision: Of the chat that the caller saw; of the record, unless given.
            **changes: `title model system_prompt head_id cancel_after_ms` (-1: never).

        Raises:
            ConflictError: It was changed meanwhile.
        """
        return await self._call(_sambung.chats_update, id_of(chat), changes, revision_of(chat, revision, "chat"))

    async def rename(self, chat: Chat | ChatId, title: str, *, revision: int | None = None) -> Chat:
        """Changes the title; `revision` as for `update`."""
        return await self._call(_sambung.chats_rename, id_of(chat), title, revision_of(chat, revision, "chat"))

    async def setup(self, chat: Chat | ChatId) -> ChatSetup:
        """What new questions in the chat are asked with beside its history; of one that never was set up revision 0."""
        return await self._call(_sambung.chats_setup, id_of(chat))

    async def set_up(
        self,
        chat: Chat | ChatId,
        *,
        template: PromptTemplate | StoredPrompt | PromptTemplateId | None = None,
        variables: Mapping[str, JsonValue] | None = None,
        label: str | None = None,
        version: int | None = None,
        follow_label: bool = False,
        revision: int = 0,
    ) -> ChatSetup:
        """Sets the chat up anew.

        Args:
            chat: Which.
            template: A kept prompt around each question; None: no prompt any more.
            variables: What it is filled in with.
            label: Which of its versions; the one that it leads to now stays, unless the chat follows the label.
            version: The same by its number.
            follow_label: Whether every turn, and every answer made again, uses what the label leads to then.
            revision: Of the setup that is there; 0: there is none.

        Raises:
            ConflictError: It was set up otherwise meanwhile.
        """
        what: dict[str, typing.Any] = {}
        if template is not None:
            what["prompt"] = {
                "id": template_id_of(template),
                "label": label,
                "version": version,
                "values": dict(variables or {}),
                "follow_label": follow_label,
            }
        return await self._call(_sambung.chats_set_up, id_of(chat), typing.cast("typing.Any", what), revision)

    async def remove(self, chat: Chat | ChatId) -> None:
        """The chat and everything in it; a turn that runs in it is stopped."""
        await self._call(_sambung.chats_remove, id_of(chat))

    # Messages.

    def messages(self, chat: Chat | ChatId, leaf: Message | MessageId | None = None) -> AsyncPager[Message]:
        """The path from `leaf`, or else from the head, to the root: newest first."""
        return AsyncPager(lambda page: self._call(_sambung.chats_messages, id_of(chat), page, optional_id_of(leaf)))

    async def get_message(self, message: Message | MessageId) -> Message:
        """One message as it is now."""
        return await self._call(_sambung.chats_get_message, id_of(message))

    def alternatives(self, message: Message | MessageId) -> AsyncPager[Message]:
        """The message and its siblings, oldest first."""
        return AsyncPager(lambda page: self._call(_sambung.chats_alternatives, id_of(message), page))

    async def branches(
        self, chat: Chat | ChatId, *, from_depth: int = 0, to_depth: int = 2**63 - 1
    ) -> MessageBranches:
        """Where the tree branches between two depths, both included: which messages have siblings, without what they
        say. `more`: over 2,000 messages stood there, and the deepest were not looked at."""
        return await self._call(_sambung.chats_branches, id_of(chat), from_depth, to_depth)

    async def newest_leaf(self, message: Message | MessageId) -> Message:
        """The newest message below this one, or itself: where to go on once an alternative is chosen."""
        return await self._call(_sambung.chats_newest_leaf, id_of(message))

    async def append(
        self,
        chat: Chat | ChatId,
        messages: Sequence[MessageLike],
        *,
        leaf: Message | MessageId | None = None,
        idempotency_key: str | None = None,
    ) -> tuple[Message, ...]:
        """Stores messages without asking a model: a conversation that happened elsewhere.

        Args:
            chat: Where to.
            messages: Records, texts of the user's, or OpenAI's dicts.
            leaf: Behind which message; None: the head.
            idempotency_key: With it a repetition gives what was stored the first time.
        """
        return await self._call(
            _sambung.chats_append,
            id_of(chat),
            typing.cast("Sequence[AppendedMessage]", messages_of(messages)),
            {"leaf_id": optional_id_of(leaf), "idempotency_key": idempotency_key},
        )

    async def export(
        self, chat: Chat | ChatId, format: ExportFormat = "markdown", *, leaf: Message | MessageId | None = None
    ) -> str:
        """The path from `leaf`, or else from the head, as a text to keep elsewhere."""
        return await self._call(_sambung.chats_export, id_of(chat), format, optional_id_of(leaf))

    # What the user thinks of an answer.

    async def give_feedback(
        self, answer: Message | MessageId, value: typing.Literal[1, -1], reason: str = ""
    ) -> Feedback:
        """Replaces what they said before."""
        return await self._call(_sambung.chats_give_feedback, id_of(answer), value, reason)

    async def remove_feedback(self, answer: Message | MessageId) -> None:
        """They think nothing of it any more."""
        await self._call(_sambung.chats_remove_feedback, id_of(answer))

    async def own_feedback(self, answer: Message | MessageId) -> Feedback | None:
        """What they said; None: nothing."""
        return await self._call(_sambung.chats_own_feedback, id_of(answer))

    # Turns.

    @typing.overload
    async def send(
        self, chat: Chat | ChatId, content: str | Sequence[PartLike], **options: typing.Unpack[SendOptions]
    ) -> AsyncTurn: ...
    @typing.overload
    async def send(
        self,
        chat: Chat | ChatId,
        *,
        template: PromptTemplate | StoredPrompt | PromptTemplateId,
        variables: Mapping[str, JsonValue] | None = None,
        **options: typing.Unpack[SendOptions],
    ) -> AsyncTurn: ...
    async def send(
        self,
        chat: Chat | ChatId,
        content: str | Sequence[PartLike] | None = None,
        *,
        template: PromptTemplate | StoredPrompt | PromptTemplateId | None = None,
        variables: Mapping[str, JsonValue] | None = None,
        **options: typing.Unpack[SendOptions],
    ) -> AsyncTurn:
        """Stores the message and an empty answer behind the head, then lets the model answer.

        Returns once both are stored: from then on the turn goes on by itself, whoever reads it.

        Args:
            chat: Where to.
            content: A text, or parts.
            template: Instead of `content`: a kept prompt of one user's text; what its config says is used where
                `options` say nothing.
            variables: What the template is filled in with.
            **options: `model temperature top_p max_tokens format tools tool_choice max_steps on_unsupported`;
                `idempotency_key`, with which a repetition gives the first turn.

        Raises:
            ConflictError: A turn runs in the chat.
            RateLimitError: The user has too many turns in flight.
            QuotaExceededError: A quota is used up; nothing is stored.
        """
        if template is None:
            if content is None or variables is not None:
                raise TypeError("send() takes either content or template= with variables=")
            said: str | list[typing.Any] = content_of(content)
        else:
            if content is not None:
                raise TypeError("send() takes either content or template=, not both")
            said = []
            options["prompt"] = {"id": template_id_of(template), "values": dict(variables or {})}
        return await self._turn(_sambung.chats_send, id_of(chat), said, options)

    async def preview(
        self, chat: Chat | ChatId, content: str | Sequence[PartLike], **options: typing.Unpack[SendOptions]
    ) -> ContextReport:
        """What `send` would have the model read, and why, without asking it. Nothing is stored."""
        return await self._call(_sambung.chats_preview, id_of(chat), content_of(content), options)

    async def explain(self, answer: Message | MessageId) -> ContextReport:
        """What the model of `answer` had to read, as it would be told now, without the texts."""
        return await self._call(_sambung.chats_explain, id_of(answer))

    async def regenerate(self, answer: Message | MessageId, **options: typing.Unpack[SendOptions]) -> AsyncTurn:
        """Another answer beside `answer`, which becomes the head."""
        return await self._turn(_sambung.chats_regenerate, id_of(answer), options)

    async def continue_answer(self, answer: Message | MessageId, **options: typing.Unpack[SendOptions]) -> AsyncTurn:
        """An answer beside `answer` that begins with its text and goes on with it; it becomes the head."""
        return await self._turn(_sambung.chats_continue_answer, id_of(answer), options)

    async def edit(self, original: Message | MessageId, text: str, **options: typing.Unpack[SendOptions]) -> AsyncTurn:
        """Another message beside the user's `original`, and an answer to it, which becomes the head."""
        return await self._turn(_sambung.chats_edit, id_of(original), text, options)

    async def stop(self, answer: Message | MessageId) -> Message:
        """Ends the turn of `answer` as cancelled, with what has come so far; returns when that is stored."""
        stopped = await self._call(_sambung.chats_stop, id_of(answer))
        self._core.turn_ended(stopped.id)
        return stopped

    async def resume(self, answer: Message | MessageId, after: int = 0) -> AsyncTurn:
        """Reads the turn of `answer` from the event behind `after` on; 0: from the beginning.

        Also when it has ended, here or in another process.
        """
        native = await self._call(_sambung.chats_resume, id_of(answer), after)
        return AsyncTurn(self._core, native, self._timeout)

    # What the user is asked about calls of tools.

    async def decide_tool(self, answer: Message | MessageId, call_id: str, verdict: ApprovalVerdict) -> ToolDecision:
        """What the user says of a call that `answer` asks them about. The first decision counts.

        Raises:
            ConflictError: Another decision was made, or this one comes too late.
        """
        return await self._call(_sambung.chats_decide_tool, id_of(answer), call_id, verdict)

    def pending_tools(self, chat: Chat | ChatId | None = None) -> AsyncPager[ToolDecision]:
        """What the user has not decided yet, in one chat or in all of theirs."""
        return AsyncPager(lambda page: self._call(_sambung.chats_pending_tools, optional_id_of(chat), page))

    def tool_grants(self) -> AsyncPager[ToolGrant]:
        """The tools that are called without asking the user."""
        return AsyncPager(lambda page: self._call(_sambung.chats_tool_grants, page))

    async def revoke_tool_grant(self, grant: ToolGrant | ToolGrantId) -> None:
        """Asks the user again."""
        await self._call(_sambung.chats_revoke_tool_grant, id_of(grant))

    # How it is done.

    async def _turn(
        self,
        verb: Callable[typing.Concatenate[_sambung.Workspace, _sambung.Bridge | None, float | None, P], _sambung.Turn],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> AsyncTurn:
        callbacks = self._core.callbacks
        if callbacks is None or not callbacks.runs_tools:
            native = await self._call(verb, *args, **kwargs)
        else:  # tools run in the context of whoever sends
            with callbacks.contexts.sending() as sending:
                native = await self._call(verb, *args, **kwargs)
                sending.keep(native.message_id)
        return AsyncTurn(self._core, native, self._timeout)

"""AsyncOrganise: a user's own tags and folders."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of, optional_id_of, revision_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._types import Chat, ChatId, Folder, FolderId, Tag, TagId

__all__ = ["AsyncOrganise"]


class AsyncOrganise(AsyncService["_sambung.Workspace"]):
    """By what a user keeps their chats in order. Two names are one tag when they read alike."""

    __slots__ = ()

    def tags(self) -> AsyncPager[Tag]:
        """By name."""
        return AsyncPager(lambda page: self._call(_sambung.organise_tags, page))

    async def create_tag(self, name: str, colour: str | None = None) -> Tag:
        """Raises `AlreadyExistsError` when the user has it."""
        return await self._call(_sambung.organise_create_tag, name, colour)

    async def rename_tag(self, tag: Tag | TagId, name: str, *, revision: int | None = None) -> Tag:
        """`revision` is the record's, unless given; raises `ConflictError` when it is stale."""
        return await self._call(_sambung.organise_rename_tag, id_of(tag), name, revision_of(tag, revision, "tag"))

    async def merge_tags(self, from_: Tag | TagId, into: Tag | TagId) -> Tag:
        """What has `from_` has `into` afterwards, and `from_` is gone."""
        return await self._call(_sambung.organise_merge_tags, id_of(from_), id_of(into))

    async def remove_tag(self, tag: Tag | TagId) -> None:
        """Nothing has it any more."""
        await self._call(_sambung.organise_remove_tag, id_of(tag))

    async def set_tags(self, chat: Chat | ChatId, names: Sequence[str]) -> tuple[Tag, ...]:
        """The chat has these tags afterwards and no others; those that are not there yet are made."""
        return await self._call(_sambung.organise_set_tags, id_of(chat), names)

    async def tags_of(self, chat: Chat | ChatId) -> tuple[Tag, ...]:
        """The tags of a chat, by name."""
        return await self._call(_sambung.organise_tags_of, id_of(chat))

    def tagged_chats(self, tag: Tag | TagId) -> AsyncPager[ChatId]:
        """The chats that have the tag, in no order that means anything."""
        return AsyncPager(lambda page: self._call(_sambung.organise_tagged_chats, id_of(tag), page))

    def folders(self) -> AsyncPager[Folder]:
        """All of them: those in the same place together, by position."""
        return AsyncPager(lambda page: self._call(_sambung.organise_folders, page))

    async def create_folder(self, name: str, parent: Folder | FolderId | None = None) -> Folder:
        """Behind the others in `parent`; None: at the top."""
        return await self._call(_sambung.organise_create_folder, name, optional_id_of(parent))

    async def rename_folder(self, folder: Folder | FolderId, name: str, *, revision: int | None = None) -> Folder:
        """`revision` is the record's, unless given; raises `ConflictError` when it is stale."""
        return await self._call(
            _sambung.organise_rename_folder, id_of(folder), name, revision_of(folder, revision, "folder")
        )

    async def move_folder(
        self, folder: Folder | FolderId, parent: Folder | FolderId | None, position: int | None = None
    ) -> Folder:
        """With everything in it; without a position behind the others there."""
        return await self._call(_sambung.organise_move_folder, id_of(folder), optional_id_of(parent), position)

    async def remove_folder(self, folder: Folder | FolderId) -> None:
        """What is in it moves up to where it was."""
        await self._call(_sambung.organise_remove_folder, id_of(folder))

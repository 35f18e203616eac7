"""SambungSaver: LangGraph's checkpoints as records of one user in one tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from sambung.integrations.desks import async_desk, sync_desk
from sambung.integrations.langgraph import tables
from sambung.integrations.langgraph.erasing import Erasing
from sambung.integrations.langgraph.steps import run, run_async
from sambung.integrations.langgraph.store import Store

if TYPE_CHECKING:
    from sambung import AsyncWorkspace, Module, Workspace


class SambungSaver(BaseCheckpointSaver[str]):
    """Threads are the user's: another user's saver does not see them, and they are erased with the user.

    Both kinds of calls work with a workspace of either face. Any number of threads and loops may use one.

    Args:
        desk: A workspace of an engine that was opened with `modules=[SambungSaver.module]`.
        serde: How values become bytes; LangGraph's own by default.
    """

    module: ClassVar[Module] = tables.module

    def __init__(self, desk: Workspace | AsyncWorkspace, *, serde: SerializerProtocol | None = None) -> None:
        super().__init__(serde=serde)
        self._desk = desk

    @property
    def _store(self) -> Store:
        # Made for each call: LangGraph copies savers and gives the copies other serializers.
        return Store(self._desk.who.user_id, self.serde)

    @property
    def _erasing(self) -> Erasing:
        return Erasing(self._store)

    # Reading ----------------------------------------------------------------------------------------------------------

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return run(sync_desk(self._desk), self._store.find(config))

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await run_async(async_desk(self._desk), self._store.find(config))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        desk, store = sync_desk(self._desk), self._store
        page = run(desk, store.page(config, before, None))
        while limit is None or limit > 0:
            for row in page:
                if (limit is not None and limit <= 0) or not _fits(store.metadata_of(row), filter):
                    continue
                limit = None if limit is None else limit - 1
                yield run(desk, store.tuple_of(row))
            if page.next_cursor is None:
                return
            page = run(desk, store.page(config, before, page.next_cursor))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        desk, store = async_desk(self._desk), self._store
        page = await run_async(desk, store.page(config, before, None))
        while limit is None or limit > 0:
            for row in page:
                if (limit is not None and limit <= 0) or not _fits(store.metadata_of(row), filter):
                    continue
                limit = None if limit is None else limit - 1
                yield await run_async(desk, store.tuple_of(row))
            if page.next_cursor is None:
                return
            page = await run_async(desk, store.page(config, before, page.next_cursor))

    # Writing ----------------------------------------------------------------------------------------------------------

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return run(sync_desk(self._desk), self._store.put(config, checkpoint, metadata, new_versions))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await run_async(async_desk(self._desk), self._store.put(config, checkpoint, metadata, new_versions))

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        run(sync_desk(self._desk), self._store.put_writes(config, writes, task_id, task_path))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await run_async(async_desk(self._desk), self._store.put_writes(config, writes, task_id, task_path))

    # Erasing and copying ----------------------------------------------------------------------------------------------

    def delete_thread(self, thread_id: str) -> None:
        run(sync_desk(self._desk), self._erasing.thread(thread_id))

    async def adelete_thread(self, thread_id: str) -> None:
        await run_async(async_desk(self._desk), self._erasing.thread(thread_id))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        run(sync_desk(self._desk), self._erasing.runs(run_ids))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        await run_async(async_desk(self._desk), self._erasing.runs(run_ids))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keeps the latest checkpoint of each namespace, and what a delta channel of it is made of; or nothing."""
        run(sync_desk(self._desk), self._erasing.prune(thread_ids, strategy))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        await run_async(async_desk(self._desk), self._erasing.prune(thread_ids, strategy))

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        run(sync_desk(self._desk), self._store.copy(source_thread_id, target_thread_id))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        await run_async(async_desk(self._desk), self._store.copy(source_thread_id, target_thread_id))

    def get_next_version(self, current: str | int | float | None, channel: None) -> str:
        """Counts up; two writers that count from the same version do not meet."""
        import random

        number = 0 if current is None else int(str(current).split(".")[0])
        return f"{number + 1:032}.{random.random():016}"


def _fits(metadata: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> bool:
    return all(metadata.get(name) == value for name, value in (wanted or {}).items())

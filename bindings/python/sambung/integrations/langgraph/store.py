"""How checkpoints, values and writes are read and written; see steps.py for how these procedures run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

import sambung
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_id,
    get_checkpoint_metadata,
    writes_sort_key,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from sambung import AlreadyExistsError, Change, UserId
from sambung.integrations.langgraph.steps import Get, Page, Read, Steps, Write
from sambung.integrations.langgraph.tables import (
    PIECE_BYTES,
    StoredCheckpoint,
    StoredPiece,
    StoredValue,
    StoredWrite,
    digest,
)

# Of a batch, which is written at once: changes, and bytes that are well below what storage takes.
MOST_CHANGES = 5_000
MOST_BYTES = 32 * 1_048_576

# The kind of a channel that has no value.
EMPTY = "empty"


class Whole(Protocol):
    """A row with a value that may go on in pieces."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def pieces(self) -> int: ...


W = TypeVar("W", StoredCheckpoint, StoredValue, StoredWrite)
Row = StoredCheckpoint | StoredValue | StoredWrite | StoredPiece


class Store:
    """The rows of one user."""

    def __init__(self, owner: UserId, serde: SerializerProtocol) -> None:
        self.owner = owner
        self._serde = serde

    # Keys -------------------------------------------------------------------------------------------------------------

    def scope(self, thread: str, namespace: str) -> str:
        return digest(self.owner, thread, namespace)

    def checkpoint_key(self, scope: str, checkpoint_id: str) -> str:
        return digest(scope, checkpoint_id)

    def value_key(self, scope: str, channel: str, version: str | int | float) -> str:
        return digest(scope, channel, version_text(version))

    # Checkpoints ------------------------------------------------------------------------------------------------------

    def find(self, config: RunnableConfig) -> Steps[CheckpointTuple | None]:
        """The one that is named, else the latest of its namespace."""
        thread, namespace = place_of(config)
        scope = self.scope(thread, namespace)
        checkpoint_id = get_checkpoint_id(config)
        if checkpoint_id:
            row = yield Get(StoredCheckpoint, self.checkpoint_key(scope, checkpoint_id))
        else:
            row = next(iter((yield Read(StoredCheckpoint, {"scope": scope}, "-checkpoint_id", 1))), None)
        return None if row is None else (yield from self.tuple_of(row))

    def page(
        self, config: RunnableConfig | None, before: RunnableConfig | None, cursor: str | None
    ) -> Steps[sambung.Page[StoredCheckpoint]]:
        """Some of those that list() may give, newest first."""
        where: dict[str, object] = {"owner_id": self.owner}
        configurable = config["configurable"] if config else {}
        if configurable.get("checkpoint_ns") is not None:
            where = {"scope": self.scope(str(configurable["thread_id"]), configurable["checkpoint_ns"])}
        elif config:
            where["thread"] = str(configurable["thread_id"])
        if config and (only := get_checkpoint_id(config)):
            where["checkpoint_id"] = only
        elif before and (bound := get_checkpoint_id(before)):
            where["checkpoint_id"] = ("<", bound)
        return (yield Page(StoredCheckpoint, where, "-checkpoint_id", cursor))  # type: ignore[no-any-return]

    def tuple_of(self, row: StoredCheckpoint) -> Steps[CheckpointTuple]:
        """The whole checkpoint: with the values of its channels and what was written behind it."""
        checkpoint = cast("Checkpoint", (yield from self.loaded(row)))
        values: dict[str, Any] = {}
        for channel, version in checkpoint["channel_versions"].items():
            stored = yield Get(StoredValue, self.value_key(row.scope, channel, version))
            if stored is not None and stored.kind != EMPTY:
                values[channel] = yield from self.loaded(stored)
        checkpoint["channel_values"] = values
        writes = []
        for one in (yield from self.writes_of(row)):
            writes.append((one.task_id, one.channel, (yield from self.loaded(one))))
        parent = config_of(row.thread, row.namespace, row.parent_id) if row.parent_id else None
        return CheckpointTuple(
            config_of(row.thread, row.namespace, row.checkpoint_id),
            checkpoint,
            cast("CheckpointMetadata", self.metadata_of(row)),
            parent,
            writes,
        )

    def metadata_of(self, row: StoredCheckpoint) -> dict[str, Any]:
        return cast("dict[str, Any]", self._serde.loads_typed((row.metadata_kind, row.metadata)))

    def writes_of(self, row: StoredCheckpoint) -> Steps[list[StoredWrite]]:
        """In the order in which they are applied."""
        found: list[StoredWrite] = yield Read(StoredWrite, {"checkpoint": row.id})
        return sorted(found, key=lambda one: writes_sort_key(one.task_path, one.task_id, one.number))

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Steps[RunnableConfig]:
        """In one batch, with the values of this step."""
        thread, namespace = place_of(config)
        scope = self.scope(thread, namespace)
        kept = {name: value for name, value in checkpoint.items() if name != "channel_values"}
        described = get_checkpoint_metadata(config, metadata)
        metadata_kind, metadata_bytes = self._serde.dumps_typed(described)
        rows: list[Row] = []
        for channel, version in new_versions.items():
            rows += self._value(scope, thread, channel, version, checkpoint["channel_values"])
        made = StoredCheckpoint(
            id=self.checkpoint_key(scope, checkpoint["id"]),
            owner_id=self.owner,
            scope=scope,
            thread=thread,
            namespace=namespace,
            checkpoint_id=checkpoint["id"],
            parent_id=get_checkpoint_id(config) or "",
            run_id=str(described.get("run_id") or ""),
            kind="",
            data=b"",
            pieces=0,
            metadata_kind=metadata_kind,
            metadata=metadata_bytes,
        )
        rows += self._whole(made, kept)
        yield from self.insert(rows)
        return config_of(thread, namespace, checkpoint["id"])

    def _value(
        self, scope: str, thread: str, channel: str, version: str | int | float, values: Mapping[str, Any]
    ) -> list[Row]:
        key = self.value_key(scope, channel, version)
        made = StoredValue(
            id=key,
            owner_id=self.owner,
            scope=scope,
            thread=thread,
            channel=channel,
            version=version_text(version),
            kind=EMPTY,
            data=b"",
            pieces=0,
        )
        return self._whole(made, values[channel]) if channel in values else [made]

    # Writes -----------------------------------------------------------------------------------------------------------

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
    ) -> Steps[None]:
        """What is there already stays; errors, interrupts and the like are replaced."""
        thread, namespace = place_of(config)
        checkpoint = self.checkpoint_key(self.scope(thread, namespace), config["configurable"]["checkpoint_id"])
        fresh: list[Row] = []
        replaced: list[StoredWrite] = []
        for position, (channel, value) in enumerate(writes):
            number = WRITES_IDX_MAP.get(channel, position)
            made = StoredWrite(
                id=digest(checkpoint, task_id, number),
                owner_id=self.owner,
                checkpoint=checkpoint,
                thread=thread,
                task_id=task_id,
                task_path=task_path,
                number=number,
                channel=channel,
                kind="",
                data=b"",
                pieces=0,
            )
            if number < 0 and (old := (yield Get(StoredWrite, made.id))) is not None:
                replaced.append(old)
            fresh += self._whole(made, value)
        if replaced:
            yield from self.erase(replaced)
        yield from self.insert(fresh)

    # Values of any length ---------------------------------------------------------------------------------------------

    def _whole(self, row: W, value: Any) -> list[Row]:
        """The row with the value in it, and pieces with what it has no room for."""
        kind, data = self._serde.dumps_typed(value)
        rest = range(PIECE_BYTES, len(data), PIECE_BYTES)
        further: list[Row] = [
            StoredPiece(
                id=digest(row.id, number),
                owner_id=self.owner,
                thread=row.thread,
                whole=row.id,
                number=number,
                data=data[at : at + PIECE_BYTES],
            )
            for number, at in enumerate(rest)
        ]
        return [replace(row, kind=kind, data=data[:PIECE_BYTES], pieces=len(rest)), *further]

    def loaded(self, row: Whole) -> Steps[Any]:
        data = row.data
        if row.pieces:
            pieces = yield Read(StoredPiece, {"whole": row.id}, "number")
            data = b"".join([data, *(one.data for one in pieces)])
        return self._serde.loads_typed((row.kind, data))

    # Batches ----------------------------------------------------------------------------------------------------------

    def insert(self, rows: Sequence[Row]) -> Steps[None]:
        """What is there already is left as it is, for keys say what a row is of; but a checkpoint is replaced."""
        for some in batches(rows):
            try:
                yield Write([Change.insert(one) for one in some])
            except AlreadyExistsError:
                yield from self._insert_missing(some)

    def _insert_missing(self, rows: Sequence[Row]) -> Steps[None]:
        missing = []
        for one in rows:
            stored = yield Get(type(one), one.id)
            if isinstance(stored, StoredCheckpoint) and stored != one:
                yield from self.erase([stored])
                stored = None
            if stored is None:
                missing.append(one)
        if missing:
            yield Write([Change.insert(one) for one in missing])

    def erase(self, rows: Iterable[Row]) -> Steps[None]:
        """With their pieces, which go first: what is left when it is interrupted can be erased again."""
        for some in batches(list(rows)):
            for one in some:
                if not isinstance(one, StoredPiece) and one.pieces:
                    pieces = yield Read(StoredPiece, {"whole": one.id}, "number")
                    yield Write([Change.erase(piece) for piece in pieces])
            yield Write([Change.erase(one) for one in some])

    # Threads ----------------------------------------------------------------------------------------------------------

    def of_thread(self, kind: type, thread: str) -> Steps[list[Any]]:
        order = "checkpoint_id" if kind is StoredCheckpoint else None  # as there is an index
        return (yield Read(kind, {"owner_id": self.owner, "thread": thread}, order))  # type: ignore[no-any-return]

    def copy(self, source: str, target: str) -> Steps[None]:
        """Every checkpoint with its values and writes, under the same ids in the other thread."""
        checkpoints: list[StoredCheckpoint] = yield from self.of_thread(StoredCheckpoint, source)
        scopes = {one.scope: self.scope(target, one.namespace) for one in checkpoints}
        keys = {one.id: self.checkpoint_key(scopes[one.scope], one.checkpoint_id) for one in checkpoints}
        rows: list[Row] = []
        values: list[StoredValue] = yield from self.of_thread(StoredValue, source)
        for value in values:
            if value.scope not in scopes:
                continue
            keys[value.id] = digest(scopes[value.scope], value.channel, value.version)
            rows.append(replace(value, id=keys[value.id], scope=scopes[value.scope], thread=target))
        writes: list[StoredWrite] = yield from self.of_thread(StoredWrite, source)
        for write in writes:
            if write.checkpoint not in keys:
                continue
            keys[write.id] = digest(keys[write.checkpoint], write.task_id, write.number)
            rows.append(replace(write, id=keys[write.id], checkpoint=keys[write.checkpoint], thread=target))
        pieces: list[StoredPiece] = yield from self.of_thread(StoredPiece, source)
        rows += [
            replace(one, id=digest(keys[one.whole], one.number), whole=keys[one.whole], thread=target)
            for one in pieces
            if one.whole in keys
        ]
        rows += [replace(one, id=keys[one.id], scope=scopes[one.scope], thread=target) for one in checkpoints]
        yield from self.insert(rows)


def batches(rows: Sequence[Row]) -> Iterable[list[Row]]:
    some: list[Row] = []
    size = 0
    for one in rows:
        if some and (len(some) >= MOST_CHANGES or size + len(one.data) > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += len(one.data)
    if some:
        yield some


def place_of(config: RunnableConfig) -> tuple[str, str]:
    """Its thread and namespace."""
    configurable = config["configurable"]
    return str(configurable["thread_id"]), str(configurable.get("checkpoint_ns") or "")


def config_of(thread: str, namespace: str, checkpoint_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": namespace, "checkpoint_id": checkpoint_id}}


def version_text(version: str | int | float) -> str:
    """1, 1.0 and "1" are three versions."""
    return f"{type(version).__name__}:{version}"

"""What a saver stores. A channel's value is stored once a version: a step writes what it changed."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

import sambung
from sambung import Text

Digest = Annotated[str, Text(64, 64)]
Thread = Annotated[str, Text(0, 500)]
Name = Annotated[str, Text(0, 2_000)]
Kind = Annotated[str, Text(0, 100)]

# Of a value that is longer the rest stands in pieces.
PIECE_BYTES = 1_000_000


@sambung.record(
    "langgraph_checkpoints",
    owner="owner_id",
    index=[
        ("scope", "checkpoint_id"),
        ("owner_id", "thread", "checkpoint_id"),
        ("owner_id", "checkpoint_id"),
        ("owner_id", "run_id"),
    ],
)
class StoredCheckpoint:
    """A checkpoint without the values of its channels. `scope` is a thread's namespace."""

    id: Digest
    owner_id: sambung.UserId
    scope: Digest
    thread: Thread
    namespace: Name
    checkpoint_id: Annotated[str, Text(1, 200)]
    parent_id: Annotated[str, Text(0, 200)]  # empty: none
    run_id: Annotated[str, Text(0, 200)]  # empty: none
    kind: Kind
    data: bytes
    pieces: int
    metadata_kind: Kind
    metadata: bytes


@sambung.record("langgraph_values", owner="owner_id", index=[("scope",), ("owner_id", "thread")])
class StoredValue:
    """The value of a channel in one version."""

    id: Digest
    owner_id: sambung.UserId
    scope: Digest
    thread: Thread
    channel: Name
    version: Annotated[str, Text(1, 200)]
    kind: Kind
    data: bytes
    pieces: int


@sambung.record("langgraph_writes", owner="owner_id", index=[("checkpoint",), ("owner_id", "thread")])
class StoredWrite:
    """What a task wrote behind a checkpoint."""

    id: Digest
    owner_id: sambung.UserId
    checkpoint: Digest  # its id
    thread: Thread
    task_id: Annotated[str, Text(0, 200)]
    task_path: Name
    number: int
    channel: Name
    kind: Kind
    data: bytes
    pieces: int


@sambung.record("langgraph_pieces", owner="owner_id", index=[("whole", "number"), ("owner_id", "thread")])
class StoredPiece:
    """The rest of a value: of a checkpoint, a channel or a write."""

    id: Digest
    owner_id: sambung.UserId
    thread: Thread
    whole: Digest  # the id of what it is a piece of
    number: int
    data: bytes


TABLES = (StoredCheckpoint, StoredValue, StoredWrite, StoredPiece)
module = sambung.module("langgraph", TABLES)


def digest(*words: object) -> str:
    """One key of several; equal words give equal keys, and only they do."""
    return hashlib.sha256(json.dumps(words, ensure_ascii=True).encode()).hexdigest()

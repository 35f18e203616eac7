"""What of threads goes, and what has to stay for the rest to be whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from langgraph.checkpoint.base import Checkpoint
from sambung.integrations.langgraph.steps import Get, Read, Steps
from sambung.integrations.langgraph.store import EMPTY, Store
from sambung.integrations.langgraph.tables import TABLES, StoredCheckpoint, StoredValue

# In metadata: channels whose value is what was written since a snapshot further up.
DELTA_CHANNELS = "counters_since_delta_snapshot"


class Erasing:
    def __init__(self, store: Store) -> None:
        self._store = store

    def thread(self, thread_id: str) -> Steps[None]:
        """All of it. Checkpoints go first: without them nothing else is found."""
        for kind in TABLES:
            rows = yield from self._store.of_thread(kind, str(thread_id))
            yield from self._store.erase(rows)

    def prune(self, thread_ids: Sequence[str], strategy: str) -> Steps[None]:
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"there is no strategy {strategy!r}: keep_latest and delete are there")
        for thread_id in thread_ids:
            if strategy == "delete":
                yield from self.thread(thread_id)
            else:
                yield from self._keep_latest(str(thread_id))

    def _keep_latest(self, thread_id: str) -> Steps[None]:
        rows: list[StoredCheckpoint] = yield from self._store.of_thread(StoredCheckpoint, thread_id)
        latest: dict[str, StoredCheckpoint] = {}
        for one in rows:
            if one.scope not in latest or one.checkpoint_id > latest[one.scope].checkpoint_id:
                latest[one.scope] = one
        kept = {one.id for one in latest.values()}
        yield from self._erase_others(rows, kept)

    def runs(self, run_ids: Sequence[str]) -> Steps[None]:
        """The checkpoints of these runs."""
        gone: set[str] = set()
        threads: set[str] = set()
        for run_id in run_ids:
            found = yield Read(StoredCheckpoint, {"owner_id": self._store.owner, "run_id": str(run_id)})
            gone |= {one.id for one in found}
            threads |= {one.thread for one in found}
        for thread in threads:
            rows: list[StoredCheckpoint] = yield from self._store.of_thread(StoredCheckpoint, thread)
            yield from self._erase_others(rows, {one.id for one in rows} - gone)

    def _erase_others(self, rows: Sequence[StoredCheckpoint], kept: set[str]) -> Steps[None]:
        """Of one thread's checkpoints all but those that are kept and what these are made of; then values that no
        checkpoint has any more."""
        by_key = {one.id: one for one in rows}
        needed = set(kept)
        for key in kept:
            needed |= yield from self._made_of(by_key[key], by_key)
        for one in rows:
            if one.id not in needed:
                yield from self._store.erase((yield from self._store.writes_of(one)))
        yield from self._store.erase([one for one in rows if one.id not in needed])
        yield from self._erase_unused([by_key[key] for key in needed], {one.scope for one in rows})

    def _made_of(self, row: StoredCheckpoint, by_key: Mapping[str, StoredCheckpoint]) -> Steps[set[str]]:
        """The checkpoints above it up to a snapshot of each of its delta channels."""
        missing = set(self._store.metadata_of(row).get(DELTA_CHANNELS) or ())
        needed: set[str] = set()
        at: StoredCheckpoint | None = row
        while at is not None:
            needed.add(at.id)
            missing -= yield from self._with_value(at, missing)
            if not missing:
                break
            at = by_key.get(self._store.checkpoint_key(at.scope, at.parent_id)) if at.parent_id else None
        return needed

    def _with_value(self, row: StoredCheckpoint, channels: Iterable[str]) -> Steps[set[str]]:
        """Those of the channels that have a value there."""
        names = list(channels)
        if not names:
            return set()
        versions = cast("Checkpoint", (yield from self._store.loaded(row)))["channel_versions"]
        found = set()
        for name in names:
            if name in versions:
                stored = yield Get(StoredValue, self._store.value_key(row.scope, name, versions[name]))
                if stored is not None and stored.kind != EMPTY:
                    found.add(name)
        return found

    def _erase_unused(self, kept: Sequence[StoredCheckpoint], scopes: Iterable[str]) -> Steps[None]:
        used: set[str] = set()
        for one in kept:
            checkpoint = cast("Checkpoint", (yield from self._store.loaded(one)))
            used |= {
                self._store.value_key(one.scope, channel, version)
                for channel, version in checkpoint["channel_versions"].items()
            }
        for scope in scopes:
            values = yield Read(StoredValue, {"scope": scope})
            yield from self._store.erase([one for one in values if one.id not in used])

"""The sync face is made from the asyncio face, and cannot drift from it."""

from __future__ import annotations

import importlib.util
import inspect
import types
from pathlib import Path

import pytest
import sambung

TOOLS = Path(__file__).parent.parent / "tools"


def _write_sync() -> types.ModuleType:
    specification = importlib.util.spec_from_file_location("write_sync", TOOLS / "write_sync.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


SOURCE = '''\
"""AsyncThing: `await thing.get()`."""

from ._core import AsyncService


class AsyncThing(AsyncService["Native"]):
    """Use it::

        async with await open_async() as engine:
            async for one in engine: ...
    """

    async def get(self, of: "AsyncThing | None" = None) -> AsyncIterator[int]:
        # await what waits
        async with self.lock as lock, other:
            async for one in lock:
                yield (await self._call(one)).value
        found = [await one async for one in self if await one]
        raise StopAsyncIteration

    async def aclose(self) -> None:
        await self._native.aclose()

    async def __aenter__(self) -> "AsyncThing":
        return self
'''

EXPECTED = '''\
# Generated from _async/thing.py by tools/write_sync.py: change that file.
"""Thing: `thing.get()`."""

from ._core import Service


class Thing(Service["Native"]):
    """Use it::

        with open() as engine:
            for one in engine: ...
    """

    def get(self, of: "Thing | None" = None) -> Iterator[int]:
        # what waits
        with self.lock as lock, other:
            for one in lock:
                yield (self._call(one)).value
        found = [one for one in self if one]
        raise StopIteration

    def close(self) -> None:
        self._native.close()

    def __enter__(self) -> "Thing":
        return self
'''


def test_what_waits_stops_waiting_and_everything_else_stays() -> None:
    source = SOURCE.replace("AsyncIterator[int]", "Iterator[int]")

    assert _write_sync().sync_source(source, "thing.py") == EXPECTED


def test_the_same_source_gives_the_same_face(tmp_path: Path) -> None:
    write_sync = _write_sync()
    source = Path(inspect.getfile(sambung)).parent / "_async"

    for _ in range(2):
        write_sync.main([str(source), str(tmp_path)])
        (tmp_path / "stale.py").write_text("")
    write_sync.main([str(source), str(tmp_path)])

    made = {path.name for path in tmp_path.glob("*.py")}
    assert made == {path.name for path in source.glob("*.py")} - {"__init__.py", "_core.py"}
    for path in tmp_path.glob("*.py"):
        assert path.read_text() == (source.parent / "_sync" / path.name).read_text()


def test_both_cores_have_the_same_names() -> None:
    from sambung._async import _core as asyncio_core
    from sambung._sync import _core as sync_core

    def public(of: types.ModuleType) -> set[str]:
        return {
            name.removeprefix("Async")
            for name, value in vars(of).items()
            if getattr(value, "__module__", None) == of.__name__ and not name.startswith("_")
        }

    assert public(asyncio_core) - {"Items"} == public(sync_core)


@pytest.mark.parametrize(
    "name",
    ["Engine", "Workspace", "Chats", "Turn", "Completions", "CompletionStream", "Collection", "Server", "Pager"],
)
def test_both_faces_have_the_same_members(name: str) -> None:
    renamed = {"aclose": "close", "__aiter__": "__iter__", "__aenter__": "__enter__", "__aexit__": "__exit__"}
    renamed |= {"__anext__": "__next__"}
    only = {"__await__", "__module__", "__doc__", "_repr_html_", "__static_attributes__", "__firstlineno__"}

    def members(of: type) -> set[str]:
        return {renamed.get(one, one) for one in vars(of)} - only

    assert members(getattr(sambung, f"Async{name}")) == members(getattr(sambung, name))

"""One suite for both faces: the sync face, called as the asyncio face is.

Tests await everything that the asyncio face has to wait for; of the sync face `await` gives what is there already.
"""

from __future__ import annotations

import typing

import sambung
from sambung._sync import _core

_WRAPPED: tuple[type, ...] = (_core.Service, _core.Pager)


class Awaited:
    """What a call of the sync face gave, to be awaited, walked, entered or asked further."""

    def __init__(self, value: typing.Any) -> None:
        self._value = value

    def __await__(self) -> typing.Generator[typing.Any, None, typing.Any]:
        value = self._value
        if isinstance(value, _core.Pager):
            value = value.page()
        return wrapped(value)
        yield  # a generator, as __await__ gives

    def __getattr__(self, name: str) -> typing.Any:
        return _member(self._value, name)

    def __eq__(self, other: object) -> bool:
        return bool(self._value == (other._value if isinstance(other, Awaited) else other))

    def __aiter__(self) -> Walk:
        return Walk(iter(self._value))

    async def __aenter__(self) -> typing.Any:
        return wrapped(self._value.__enter__())

    async def __aexit__(self, *error: typing.Any) -> None:
        self._value.__exit__(*error)

    __hash__ = None  # type: ignore[assignment]


class Walk:
    """A walk of the sync face, as the asyncio face walks."""

    def __init__(self, items: typing.Iterator[typing.Any]) -> None:
        self._items = items

    def __aiter__(self) -> Walk:
        return self

    async def __anext__(self) -> typing.Any:
        for item in self._items:
            return item
        raise StopAsyncIteration


def wrapped(value: typing.Any) -> typing.Any:
    """An object of the sync face as one that can be awaited; everything else as it is."""
    if isinstance(value, _WRAPPED) or type(value).__module__.startswith("sambung._sync"):
        return Awaited(value)
    return value


def _member(of: typing.Any, name: str) -> typing.Any:
    member = getattr(of, "close" if name == "aclose" else name)
    if not callable(member) or isinstance(member, type):
        return wrapped(member)

    def call(*args: typing.Any, **kwargs: typing.Any) -> Awaited:
        given = [one._value if isinstance(one, Awaited) else one for one in args]
        return Awaited(member(*given, **kwargs))

    return call


class Face:
    """How a test opens engines of one face."""

    def __init__(self, name: str, url: str, options: dict[str, typing.Any]) -> None:
        self.name = name
        self._url = url
        self._options = options
        self._opened: list[typing.Any] = []

    async def open(self, **options: typing.Any) -> typing.Any:
        """An engine, closed at the end of the test."""
        settings = {**self._options.get("settings", {}), **options.pop("settings", {})}
        given = {"env": {}, **self._options, "settings": settings, **options}
        if self.name == "asyncio":
            engine = await sambung.open_async(self._url, **given)
        else:
            engine = Awaited(sambung.open(self._url, **given))
        self._opened.append(engine)
        return engine

    def at(self, url: str) -> None:
        """Engines from now on are of this database."""
        self._url = url
        self._options = {}

    async def desk(self, **options: typing.Any) -> typing.Any:
        """A workspace of an engine of its own, in a tenant of its own."""
        return await self.desk_of(await self.open(**options))

    async def desk_of(self, engine: typing.Any, who: str = "ada@example.com") -> typing.Any:
        tenant = await engine.tenants.create(sambung_name())
        return await engine.workspace(tenant, unique(who), create=True)

    async def close(self) -> None:
        for engine in self._opened:
            await engine.aclose(0.0)


def sambung_name() -> str:
    """A name that nothing else in the database has."""
    import uuid

    return f"tenant {uuid.uuid4()}"


def unique(address: str) -> str:
    import uuid

    name, host = address.split("@")
    return f"{name}.{uuid.uuid4().hex}@{host}"

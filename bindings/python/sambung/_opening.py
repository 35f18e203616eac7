"""How an engine is opened, by either face."""

from __future__ import annotations

import os
import typing

from . import _sambung

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from types import TracebackType

    from ._async.engine import AsyncEngine
    from ._callbacks import Callbacks
    from ._engine import EngineCore
    from ._sync.engine import Engine
    from ._types import JsonValue
    from .modules import Module
    from .options import Settings
    from .providers import NativeProvider, Provider
    from .tools import Approver, Tool

    Providers = Mapping[str, Provider | NativeProvider | str]
    Tools = Sequence[Tool[..., typing.Any] | Callable[..., typing.Any] | str]
    Prices = Mapping[str, JsonValue] | str | os.PathLike[str]

_TOOL_THREADS = 8


class OpenOptions(typing.TypedDict, total=False):
    """What `open` and `open_async` take beside the URL."""

    providers: Providers | None
    tools: Tools
    approve: Approver | None
    modules: Sequence[Module]
    prices: Prices | None
    settings: Settings | None
    migrator_url: str | None
    env: Mapping[str, str]
    read_only: bool
    measured: bool


class Opening:
    """What is needed to open an engine, checked as far as Python can."""

    def __init__(self, url: str | None, options: OpenOptions) -> None:
        from .providers import Placing, specifications_of
        from .tools import tools_of

        unknown = set(options) - set(OpenOptions.__annotations__)
        if unknown:
            raise TypeError(f"open() has no option {', '.join(sorted(unknown))}")
        _demand_kinds(options)
        settings = dict(options.get("settings") or {})
        self._tools = tools_of(options.get("tools", ()))
        self._approve = options.get("approve")
        self._tool_threads = typing.cast("int", settings.pop("tool_threads", _TOOL_THREADS))
        environment = os.environ if (env := options.get("env")) is None else env
        native: dict[str, typing.Any] = {
            "env": dict(environment),
            "tools": [tool.specification() for tool in self._tools.values()],
            "approve": self._approve is not None,
            "modules": [module.description() for module in options.get("modules", ())],
            "threads": settings.pop("threads", 1),
            "settings": settings,
        }
        if url is not None:
            native["url"] = url
        if (migrator_url := options.get("migrator_url")) is not None:
            native["migrator_url"] = migrator_url
        if (prices := options.get("prices")) is not None:
            native["prices"] = _prices_of(prices)
        if options.get("read_only"):
            native["read_only"] = True
        if options.get("measured"):
            native["measured"] = True
        placing = Placing()
        if (providers := options.get("providers")) is not None:
            native["providers"] = specifications_of(providers, placing)
        native["callbacks"] = placing.callbacks
        self._providers = placing.python
        self._native = native

    def open(self, timeout: float | None = None) -> EngineCore:
        """Blocks until the engine has started."""
        from . import _log
        from ._engine import EngineCore

        _log.begin()
        try:
            engine = _sambung.open_engine(self._native, timeout)
            try:
                return EngineCore(engine, self._callbacks(engine))
            except BaseException:
                engine.close(0.0)
                raise
        except BaseException:
            _log.end()
            raise

    def _callbacks(self, engine: _sambung.Engine) -> Callbacks | None:
        if not self._tools and not self._providers and self._approve is None:
            return None
        from ._callbacks import Callbacks

        return Callbacks(engine, self._tools, self._approve, self._providers, self._tool_threads)


def _demand_kinds(options: OpenOptions) -> None:
    """Everything that would be taken for something else, or called much later; the engine checks the rest."""
    from collections.abc import Iterable, Mapping

    faults: list[tuple[str, str]] = []

    def demand(name: str, right: bool, what: str) -> None:
        if not right:
            faults.append((name, f"must be {what}, not {type(options.get(name)).__name__}"))

    for name in ("providers", "settings", "env"):
        given: object = options.get(name)
        demand(name, given is None or isinstance(given, Mapping), "a dict")
    for name in ("tools", "modules"):
        given = options.get(name, ())
        demand(name, isinstance(given, Iterable) and not isinstance(given, str), "a list")
    approve: object = options.get("approve")
    demand("approve", approve is None or callable(approve), "a function")
    prices: object = options.get("prices")
    demand("prices", prices is None or isinstance(prices, (str, os.PathLike, Mapping)), "a path or a dict")
    if not faults:
        faults += _faults_inside(options)
    if faults:
        from ._types import Issue
        from .errors import InvalidArgumentError

        issues = [Issue(path=path, message=message) for path, message in faults]
        raise InvalidArgumentError("the engine's options are wrong", issues=issues)


def _faults_inside(options: OpenOptions) -> Iterator[tuple[str, str]]:
    env = options.get("env")
    if env is not None and env is not os.environ:
        for name, value in env.items():
            if not isinstance(typing.cast("object", value), str):
                yield f"env.{name}", "must be text"
    for number, module in enumerate(options.get("modules", ())):
        if not callable(getattr(module, "description", None)):
            yield f"modules[{number}]", "must be a module: sambung.module(name, [Record])"
    threads: object = dict(options.get("settings") or {}).get("tool_threads", _TOOL_THREADS)
    if isinstance(threads, bool) or not isinstance(threads, int) or not 1 <= threads <= 1024:
        yield "settings.tool_threads", "must be 1 to 1024"


def _prices_of(prices: Prices) -> typing.Any:
    if isinstance(prices, (str, os.PathLike)):
        with open(prices, encoding="utf-8") as file:
            return file.read()
    return dict(prices)


class AsyncOpening:
    """`await` it, or enter it: ``async with sambung.open_async(...) as engine``."""

    __slots__ = ("_engine", "_opening")

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._engine: AsyncEngine | None = None

    def __await__(self) -> Generator[typing.Any, None, AsyncEngine]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncEngine:
        self._engine = await self._open()
        return self._engine

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._engine is not None:
            await self._engine.aclose()

    async def _open(self) -> AsyncEngine:
        import asyncio

        from ._async.engine import AsyncEngine
        from ._loops import in_thread

        opened = _Opened(self._opening)
        try:
            core = await in_thread(opened.open)
        except asyncio.CancelledError:
            opened.give_up()
            raise
        if core.callbacks is not None:
            core.callbacks.bind(asyncio.get_running_loop())
        return AsyncEngine(core, core.native, None)


class _Opened:
    """An engine on its way to somebody who may not want it any more: then it is closed again."""

    def __init__(self, opening: Opening) -> None:
        import threading

        self._opening = opening
        self._lock = threading.Lock()
        self._core: EngineCore | None = None
        self._unwanted = False

    def open(self) -> EngineCore:
        core = self._opening.open()
        with self._lock:
            self._core = core
            unwanted = self._unwanted
        if unwanted:
            core.close(0.0)
        return core

    def give_up(self) -> None:
        from ._threads import call_in_thread

        with self._lock:
            self._unwanted = True
            core = self._core
        if core is not None:
            call_in_thread(lambda: core.close(0.0), lambda _, __: None)


def open_engine(url: str = "sqlite:sambung.db", **options: typing.Unpack[OpenOptions]) -> Engine:
    """Opens an engine in this process, with calls that block.

    Args:
        url: "memory:", "sqlite:PATH" or "postgresql://...".
        **options: `providers`, a dict of names to what answers for them (None: those of the environment, or the demo);
            `tools`, functions that models may call; `approve`, asked before each call of one; `modules`, the
            application's own records; `prices`, a file or its contents; `settings`, by groups; `migrator_url`,
            PostgreSQL's role that owns the tables; `env`, in place of the environment; `read_only`, a snapshot of a
            SQLite file that takes no changes; `measured`, whether the engine and its servers measure what they do, for
            `Server.listen_admin`.

    Raises:
        InvalidArgumentError: Everything that is wrong with the options, listed at once.
    """
    from ._sync.engine import Engine

    core = Opening(_demand_url(url), options).open()
    if core.callbacks is not None:
        core.callbacks.bind_thread()
    return Engine(core, core.native, None)


def _demand_url(url: str | None) -> str:
    """None is no URL: `open_env` is what takes it from the environment."""
    if url is None:
        from .errors import InvalidArgumentError

        raise InvalidArgumentError('a database URL is "memory:", "sqlite:PATH" or "postgresql://...", not None')
    return url


def open_async(url: str = "sqlite:sambung.db", **options: typing.Unpack[OpenOptions]) -> AsyncOpening:
    """Opens an engine in this process, with calls that are awaited: see `open`.

    ``await`` what this gives, or enter it with ``async with``, which closes the engine at the end.
    """
    return AsyncOpening(Opening(_demand_url(url), options))


def open_env(**options: typing.Unpack[OpenOptions]) -> Engine:
    """Opens an engine with everything that the environment says: `SAMBUNG_DATABASE_URL` and the others."""
    from ._sync.engine import Engine

    core = Opening(None, options).open()
    if core.callbacks is not None:
        core.callbacks.bind_thread()
    return Engine(core, core.native, None)

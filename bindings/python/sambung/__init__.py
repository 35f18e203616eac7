"""Sambung: AI chat as an engine in your process.

::

    with sambung.open("sqlite:chat.db") as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        chat = desk.chats.create("Onboarding", model="ollama/llama3.1:8b")
        with desk.chats.send(chat, "Apa khabar?") as turn:
            for delta in turn.text_stream:
                print(delta, end="", flush=True)

`open_async` gives the same engine with calls that are awaited. Importing this starts no thread, opens no file and reads
no environment.
"""

from __future__ import annotations

import typing

from . import _sambung, _types, errors
from .errors import (
    AlreadyExistsError,
    AuthenticationError,
    ConflictError,
    DataLossError,
    DeadlineExceededError,
    Error,
    ErrorCode,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    OperationCancelledError,
    PayloadTooLargeError,
    PermissionDeniedError,
    ProviderError,
    QuotaExceededError,
    RateLimitError,
    TurnFailedError,
    UnavailableError,
    UnsupportedError,
)
from .page import Page
from .secret import Secret

if typing.TYPE_CHECKING:
    from . import providers, testing
    from ._async._core import AsyncPager
    from ._async.chats import AsyncChats
    from ._async.completions import AsyncCompletions, AsyncCompletionStream
    from ._async.engine import AsyncEngine
    from ._async.records import AsyncCollection
    from ._async.server import AsyncServer
    from ._async.turns import AsyncTurn
    from ._async.workspace import AsyncWorkspace
    from ._opening import open_async, open_env
    from ._opening import open_engine as open
    from ._sync._core import Pager
    from ._sync.chats import Chats
    from ._sync.completions import Completions, CompletionStream
    from ._sync.engine import Engine
    from ._sync.records import Collection
    from ._sync.server import Server
    from ._sync.turns import Turn
    from ._sync.workspace import Workspace
    from ._types import *  # noqa: F403 - records, events, options, enums and ids, as the engine describes them
    from .copying import CopiedTable, CopyReport, backup, copy_database, restore
    from .modules import AddColumn, AddIndex, AddTable, AllowNull, Module, module
    from .options import CompletionOptions, Origin, Settings
    from .parsed import Parsed
    from .providers import NativeProvider, Provider
    from .records import Change, Range, Text, record
    from .search import SearchPage
    from .table import Table
    from .tools import Allow, Ask, Deny, Tool, tool

__version__: str = _sambung.__version__

_sambung.adopt_errors(errors)
_sambung.adopt(_types)


def build_info() -> dict[str, str]:
    """Versions and flags of what this was built with, and the CA file that is in use."""
    return _sambung.build_info()


def environment_variables() -> tuple[dict[str, typing.Any], ...]:
    """Every variable that programs with Sambung read: a dict each of name, alias, form, by_default, meaning, secret."""
    return _sambung.environment_variables()


# Where each name is that is not needed at once.
_LAZY = {
    "_async.chats": ("AsyncChats",),
    "_async.completions": ("AsyncCompletionStream", "AsyncCompletions"),
    "_async.engine": ("AsyncEngine",),
    "_async.records": ("AsyncCollection",),
    "_async.server": ("AsyncServer",),
    "_async.turns": ("AsyncTurn",),
    "_async.workspace": ("AsyncWorkspace",),
    "_async._core": ("AsyncPager",),
    "_opening": ("open", "open_async", "open_env"),
    "_sync._core": ("Pager",),
    "_sync.chats": ("Chats",),
    "_sync.completions": ("CompletionStream", "Completions"),
    "_sync.engine": ("Engine",),
    "_sync.records": ("Collection",),
    "_sync.server": ("Server",),
    "_sync.turns": ("Turn",),
    "_sync.workspace": ("Workspace",),
    "copying": ("CopiedTable", "CopyReport", "backup", "copy_database", "restore"),
    "modules": ("AddColumn", "AddIndex", "AddTable", "AllowNull", "Module", "module"),
    "options": ("CompletionOptions", "Origin", "Settings"),
    "parsed": ("Parsed",),
    "providers": ("NativeProvider", "Provider"),
    "records": ("Change", "Range", "Text", "record"),
    "search": ("SearchPage",),
    "table": ("Table",),
    "tools": ("Allow", "Ask", "Deny", "Tool", "tool"),
}
_MODULE_OF = {name: "_types" for name in _types.__all__}
_MODULE_OF.update({name: module for module, names in _LAZY.items() for name in names})
_SUBMODULES = ("providers", "testing")

__all__ = [  # noqa: PLE0604 - the names of the engine's types are listed where they are
    *_types.__all__,
    "AddColumn",
    "AddIndex",
    "AddTable",
    "Allow",
    "AllowNull",
    "AlreadyExistsError",
    "Ask",
    "AsyncChats",
    "AsyncCollection",
    "AsyncCompletionStream",
    "AsyncCompletions",
    "AsyncEngine",
    "AsyncPager",
    "AsyncServer",
    "AsyncTurn",
    "AsyncWorkspace",
    "AuthenticationError",
    "Change",
    "Chats",
    "Collection",
    "CompletionOptions",
    "CompletionStream",
    "Completions",
    "ConflictError",
    "CopiedTable",
    "CopyReport",
    "DataLossError",
    "DeadlineExceededError",
    "Deny",
    "Engine",
    "Error",
    "ErrorCode",
    "InternalError",
    "InvalidArgumentError",
    "Module",
    "NativeProvider",
    "NotFoundError",
    "OperationCancelledError",
    "Origin",
    "Page",
    "Pager",
    "Parsed",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "Provider",
    "ProviderError",
    "QuotaExceededError",
    "Range",
    "RateLimitError",
    "SearchPage",
    "Secret",
    "Server",
    "Settings",
    "Table",
    "Text",
    "Tool",
    "Turn",
    "TurnFailedError",
    "UnavailableError",
    "UnsupportedError",
    "Workspace",
    "backup",
    "build_info",
    "copy_database",
    "environment_variables",
    "module",
    "open",
    "open_async",
    "open_env",
    "providers",
    "record",
    "restore",
    "testing",
    "tool",
]

if not typing.TYPE_CHECKING:  # so that a checker reports what is not here

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _SUBMODULES:
            return import_module(f"{__name__}.{name}")
        where = _MODULE_OF.get(name)
        if where is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{where}"), "open_engine" if name == "open" else name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

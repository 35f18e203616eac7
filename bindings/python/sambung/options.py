"""What calls may be told, where it is not an options struct of the engine's."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._types import (
        AuthOptions,
        CatalogOptions,
        JsonValue,
        PostgresOptions,
        ReasoningEffort,
        SessionId,
        SqliteOptions,
        ToolLimits,
        TurnOptions,
        UnsupportedPolicy,
    )

__all__ = ["CompletionOptions", "Origin", "Settings"]


class Settings(typing.TypedDict, total=False):
    """How an engine behaves, by groups. Everything that is wrong is listed at once."""

    turns: TurnOptions
    tool_limits: ToolLimits
    auth: AuthOptions
    catalog: CatalogOptions
    sqlite: SqliteOptions
    postgres: PostgresOptions
    threads: int
    tool_threads: int


class OutputSchema(typing.TypedDict):
    """The form of an answer: what the vendor calls it, and its JSON Schema."""

    name: str
    schema: Mapping[str, JsonValue]


class CompletionOptions(typing.TypedDict, total=False):
    """What a call of a model may be told."""

    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    seed: int | None
    stop: Sequence[str]
    presence_penalty: float | None
    frequency_penalty: float | None
    tools: Sequence[Mapping[str, JsonValue]]
    choice: str | None
    parallel_tool_calls: bool | None
    format: typing.Literal["json_object"] | OutputSchema | None
    effort: ReasoningEffort | None
    extra: Mapping[str, JsonValue]
    on_unsupported: UnsupportedPolicy


class Origin(typing.TypedDict, total=False):
    """Where a call came from."""

    address: str
    user_agent: str
    device: str
    session: SessionId | None

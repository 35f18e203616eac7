"""Reading an answer: every event of a turn on a screen, and what it was in the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click
from sambung.cli.output import count, money, printable
from sambung.cli.screen import Screen
from sambung.cli.session import is_interactive

if TYPE_CHECKING:
    import sambung

VERDICTS: dict[str, Literal["once", "chat", "always", "deny"]] = {"y": "once", "c": "chat", "a": "always", "n": "deny"}


@dataclass(frozen=True)
class Answered:
    """How it ended. `interrupted`: by Ctrl-C, with what had come until then."""

    message: sambung.Message
    seconds: float
    interrupted: bool = False
    error: str | None = None


def read_turn(desk: sambung.Workspace, turn: sambung.Turn, screen: Screen) -> Answered:
    """Shows the turn to its end. Ctrl-C stops it and keeps what came; a second one raises KeyboardInterrupt."""
    began = time.monotonic()
    error: str | None = None
    try:
        try:
            for event in turn:
                error = show(event, screen, lambda asked: _decide(desk, turn, asked)) or error
            message = turn.answer()
        finally:
            screen.close()
    except KeyboardInterrupt:
        message = desk.chats.stop(turn.message_id)
        return Answered(message, time.monotonic() - began, interrupted=True)
    return Answered(message, time.monotonic() - began, error=error)


def stop_running(desk: sambung.Workspace, chat: sambung.Chat) -> None:
    """After Ctrl-C while something was sent: the answer may have begun, and nobody reads it."""
    newest = next(iter(desk.chats.messages(chat).page(limit=1)), None)
    if newest is not None and newest.state in ("pending", "streaming"):
        desk.chats.stop(newest)


def show(
    event: sambung.TurnEvent, screen: Screen, decide: Callable[[sambung.ToolApproval], None] = lambda asked: None
) -> str | None:
    """One event. Why the answer failed, from the last one."""
    import sambung

    match event:
        case sambung.TextDelta(text=text):
            screen.text(text)
        case sambung.ReasoningDelta(text=text):
            screen.thought(text)
        case sambung.ToolCallDelta(name=name) if name:
            screen.note(f"> {name}")
        case sambung.ToolResult(name=name, text=text, is_error=True):
            screen.note(f"> {name} failed: {text[:200]}")
        case sambung.ToolApproval():
            screen.note(f"> {event.tool} asks for your leave: {event.arguments[:400]}")
            decide(event)
        case sambung.TurnSnapshot(parts=parts):
            screen.restart(text_of(parts))
        case sambung.TurnFinished(error=error, warnings=warnings):
            for warning in warnings:
                screen.note(f"> {warning.path}: {warning.message}")
            return None if error is None else str(error)
    return None


def text_of(parts: Iterable[sambung.Part]) -> str:
    """All text parts joined."""
    import sambung

    return "".join(part.text for part in parts if isinstance(part, sambung.TextPart))


def _decide(desk: sambung.Workspace, turn: sambung.Turn, asked: sambung.ToolApproval) -> None:
    """Asks the person; without one the call is denied."""
    import sambung

    verdict: Literal["once", "chat", "always", "deny"] = VERDICTS[_key()] if is_interactive() else "deny"
    try:
        desk.chats.decide_tool(turn.message_id, asked.call_id, verdict)
    except sambung.ConflictError as late:  # decided by another reader, or too late
        click.echo(f"sambung: {late}", err=True)


def _key() -> str:
    try:
        return str(
            click.prompt(
                "  [y]es, in this [c]hat, [a]lways, [n]o",
                err=True,
                default="n",
                show_default=False,
                type=click.Choice(list(VERDICTS)),
                show_choices=False,
            )
        )
    except click.Abort:  # as Ctrl-C anywhere else in an answer
        raise KeyboardInterrupt from None


def used(usage: sambung.TokenUsage | None, cost_microusd: int | None, seconds: float) -> str:
    """One line: what an answer took."""
    if usage is None:
        return f"no usage told, {seconds:.1f} s"
    inside = f" ({count(usage.cached_input_tokens)} cached)" if usage.cached_input_tokens else ""
    thought = f" ({count(usage.reasoning_tokens)} reasoning)" if usage.reasoning_tokens else ""
    about = "about " if usage.estimated else ""
    return (
        f"{about}{count(usage.input_tokens)} tokens in{inside}, {count(usage.output_tokens)} out{thought}, "
        f"{money(cost_microusd)}, {seconds:.1f} s"
    )


def failure_of(answered: Answered) -> str | None:
    """Why the answer is not whole; None for one that is, and for one that was stopped on purpose."""
    message = answered.message
    if message.state in ("complete", "cancelled"):
        return None
    why = printable(answered.error or _error_in(message) or message.reason or message.state)
    kept = "what came of it is kept" if text_of(message.parts) else "nothing came of it"
    return f"the answer is {message.state}: {why} ({kept})"


def _error_in(message: sambung.Message) -> str | None:
    import sambung

    return next((part.message for part in message.parts if isinstance(part, sambung.ErrorPart)), None)

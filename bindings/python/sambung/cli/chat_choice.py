"""Which chat is meant."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import sambung

    from sambung.cli.session import Session

# How many of the newest chats are looked through for the end of an id.
LOOKED_THROUGH = 2_000
WHOLE_ID = 36


def last_chat(desk: sambung.Workspace) -> sambung.Chat | None:
    """The one that was used last; a pinned one is not newer for being pinned."""
    newest = list(islice(desk.chats.list(), 50))
    return max(newest, key=lambda one: one.active_at, default=None)


def demanded_last_chat(desk: sambung.Workspace) -> sambung.Chat:
    found = last_chat(desk)
    if found is None:
        raise click.UsageError("there is no chat yet to go on with")
    return found


def chosen_chat(desk: sambung.Workspace, name: str) -> sambung.Chat:
    """By its id, by the end of it, as `last`, or by the application's own key."""
    import sambung

    if name == "last":
        return demanded_last_chat(desk)
    if len(name) == WHOLE_ID and name.count("-") == 4:
        return desk.chats.get(sambung.ChatId(name))
    if len(name) >= 4:
        ending = [one for one in _known(desk) if one.id.endswith(name.lower())]
        if len(ending) == 1:
            return ending[0]
        if ending:
            raise click.UsageError(f"{len(ending)} chats end with {name}: give more of the id")
    try:
        return desk.chats.find_external(name)
    except sambung.NotFoundError:
        raise click.UsageError(f"there is no chat {name}; `sambung chats list` lists them") from None


def _known(desk: sambung.Workspace) -> list[sambung.Chat]:
    return [*islice(desk.chats.list(), LOOKED_THROUGH), *islice(desk.chats.list(archived=True), LOOKED_THROUGH)]


def model_to_load(session: Session, given: str | None, chat_name: str | None) -> str | None:
    """What will answer, as far as it decides which packages are loaded: before the engine is there."""
    from sambung.cli import configuration
    from sambung.cli.plugins import has_providers

    if given is None and chat_name is not None and has_providers():
        with session.desk(reading=True) as desk:
            return chosen_chat(desk, chat_name).model
    return given or configuration.default_model()


def title_from(question: str) -> str:
    """The beginning of the first line, at a word's end; up to 60 characters, at most 200 bytes."""
    line = next((one.strip() for one in question.splitlines() if one.strip()), "")
    if len(line) > 60:
        line = line[:60].rsplit(" ", 1)[0] + "..."
    while len(line.encode()) > 200:
        line = line[:-1]
    return line

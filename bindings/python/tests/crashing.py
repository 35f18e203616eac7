"""crashing.py URL [ROUNDS]: writes, and tells each thing that was acknowledged by one line of JSON, until it is ended."""

from __future__ import annotations

import itertools
import json
import os
import sys
import typing

import sambung

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

NoteId = typing.NewType("NoteId", str)
ANSWER = "".join(f"{number} " for number in range(400))


@sambung.record("crash_notes", search=["body"])
class Note:
    id: NoteId
    owner_id: sambung.UserId
    body: str


MODULE = sambung.module("crashes", [Note])


class Counting(sambung.Provider):
    def stream(self, request: sambung.CompletionRequest) -> Iterator[str]:
        for number in range(400):
            yield f"{number} "


def tell(**what: object) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def work(desk: sambung.Workspace, number: int) -> None:
    chat = desk.chats.create(f"chat {number}", model="mine/any")
    tell(chat=chat.id, title=chat.title)
    turn = desk.chats.send(chat, "Count")
    tell(begun=turn.message_id)
    tell(answered=turn.message_id, text=turn.text())
    note = desk.records(Note).insert(Note(owner_id=desk.who.user_id, body=f"note {number} " * 50))  # type: ignore[call-arg]
    tell(note=note.id, body=note.body)


def main() -> None:
    rounds = range(int(sys.argv[2])) if len(sys.argv) > 2 else itertools.count()
    with sambung.open(sys.argv[1], env={}, modules=[MODULE], providers={"mine": Counting()}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        for number in rounds:
            work(desk, number)
        os._exit(0)  # no tidy end: the last thing on the disk is what was told last


if __name__ == "__main__":
    main()

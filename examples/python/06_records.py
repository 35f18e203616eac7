"""Records of your own: isolated by tenant, searched, migrated, copied and erased as Sambung's own are."""

from datetime import UTC, datetime
from typing import Annotated, NewType

import sambung

NoteId = NewType("NoteId", str)


@sambung.record("notes", search=["body"], index=[("owner_id", "made_at")])
class Note:
    id: NoteId
    owner_id: sambung.UserId
    body: Annotated[str, sambung.Text(1, 10_000)]
    made_at: datetime
    revision: int = 1


with sambung.open("memory:", modules=[sambung.module("notebook", [Note])]) as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    notes = desk.records(Note)
    note = notes.insert(Note(owner_id=desk.who.user_id, body="Buy durians", made_at=datetime.now(UTC)))
    notes.update(note, body="Buy two durians")
    for found in notes.search("durian"):
        print(found.body, found.revision)
    try:
        notes.update(note, body="from an old page")
    except sambung.ConflictError:
        print("somebody was faster")

"""Records of Python's own, by both faces, on every storage."""

from __future__ import annotations

import datetime
import enum
import typing
from typing import Annotated

import pytest
import sambung
from sambung import Range, Text

if typing.TYPE_CHECKING:
    from faces import Face

NoteId = typing.NewType("NoteId", str)
LetterId = typing.NewType("LetterId", str)


class Mood(enum.Enum):
    CALM = 1
    LOUD = 2


@sambung.record("py_notes", search=["body"], index=[("rating",)], unique=[("slug",)])
class Note:
    id: NoteId
    owner_id: sambung.UserId
    slug: Annotated[str, Text(1, 40)]
    body: Annotated[str, Text(0, 10_000)]
    rating: Annotated[int, Range(0, 5)] = 0
    mood: Mood = Mood.CALM
    extra: dict[str, sambung.JsonValue] | None
    due: datetime.datetime | None
    revision: int = 1


@sambung.record("py_letters", search=["body"], searched_by_owner=True)
class Letter:
    id: LetterId
    owner_id: sambung.UserId
    body: str


DESK = sambung.module("py_desk", [Note])
POST = sambung.module("py_post", [Letter])


def _note(desk: typing.Any, slug: str, **fields: typing.Any) -> Note:
    return Note(owner_id=desk.who.user_id, slug=slug, **{"body": "", **fields})  # type: ignore[call-arg]


async def test_records_are_stored_as_they_are(face: Face) -> None:
    desk = await face.desk(modules=[DESK])
    notes = desk.records(Note)
    due = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)

    note = await notes.insert(_note(desk, "one", body="wörds", rating=4, mood=Mood.LOUD, extra={"a": [1]}, due=due))

    assert await notes.get(note.id) == note
    assert await notes.get(note) == note
    with pytest.raises(Exception, match="cannot assign"):
        note.slug = "two"  # type: ignore[misc]


async def test_records_are_changed_against_their_revision(face: Face) -> None:
    desk = await face.desk(modules=[DESK])
    notes = desk.records(Note)
    note = await notes.insert(_note(desk, "one"))

    changed = await notes.update(note, rating=5, mood=Mood.LOUD)

    assert (changed.rating, changed.mood, changed.revision) == (5, Mood.LOUD, 2)
    assert await notes.get(note.id) == changed
    with pytest.raises(sambung.ConflictError):
        await notes.update(note, rating=1)
    await notes.erase(changed)
    with pytest.raises(sambung.NotFoundError):
        await notes.get(note.id)


async def test_records_are_asked_for_and_searched(face: Face) -> None:
    desk = await face.desk(modules=[DESK])
    notes = desk.records(Note)
    for i in range(6):
        await notes.insert(_note(desk, f"n{i}", body=f"lagoon {i}" if i % 2 else "road", rating=i))

    assert [one.rating async for one in notes.list({"rating": (">=", 4)}, order="rating")] == [4, 5]
    assert [one.rating async for one in notes.list({"rating": 3})] == [3]
    assert {one.slug async for one in notes.search("lagoon")} == {"n1", "n3", "n5"}
    page = await notes.list().page(4)
    assert len(page) == 4 and page.next_cursor is not None
    with pytest.raises(sambung.InvalidArgumentError):
        await notes.list({"colour": "red"}).page()


async def test_records_that_are_searched_by_owner_are_searched_by_one(face: Face) -> None:
    desk = await face.desk(modules=[POST])
    letters = desk.records(Letter)
    mine = await letters.insert(Letter(owner_id=desk.who.user_id, body="a lagoon"))  # type: ignore[call-arg]

    assert [one async for one in letters.search("lagoon", {"owner_id": desk.who.user_id})] == [mine]
    with pytest.raises(sambung.InvalidArgumentError, match="py_letters"):
        await letters.search("lagoon").page()


async def test_a_batch_is_stored_whole_or_not_at_all(face: Face) -> None:
    desk = await face.desk(modules=[DESK])
    notes = desk.records(Note)
    first = await notes.insert(_note(desk, "taken"))

    with pytest.raises(sambung.AlreadyExistsError):
        await notes.write([sambung.Change.insert(_note(desk, "new")), sambung.Change.insert(_note(desk, "taken"))])

    assert [one.id async for one in notes.list()] == [first.id]
    await notes.write([sambung.Change.insert(_note(desk, "new")), sambung.Change.erase(first)])
    assert [one.slug async for one in notes.list()] == ["new"]


async def test_records_are_isolated(face: Face) -> None:
    engine = await face.open(modules=[DESK])
    ours, theirs = await face.desk_of(engine), await face.desk_of(engine)
    note = await ours.records(Note).insert(_note(ours, "ours"))

    with pytest.raises(sambung.NotFoundError):
        await theirs.records(Note).get(note)
    assert [one async for one in theirs.records(Note).list()] == []


def test_a_field_that_cannot_be_stored_fails_at_decoration() -> None:
    with pytest.raises(TypeError, match="Odd.what"):

        @sambung.record("odd")
        class Odd:
            id: NoteId
            what: complex


def test_a_class_that_is_no_record_is_refused() -> None:
    with pytest.raises(TypeError, match="no record"):
        sambung.Change.insert("text")


def test_an_id_is_made_in_order() -> None:
    from sambung._columns import new_id

    made = [new_id() for _ in range(3)]

    assert all(one[14] == "7" and one[19] in "89ab" for one in made)
    assert len(set(made)) == 3

"""Chats and messages, by both faces, on every storage."""

from __future__ import annotations

import datetime
import typing

import pytest
import sambung

if typing.TYPE_CHECKING:
    from faces import Face

MODEL = "demo/demo"


async def test_a_chat_is_made_read_changed_and_removed(face: Face) -> None:
    desk = await face.desk()

    chat = await desk.chats.create("Onboarding", model=MODEL, system_prompt="Be brief.")

    assert isinstance(chat, sambung.Chat)
    assert (chat.title, chat.model, chat.system_prompt) == ("Onboarding", MODEL, "Be brief.")
    assert chat.created_at.tzinfo is datetime.timezone.utc
    assert await desk.chats.get(chat) == chat
    assert await desk.chats.get(chat.id) == chat
    renamed = await desk.chats.rename(chat, "Renamed")
    assert (renamed.title, renamed.revision) == ("Renamed", chat.revision + 1)
    await desk.chats.remove(chat)
    with pytest.raises(sambung.NotFoundError):
        await desk.chats.get(chat)


async def test_a_stale_update_is_a_conflict(face: Face) -> None:
    desk = await face.desk()
    chat = await desk.chats.create("One", model=MODEL)
    await desk.chats.update(chat, title="Two")

    with pytest.raises(sambung.ConflictError) as caught:
        await desk.chats.update(chat, title="Three")

    assert caught.value.code == "conflict"
    assert (await desk.chats.get(chat)).title == "Two"


async def test_an_update_by_id_needs_a_revision(face: Face) -> None:
    desk = await face.desk()
    chat = await desk.chats.create("One", model=MODEL)

    with pytest.raises(sambung.InvalidArgumentError, match="revision="):
        await desk.chats.update(chat.id, title="Two")

    assert (await desk.chats.update(chat.id, title="Two", revision=chat.revision)).title == "Two"


async def test_everything_that_is_wrong_is_listed_at_once(face: Face) -> None:
    desk = await face.desk()

    with pytest.raises(sambung.InvalidArgumentError) as caught:
        await desk.chats.create("x" * 201, model=MODEL, cancel_after_ms="soon", colour="red")

    assert {issue.path for issue in caught.value.issues} >= {"cancel_after_ms", "colour"}
    assert isinstance(caught.value, ValueError)


async def test_a_malformed_id_is_an_invalid_argument(face: Face) -> None:
    desk = await face.desk()

    with pytest.raises(sambung.InvalidArgumentError):
        await desk.chats.get("no id")


async def test_a_list_is_walked_or_read_page_by_page(face: Face) -> None:
    desk = await face.desk()
    made = [await desk.chats.create(str(i), model=MODEL) for i in range(7)]

    page = await desk.chats.list().page(3)
    rest = await desk.chats.list().page(200, page.next_cursor)
    walked = [chat async for chat in desk.chats.list()]

    assert isinstance(page, sambung.Page)
    assert (len(page), len(rest), rest.next_cursor) == (3, 4, None)
    assert [*page, *rest] == walked
    assert {chat.id for chat in walked} == {chat.id for chat in made}
    assert page[0] == walked[0]
    assert list(page[1:]) == walked[1:3]


async def test_the_same_key_gives_the_same_chat(face: Face) -> None:
    desk = await face.desk()

    first = await desk.chats.create("One", model=MODEL, idempotency_key="k")
    again = await desk.chats.create("One", model=MODEL, idempotency_key="k")

    assert first == again
    with pytest.raises(sambung.ConflictError):
        await desk.chats.create("Other", model=MODEL, idempotency_key="k")


async def test_a_chat_is_found_by_the_applications_own_key(face: Face) -> None:
    desk = await face.desk()

    made = await desk.chats.ensure("ticket 7", "Ticket", model=MODEL)

    assert await desk.chats.ensure("ticket 7", "Ticket", model=MODEL) == made
    assert await desk.chats.find_external("ticket 7") == made


async def test_a_chat_is_pinned_archived_and_searched(face: Face) -> None:
    desk = await face.desk()
    quiet = await desk.chats.create("Quiet lagoon", model=MODEL)
    await desk.chats.create("Busy road", model=MODEL)

    assert (await desk.chats.pin(quiet)).pinned
    assert [chat.title async for chat in desk.chats.list()] == ["Quiet lagoon", "Busy road"]
    assert (await desk.chats.archive(quiet)).archived
    assert [chat.title async for chat in desk.chats.list()] == ["Busy road"]
    assert [chat.title async for chat in desk.chats.list(archived=True)] == ["Quiet lagoon"]
    assert [chat.title async for chat in desk.chats.search("lagoon")] == ["Quiet lagoon"]
    assert not (await desk.chats.unarchive(quiet)).archived
    assert not (await desk.chats.unpin(quiet)).pinned


async def test_messages_can_be_appended_without_asking_a_model(face: Face) -> None:
    desk = await face.desk()
    chat = await desk.chats.create("Imported", model=MODEL)

    stored = await desk.chats.append(
        chat, [{"role": "user", "content": "Apa khabar?"}, {"role": "assistant", "content": "Khabar baik."}]
    )
    path = [message async for message in desk.chats.messages(chat)]

    assert [message.role for message in stored] == ["user", "assistant"]
    assert [message.parts[0].text for message in path] == ["Khabar baik.", "Apa khabar?"]


async def test_nobody_sees_another_tenants_chat(face: Face) -> None:
    engine = await face.open()
    ours = await face.desk_of(engine)
    theirs = await face.desk_of(engine)
    chat = await ours.chats.create("Ours", model=MODEL)

    with pytest.raises(sambung.NotFoundError):
        await theirs.chats.get(chat)
    assert [one async for one in theirs.chats.list()] == []


@pytest.mark.parametrize("text", ["\ud800", "nul\0", "x" * 201])
async def test_a_title_that_is_no_text_is_refused(face: Face, text: str) -> None:
    desk = await face.desk()

    with pytest.raises(sambung.InvalidArgumentError):
        await desk.chats.create(text, model=MODEL)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 1.5, float("nan"), True, "1"])
async def test_a_number_that_is_none_is_refused(face: Face, number: object) -> None:
    desk = await face.desk()

    with pytest.raises(sambung.InvalidArgumentError):
        await desk.chats.create("x", model=MODEL, cancel_after_ms=number)

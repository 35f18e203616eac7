"""Turns, by both faces."""

from __future__ import annotations

import typing

import pytest
import sambung
from sambung.testing import ScriptedProvider

if typing.TYPE_CHECKING:
    from faces import Face


async def _asked(face: Face, *answers: typing.Any, **options: typing.Any) -> tuple[typing.Any, sambung.Chat]:
    desk = await face.desk(providers={"mine": ScriptedProvider(answers)}, **options)
    return desk, await desk.chats.create("Turns", model="mine/any")


async def test_the_text_of_a_turn_is_what_the_model_said(face: Face) -> None:
    desk, chat = await _asked(face, ["Khabar ", "baik", "."])

    turn = await desk.chats.send(chat, "Apa khabar?")

    assert await turn.text() == "Khabar baik."
    answer = await turn.answer()
    assert (answer.state, answer.role, answer.id) == ("complete", "assistant", turn.message_id)
    assert answer.parts == (sambung.TextPart(text="Khabar baik."),)


async def test_events_come_in_order_and_are_numbered(face: Face) -> None:
    desk, chat = await _asked(face, ["one ", "two"])

    turn = await desk.chats.send(chat, "Count")
    seen = []
    numbers = []
    async for event in turn:
        seen.append(event)
        numbers.append(turn.last_event)

    assert isinstance(seen[0], sambung.TurnStarted)
    assert isinstance(seen[-1], sambung.TurnFinished)
    assert seen[-1].state == "complete"
    assert "".join([event.text for event in seen if isinstance(event, sambung.TextDelta)]) == "one two"
    assert numbers == sorted(numbers)
    assert numbers[0] == 1


async def test_a_turn_is_matched_by_its_events(face: Face) -> None:
    desk, chat = await _asked(face, ["Hello"])

    said, end = "", None
    async for event in await desk.chats.send(chat, "Greet"):
        match event:
            case sambung.TextDelta(text):
                said += text
            case sambung.TurnFinished(state=state):
                end = state

    assert (said, end) == ("Hello", "complete")


async def test_leaving_a_turn_stops_reading_only(face: Face) -> None:
    desk, chat = await _asked(face, ["a", "b", "c"])

    turn = await desk.chats.send(chat, "Go")
    async with turn:
        async for _ in turn:
            break

    assert (await (await desk.chats.resume(turn.message_id)).answer()).parts[0].text == "abc"


async def test_a_turn_is_resumed_behind_an_event(face: Face) -> None:
    desk, chat = await _asked(face, ["a", "b", "c"])
    turn = await desk.chats.send(chat, "Go")
    everything = [event async for event in turn]
    await turn.answer()

    again = [event async for event in await desk.chats.resume(turn.message_id)]
    behind = [event async for event in await desk.chats.resume(turn.message_id, after=1)]

    assert again == everything
    assert behind == everything[1:]


async def test_a_failure_never_looks_like_an_end(face: Face) -> None:
    def breaks() -> typing.Iterator[str]:
        yield "partial "
        raise sambung.UnavailableError("the vendor is away")

    class Breaking(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            return breaks()

    desk = await face.desk(providers={"mine": Breaking()})
    chat = await desk.chats.create(model="mine/any")

    pieces = []
    with pytest.raises(sambung.TurnFailedError) as caught:
        async for piece in (await desk.chats.send(chat, "Go")).text_stream:
            pieces.append(piece)

    assert "".join(pieces) == "partial "
    assert caught.value.record.state in ("failed", "incomplete")
    assert caught.value.record.parts[0].text == "partial "
    assert caught.value.code == "unavailable"


async def test_stop_keeps_what_has_come(face: Face) -> None:
    import threading

    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            yield "first"
            gate.wait(10.0)
            yield "second"

    desk = await face.desk(providers={"mine": Slow()})
    chat = await desk.chats.create(model="mine/any")
    turn = await desk.chats.send(chat, "Go")
    async for event in turn:
        if isinstance(event, sambung.TextDelta):
            break

    stopped = await turn.stop()
    gate.set()

    assert (stopped.state, stopped.parts[0].text) == ("cancelled", "first")


async def test_an_answer_has_alternatives(face: Face) -> None:
    desk, chat = await _asked(face, "one", "two", "three", "four")
    first = await (await desk.chats.send(chat, "Say")).answer()

    second = await (await desk.chats.regenerate(first)).answer()
    third = await (await desk.chats.edit(first.parent_id, "Say more")).answer()

    assert {one.id async for one in desk.chats.alternatives(first)} == {first.id, second.id}
    assert third.parts[0].text == "three"
    fourth = await (await desk.chats.continue_answer(first)).answer()
    assert fourth.parts[0].text == "onefour"
    branches = await desk.chats.branches(chat)
    assert first.parent_id in [one.parent_id for one in branches.items]
    assert (first.id, second.id, fourth.id) in [one.message_ids for one in branches.items]
    assert (await desk.chats.newest_leaf(first)).id == first.id
    assert (await desk.chats.get_message(first)).parts[0].text == "one"


async def test_events_are_sent_to_browsers_with_their_numbers(face: Face) -> None:
    import json

    desk, chat = await _asked(face, ["Hello"])
    turn = await desk.chats.send(chat, "Greet")

    sent = [chunk async for chunk in turn.sse()]

    assert sent[0].startswith(b"id: 1\ndata: {")
    assert all(chunk.endswith(b"\n\n") for chunk in sent)
    kinds = [json.loads(chunk.split(b"data: ", 1)[1])["type"] for chunk in sent]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    behind = [chunk async for chunk in (await desk.chats.resume(turn.message_id, after=1)).sse(after=1)]
    assert behind == sent[1:]


async def test_parts_are_sent_as_records_or_dicts(face: Face) -> None:
    desk, chat = await _asked(face, "seen", "seen")

    first = await desk.chats.send(chat, [sambung.TextPart(text="Look"), {"type": "text", "text": "here"}])
    await first.text()

    message = [one async for one in desk.chats.messages(chat)][1]
    assert [part.text for part in message.parts] == ["Look", "here"]


async def test_one_turn_at_a_time_in_a_chat(face: Face) -> None:
    import threading

    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            gate.wait(10.0)
            yield "done"

    desk = await face.desk(providers={"mine": Slow()})
    chat = await desk.chats.create(model="mine/any")
    turn = await desk.chats.send(chat, "One")

    with pytest.raises(sambung.ConflictError):
        await desk.chats.send(chat, "Two")

    gate.set()
    assert await turn.text() == "done"


async def test_an_unknown_option_is_refused(face: Face) -> None:
    desk, chat = await _asked(face, "never")

    with pytest.raises(sambung.InvalidArgumentError) as caught:
        await desk.chats.send(chat, "Go", temprature=0.2)

    assert "temprature" in {issue.path for issue in caught.value.issues}


async def test_what_would_be_sent_can_be_previewed(face: Face) -> None:
    desk, chat = await _asked(face, "yes")

    report = await desk.chats.preview(chat, "Apa khabar?")

    assert report.messages[-1].parts[0].text == "Apa khabar?"
    assert report.tokens > 0


async def test_a_large_text_goes_through_whole(face: Face) -> None:
    large = "wörd " * 200_000
    desk, chat = await _asked(face, [large])

    assert await (await desk.chats.send(chat, "Much")).text() == large

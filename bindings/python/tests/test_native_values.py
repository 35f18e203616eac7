"""Values at their limits, into C++ and back."""

from __future__ import annotations

import copy
import datetime
import pickle

import pytest
from native import LIMIT, chat_of, desk_of, events_of, opened
from sambung import _sambung, _types, errors


def test_a_record_is_a_class_of_pythons() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        made = chat_of(desk, external_id="mine")
        found = _sambung.chats_find_external(desk, None, LIMIT, "mine")

    assert type(made) is _types.Chat
    assert made == found
    assert made.title == "Tea" and made.external_id == "mine" and made.folder_id is None
    assert made.created_at.tzinfo is datetime.timezone.utc
    assert pickle.loads(pickle.dumps(made)) == made and copy.copy(made) == made
    assert _types.Chat.from_dict(made.to_dict()) == made
    with pytest.raises(AttributeError):
        made.title = "Coffee"


def test_every_fault_is_listed_with_its_path() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        with pytest.raises(errors.InvalidArgumentError) as raised:
            _sambung.chats_create(desk, None, LIMIT, {"title": 7, "modle": "demo/demo"})

    paths = {one.path for one in raised.value.issues}
    assert paths == {"title", "modle", "model"}


@pytest.mark.parametrize(
    "text", ["\ud800", "half \udfff of a pair", "a\0b"], ids=["high surrogate", "low surrogate", "NUL"]
)
def test_what_is_no_text_is_refused(text: str) -> None:
    with opened() as engine:
        desk = desk_of(engine)
        with pytest.raises(errors.InvalidArgumentError):
            chat_of(desk, title=text)


@pytest.mark.parametrize("text", ["", "Selamat pagi 🫖", "é" * 100, "\U0010ffff"])
def test_text_comes_back_as_it_went(text: str) -> None:
    with opened() as engine:
        assert chat_of(desk_of(engine), title=text).title == text


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**200, 1.5, True, "7", None])
def test_what_is_no_integer_of_64_bits_is_refused(number: object) -> None:
    with opened() as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        with pytest.raises(errors.InvalidArgumentError):
            _sambung.chats_rename(desk, None, LIMIT, chat.id, "Coffee", number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400, "hot"])
def test_what_is_no_finite_number_is_refused(number: object) -> None:
    with opened() as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        with pytest.raises(errors.InvalidArgumentError) as raised:
            _sambung.chats_send(desk, None, LIMIT, chat.id, "Hello", {"temperature": number})

    assert [one.path for one in raised.value.issues] == ["temperature"]


def test_an_id_is_one_of_its_form() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        for wrong in ("", "tea", "0192e4a0-7b2c-7def-8123-45678", 7, None, b"x"):
            with pytest.raises(errors.InvalidArgumentError):
                _sambung.chats_get(desk, None, LIMIT, wrong)
        with pytest.raises(errors.NotFoundError) as raised:
            _sambung.chats_get(desk, None, LIMIT, "0192e4a0-7b2c-7def-8123-456789abcdef")
    assert raised.value.code == "not_found"
    assert pickle.loads(pickle.dumps(raised.value)).code == "not_found"


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"deep": nested(40)}, "deep"),
        ({"deep": nested(100_000)}, "deep"),
        ({"set": {1, 2}}, "set"),
        ({"number": float("nan")}, "number"),
        ({"large": 2**64}, "large"),
        ({"half": "\ud800"}, "half"),
    ],
    ids=["33 deep", "very deep", "a set", "NaN", "2**64", "a surrogate"],
)
def test_what_is_no_json_is_refused(settings: dict[str, object], path: str) -> None:
    with opened() as engine:
        user = _sambung.users_ensure_external(engine, None, LIMIT, "ada", "Ada")
        account = _sambung.engine_account(engine, None, LIMIT, {"user_id": user.id})
        with pytest.raises(errors.InvalidArgumentError) as raised:
            _sambung.account_update_latest(account, None, LIMIT, {"revision": 1, "settings": settings})

    assert any(path in one.path for one in raised.value.issues)


def test_json_comes_back_as_it_went() -> None:
    settings = {"a": None, "b": [True, 1, 2**63, -(2**63), 0.5, "ü"], "c": {"d": {}}}
    with opened() as engine:
        user = _sambung.users_ensure_external(engine, None, LIMIT, "ada", "Ada")
        account = _sambung.engine_account(engine, None, LIMIT, {"user_id": user.id})
        changed = _sambung.account_update_latest(account, None, LIMIT, {"revision": user.revision, "settings": settings})

    assert changed.settings == settings


def test_ten_megabytes_are_not_too_much_for_the_bridge_to_refuse() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        with pytest.raises((errors.PayloadTooLargeError, errors.InvalidArgumentError)):
            _sambung.chats_send(desk, None, LIMIT, chat.id, "x" * 100_000_000, {})


def test_a_page_goes_on_behind_the_one_before() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        made = [chat_of(desk, title=str(i)).id for i in range(5)]
        first, cursor = _sambung.chats_list(desk, None, LIMIT, {"limit": 3, "cursor": None}, {})
        rest, end = _sambung.chats_list(desk, None, LIMIT, {"limit": 3, "cursor": cursor}, {})

    assert [one.id for one in (*first, *rest)] == made[::-1]
    assert end is None


def test_a_turn_is_read_in_batches_to_its_end() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "one two three", {})
        events = events_of(turn)
        answer = _sambung.turn_answer(turn, None, LIMIT)

    assert isinstance(events[0], _types.TurnStarted) and isinstance(events[-1], _types.TurnFinished)
    assert events[0].message_id == turn.message_id == answer.id
    said = "".join(one.text for one in events if isinstance(one, _types.TextDelta))
    assert said and said == "".join(part.text for part in answer.parts if isinstance(part, _types.TextPart))
    assert turn.last_event >= len(turn.numbers())


def test_parts_are_records_or_dicts_or_text() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        for content in (
            "Hello",
            [{"type": "text", "text": "Hello", "provider_data": None}],
            [_types.TextPart(text="Hello", provider_data=None)],
        ):
            chat = chat_of(desk)
            turn = _sambung.chats_send(desk, None, LIMIT, chat.id, content, {})
            events_of(turn)
            (_, question), _ = _sambung.chats_messages(desk, None, LIMIT, chat.id, {}, None)
            assert question.parts[0].text == "Hello"
        with pytest.raises(errors.InvalidArgumentError):
            _sambung.chats_send(desk, None, LIMIT, chat.id, [{"type": "poem", "text": "x"}], {})


def test_what_is_shown_once_is_a_secret() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        _sambung.users_join(engine, None, LIMIT, desk.who.tenant_id, desk.who.user_id, "owner")
        issued = _sambung.own_api_tokens_create(desk, None, LIMIT, "laptop", {"scopes": ["chat_read"], "lifetime": 60})
        who = _sambung.auth_authenticate(engine, None, LIMIT, issued.secret.reveal(), None)

    assert issued.secret.reveal().startswith("smb_") and issued.secret.reveal() not in repr(issued)
    assert issued.record.scopes == ("chat_read",) and not hasattr(issued.record, "hash")
    assert who.token_id == issued.record.id and who.how == "api_token"


def test_the_wrong_target_is_a_type_error() -> None:
    with opened() as engine:
        for wrong in (engine, None, 7, object()):
            with pytest.raises(TypeError):
                _sambung.chats_get(wrong, None, LIMIT, "x")
        with pytest.raises(TypeError):
            _sambung.chats_get(desk_of(engine), "no bridge", LIMIT, "x")
        with pytest.raises(TypeError):
            _sambung.chats_get(desk_of(engine), None)


def test_options_that_are_wrong_are_listed_at_once() -> None:
    with pytest.raises(errors.InvalidArgumentError) as raised:
        _sambung.open_engine(
            {"url": 7, "threads": 0, "settings": {"turns": {"flush_byte": 1}}, "providers": {"x": 7}, "colour": "red"}, LIMIT
        )
    paths = {one.path for one in raised.value.issues}
    assert paths == {"url", "threads", "settings.turns.flush_byte", "providers.x", "colour"}

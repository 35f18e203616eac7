"""What is raised: one class for each code, which keeps everything when it is pickled."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest
import sambung
from sambung import errors

KINDS = [kind for kind in errors.BY_CODE.values()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_pickles_with_every_attribute(kind: type[sambung.Error], protocol: int) -> None:
    error = kind(
        "what happened",
        status=503,
        retry_after=2.5,
        request_id="req-1",
        issues=[sambung.Issue(path="title", message="too long")],
    )
    error.add_note("and more")

    for again in (pickle.loads(pickle.dumps(error, protocol)), copy.deepcopy(error)):
        assert type(again) is kind
        assert vars(again) == vars(error)
        assert (again.args, str(again), repr(again)) == (error.args, str(error), repr(error))


def test_a_failed_turn_pickles_with_its_record() -> None:
    import datetime

    now = datetime.datetime(2026, 1, 31, tzinfo=datetime.timezone.utc)
    chat_id = typing.cast("sambung.ChatId", "01890a5d-ac96-774b-bcce-b302099a8057")
    message_id = typing.cast("sambung.MessageId", "01890a5d-ac96-774b-bcce-b302099a8058")
    record = sambung.Message(
        id=message_id, chat_id=chat_id, role="assistant", state="failed", created_at=now, updated_at=now
    )
    error = sambung.TurnFailedError("away", record=record, code="unavailable")

    again = pickle.loads(pickle.dumps(error))

    assert (again.record, again.code, again.message) == (record, "unavailable", "away")


def test_errors_are_caught_as_pythons_own() -> None:
    assert issubclass(sambung.InvalidArgumentError, ValueError)
    assert issubclass(sambung.NotFoundError, LookupError)
    assert issubclass(sambung.DeadlineExceededError, TimeoutError)


def test_every_code_has_a_class_and_a_name_in_its_literal() -> None:
    assert set(errors.BY_CODE) == set(typing.get_args(errors.ErrorCode))
    assert all(kind.code == code for code, kind in errors.BY_CODE.items())
    assert {kind.__name__ for kind in KINDS} <= set(errors.__all__) <= set(dir(sambung))


def test_a_message_lists_every_issue() -> None:
    error = sambung.InvalidArgumentError(
        "invalid", issues=[sambung.Issue(path="a", message="no"), sambung.Issue(path="", message="all of it")]
    )

    assert str(error) == "invalid (a: no; all of it)"


def test_a_secret_is_hidden() -> None:
    secret = sambung.Secret("sk-hidden")

    assert secret.reveal() == "sk-hidden"
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>20}", repr([secret])):
        assert "hidden" not in shown
    assert secret == sambung.Secret("sk-hidden") != sambung.Secret("sk-other")
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(secret)

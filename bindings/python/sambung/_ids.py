"""Verbs take a record or its id; what is called natively takes the id."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from ._types import Member, User, UserId

    MemberLike = typing.Union[Member, User, UserId]

I = typing.TypeVar("I", bound=str)
I_co = typing.TypeVar("I_co", bound=str, covariant=True)


class HasId(typing.Protocol[I_co]):
    """A record with an id of its own."""

    @property
    def id(self) -> I_co: ...


class HasUserId(typing.Protocol[I_co]):
    """A record about a user, such as a member."""

    @property
    def user_id(self) -> I_co: ...


@typing.overload
def id_of(of: HasId[I]) -> I: ...
@typing.overload
def id_of(of: I) -> I: ...
def id_of(of: HasId[I] | I) -> I:
    """The id of a record; an id stays what it is."""
    if isinstance(of, str):
        return of
    try:
        return of.id
    except AttributeError:
        raise _no_id(of) from None


def _no_id(of: object) -> Exception:
    from .errors import InvalidArgumentError

    return InvalidArgumentError(f"expected a record or its id, not {type(of).__name__}")


@typing.overload
def optional_id_of(of: HasId[I]) -> I: ...
@typing.overload
def optional_id_of(of: I) -> I: ...
@typing.overload
def optional_id_of(of: None) -> None: ...
def optional_id_of(of: HasId[I] | I | None) -> I | None:
    """As `id_of`; None stays None."""
    return None if of is None else id_of(of)


@typing.overload
def user_id_of(of: HasUserId[I]) -> I: ...
@typing.overload
def user_id_of(of: HasId[I]) -> I: ...
@typing.overload
def user_id_of(of: I) -> I: ...
def user_id_of(of: HasUserId[I] | HasId[I] | I) -> I:
    """The id of the user that a user, a member or an id is about."""
    if isinstance(of, str):
        return of
    user_id: I | None = getattr(of, "user_id", None)
    return user_id if user_id is not None else id_of(typing.cast("HasId[I]", of))


def revision_of(of: object, revision: int | None, what: str) -> int:
    """The revision that a change is made against: what is given, else the record's."""
    if revision is not None:
        return revision
    known: int | None = getattr(of, "revision", None)
    if known is None:
        from .errors import InvalidArgumentError

        raise InvalidArgumentError(f"with the id of a {what} alone, give revision= as well")
    return known


_UUID = frozenset("0123456789abcdefABCDEF")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id: then it is one, and no name."""
    groups = text.split("-")
    return [len(group) for group in groups] == [8, 4, 4, 4, 12] and all(_UUID.issuperset(group) for group in groups)

"""What calls raise: one class for each code of the engine's one table of errors.

Every error has the same attributes, and keeps them when it is pickled::

    try:
        desk.chats.get(chat_id)
    except sambung.NotFoundError as error:
        print(error.code, error.status, error.issues)
"""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._types import Issue, Message

__all__ = [
    "AlreadyExistsError",
    "AuthenticationError",
    "ConflictError",
    "DataLossError",
    "DeadlineExceededError",
    "Error",
    "ErrorCode",
    "InternalError",
    "InvalidArgumentError",
    "NotFoundError",
    "OperationCancelledError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "ProviderError",
    "QuotaExceededError",
    "RateLimitError",
    "TurnFailedError",
    "UnavailableError",
    "UnsupportedError",
]

ErrorCode = typing.Literal[
    "invalid_argument",
    "unauthenticated",
    "permission_denied",
    "not_found",
    "conflict",
    "already_exists",
    "rate_limited",
    "quota_exceeded",
    "payload_too_large",
    "unsupported",
    "provider_error",
    "unavailable",
    "deadline_exceeded",
    "cancelled",
    "data_loss",
    "internal",
]


class Error(Exception):
    """Why an operation did not succeed.

    Attributes:
        code: What kind of failure it is; each has a class of its own.
        message: In words; safe to show to any caller.
        status: The HTTP status that a vendor answered with, or None.
        retry_after: After how many seconds to come back, when a vendor or a limiter named a time.
        request_id: The vendor's id of the request, for its support desk.
        issues: Every fault found in the input, each with its path.
    """

    code: ErrorCode = "internal"
    message: str
    status: int | None
    retry_after: float | None
    request_id: str | None
    issues: tuple[Issue, ...]

    def __init__(
        self,
        message: str = "",
        *,
        code: ErrorCode | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        self.status = status
        self.retry_after = retry_after
        self.request_id = request_id
        self.issues = tuple(issues)

    def __str__(self) -> str:
        if not self.issues:
            return self.message
        faults = "; ".join(f"{one.path}: {one.message}" if one.path else one.message for one in self.issues)
        if faults in self.message:  # one fault is said already
            return self.message
        return f"{self.message} ({faults})" if self.message else faults

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={self.code!r})"

    def __reduce__(self) -> tuple[Callable[..., Error], tuple[object, ...], dict[str, object]]:
        return _again, (type(self), self.args), dict(self.__dict__)


def _again(kind: type[Error], args: tuple[object, ...]) -> Error:
    """An error as it was pickled; its attributes come behind."""
    made = kind.__new__(kind, *args)
    made.args = args
    return made


class InvalidArgumentError(Error, ValueError):
    """The input is wrong; ``issues`` says where, and lists every fault."""

    code: ErrorCode = "invalid_argument"


class AuthenticationError(Error):
    """Who is calling is not known."""

    code: ErrorCode = "unauthenticated"


class PermissionDeniedError(Error):
    """The caller is known, and not allowed."""

    code: ErrorCode = "permission_denied"


class NotFoundError(Error, LookupError):
    """Absent, or another tenant's: the two cannot be told apart."""

    code: ErrorCode = "not_found"


class ConflictError(Error):
    """A condition on the present state failed: a stale revision, a turn that runs already."""

    code: ErrorCode = "conflict"


class AlreadyExistsError(Error):
    """A row with that key or unique value is there."""

    code: ErrorCode = "already_exists"


class RateLimitError(Error):
    """Too many requests; ``retry_after`` may say when to come back."""

    code: ErrorCode = "rate_limited"


class QuotaExceededError(Error):
    """A budget is used up."""

    code: ErrorCode = "quota_exceeded"


class PayloadTooLargeError(Error):
    """Over a limit of size."""

    code: ErrorCode = "payload_too_large"


class UnsupportedError(Error):
    """Understood, but not offered here."""

    code: ErrorCode = "unsupported"


class ProviderError(Error):
    """The model vendor answered with something unusable."""

    code: ErrorCode = "provider_error"


class UnavailableError(Error):
    """A dependency or a bounded queue cannot take the call now; repeating it later may work."""

    code: ErrorCode = "unavailable"


class DeadlineExceededError(Error, TimeoutError):
    """A limit of time ran out."""

    code: ErrorCode = "deadline_exceeded"


class OperationCancelledError(Error):
    """Stopped on request."""

    code: ErrorCode = "cancelled"


class DataLossError(Error):
    """Stored data is damaged or missing."""

    code: ErrorCode = "data_loss"


class InternalError(Error):
    """A defect in Sambung."""

    code: ErrorCode = "internal"


class TurnFailedError(Error):
    """A turn ended failed or incomplete while its text was read.

    Attributes:
        record: The answer as it is stored, with the text that came before it ended.
    """

    record: Message

    def __init__(self, message: str, *, record: Message, code: ErrorCode = "internal") -> None:
        super().__init__(message, code=code)
        self.record = record


BY_CODE: typing.Final[dict[str, type[Error]]] = {
    kind.code: kind
    for kind in (
        InvalidArgumentError,
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        ConflictError,
        AlreadyExistsError,
        RateLimitError,
        QuotaExceededError,
        PayloadTooLargeError,
        UnsupportedError,
        ProviderError,
        UnavailableError,
        DeadlineExceededError,
        OperationCancelledError,
        DataLossError,
        InternalError,
    )
}
"""The class of each code."""

"""Secret: what may be read once and must not be printed by accident."""

from __future__ import annotations

import typing

__all__ = ["Secret"]


class Secret:
    """A key, a token or a password in clear.

    ``reveal()`` is the one way to its text: ``repr``, ``str``, ``format``, pickles and tracebacks do not show it.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac

        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __reduce__(self) -> typing.NoReturn:
        raise TypeError("a Secret does not pickle: store reveal() where secrets are kept")

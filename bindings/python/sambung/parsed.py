"""Answers in the form of a class."""

from __future__ import annotations

import json
import typing

from .errors import InvalidArgumentError, ProviderError
from .shapes import shape_of

if typing.TYPE_CHECKING:
    from ._types import Completion
    from .options import OutputSchema

__all__ = ["Parsed"]

O = typing.TypeVar("O")


class Parsed(typing.Generic[O]):
    """An answer, and what it says.

    Attributes:
        value: As the class that was asked for.
        completion: The answer itself.
    """

    __slots__ = ("completion", "value")
    __match_args__ = ("value", "completion")

    value: O
    completion: Completion

    def __init__(self, value: O, completion: Completion) -> None:
        self.value = value
        self.completion = completion

    def __repr__(self) -> str:
        return f"Parsed({self.value!r})"


def format_of(output: type[object]) -> OutputSchema:
    """The form of an answer that is to be of this class."""
    if not hasattr(output, "__name__"):
        raise InvalidArgumentError(f"output must be a class, not {output!r}")
    return {"name": output.__name__[:64], "schema": shape_of(output).schema}


def parsed(output: type[O], completion: Completion) -> Parsed[O]:
    """Reads an answer whose form the engine has checked."""
    text = "".join([part.text for part in completion.parts if part.type == "text"])
    try:
        value = shape_of(output).of(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise ProviderError(f"the model's answer is no {output.__name__}: {error}") from error
    return Parsed(typing.cast("O", value), completion)

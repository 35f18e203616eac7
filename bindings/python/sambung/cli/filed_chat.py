"""A chat as it stands in a file, whatever the format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Parts = list[dict[str, Any]]


@dataclass
class FiledMessage:
    role: str  # "user" or "assistant"
    parts: Parts
    model: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"role": self.role, "parts": self.parts, **({"model": self.model} if self.model else {})}


@dataclass
class FiledChat:
    title: str = ""
    model: str = ""
    system_prompt: str = ""
    messages: list[FiledMessage] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)  # what is not as it was in the file
    left_out: list[str] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Equal for what says the same: what is taken in again is known."""
        said = [self.title, self.system_prompt, [one.as_dict() for one in self.messages]]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:40]

    def first_line(self) -> str:
        """What its user began with, for a title."""
        text = next((text_of(one.parts) for one in self.messages if one.role == "user"), "")
        return " ".join(text.split())[:60]


class NotRecognised(ValueError):
    """The text is in none of the formats."""


def text_of(parts: Iterable[dict[str, Any]]) -> str:
    return "".join(part["text"] for part in parts if part["type"] == "text")

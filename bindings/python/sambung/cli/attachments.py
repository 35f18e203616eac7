"""What goes with a question: files, and what comes on standard input."""

from __future__ import annotations

import base64
import mimetypes
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import sambung

MAX_BYTES = 20 * 1_048_576


def attached(name: str) -> sambung.Part:
    """A picture, a text or a file; an https: address is of a picture."""
    import sambung

    if name.startswith(("https://", "http://")):
        return sambung.ImagePart(url=name)
    file = Path(name).expanduser()
    try:
        content = file.read_bytes()
    except OSError as wrong:
        raise click.BadParameter(f"{name}: {wrong.strerror}", param_hint="-a") from wrong
    if len(content) > MAX_BYTES:
        raise click.BadParameter(f"{name} has over {MAX_BYTES // 1_048_576} MiB", param_hint="-a")
    return _part(file, content)


def _part(file: Path, content: bytes) -> sambung.Part:
    import sambung

    kind = mimetypes.guess_type(file.name)[0] or _kind_by_content(content)
    if kind.startswith("image/"):
        return sambung.ImagePart(url=data_url(kind, content))
    text = _text(content)
    if text is not None and kind != "application/pdf":
        return sambung.TextPart(text=fenced(file.name, text))
    return sambung.FilePart(name=file.name, media_type=kind, url=data_url(kind, content))


def _kind_by_content(content: bytes) -> str:
    for start, kind in (
        (b"\x89PNG", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"%PDF", "application/pdf"),
    ):
        if content.startswith(start):
            return kind
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else "application/octet-stream"


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def fenced(name: str, text: str) -> str:
    """The text between fences that are longer than any in it."""
    longest = 3
    while "`" * longest in text:
        longest += 1
    fence = "`" * longest
    return f"{name}\n{fence}\n{text.rstrip()}\n{fence}"


def piped() -> str:
    """What standard input holds, unless a person types there."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read().decode("utf-8", errors="replace").strip()


def content_of(question: str, files: Sequence[str]) -> str | list[sambung.Part]:
    """What is sent: just the text where there are no files."""
    if not files:
        return question
    import sambung

    parts = [attached(name) for name in files]
    return [*parts, sambung.TextPart(text=question)] if question else parts

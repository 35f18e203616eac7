"""Records as HTML for notebooks. Everything that comes from a record is escaped."""

from __future__ import annotations

import html
import typing

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 100  # records
_CUT = 200  # characters of a cell


def html_of_records(records: Sequence[object], *, more: bool = False) -> str:
    """A table with a row for each record and a column for each field that one of them has."""
    if not records:
        return "<p><i>nothing</i></p>"
    shown = records[:_SHOWN]
    names = [
        name for name in _names_of(shown[0]) if any(getattr(one, name, None) not in (None, "", ()) for one in shown)
    ]
    head = "".join([f"<th>{html.escape(name)}</th>" for name in names])
    rows = "".join(["<tr>" + "".join([_cell(getattr(one, name, None)) for name in names]) + "</tr>" for one in shown])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    left = len(records) - len(shown)
    if left > 0:
        table += f"<p><i>and {left} more</i></p>"
    elif more:
        table += "<p><i>and more on the next page</i></p>"
    return table


def html_of_record(record: object) -> str:
    """A table with a row for each field."""
    role = getattr(record, "role", None)
    parts = getattr(record, "parts", None)
    if role is not None and isinstance(parts, tuple):
        return html_of_message(role, parts)
    rows = "".join(
        [
            f"<tr><th>{html.escape(name)}</th>{_cell(getattr(record, name))}</tr>"
            for name in _names_of(record)
            if getattr(record, name) is not None
        ]
    )
    return f"<table><caption>{html.escape(type(record).__name__)}</caption><tbody>{rows}</tbody></table>"


def html_of_message(role: str, parts: Sequence[typing.Any]) -> str:
    """A message as it was said."""
    said = "".join([_part(part) for part in parts])
    return f'<div class="sambung-message"><b>{html.escape(role)}</b>{said}</div>'


def html_of_text(text: str) -> str:
    """A text with its line breaks."""
    return f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'


def _part(part: typing.Any) -> str:
    kind = getattr(part, "type", "")
    if kind == "text":
        return html_of_text(part.text)
    if kind == "reasoning":
        return f"<details><summary>reasoning</summary>{html_of_text(part.text)}</details>"
    if kind == "tool_call":
        return f"<details><summary>{html.escape(part.name)}</summary>{html_of_text(part.arguments)}</details>"
    if kind == "tool_result":
        return f"<details><summary>result</summary>{html_of_text(part.text)}</details>"
    if kind == "error":
        return f"<p><i>{html.escape(part.message)}</i></p>"
    if kind == "image" and part.url.startswith("data:image/"):
        return f'<img src="{html.escape(part.url, quote=True)}" style="max-width: 100%">'
    return f"<p><i>{html.escape(kind)}</i></p>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, (bool, int, float)):
        return f'<td style="text-align: right">{html.escape(str(value))}</td>'
    text = str(value)
    if len(text) > _CUT:
        text = text[: _CUT - 1] + "…"
    return f"<td>{html.escape(text)}</td>"


def _names_of(record: object) -> Sequence[str]:
    names: Sequence[str] = getattr(record, "__match_args__", ())
    return names


class LiveOutput:
    """One output of a notebook, shown again as a text grows; on a terminal what is new of it."""

    def __init__(self) -> None:
        self._said = 0
        self._handle: typing.Any = None
        self._notebook = _notebook()

    def show(self, text: str) -> None:
        if self._notebook is None:
            print(text[self._said :], end="", flush=True)
            self._said = len(text)
            return
        shown = {"text/html": html_of_text(text), "text/plain": text}
        if self._handle is None:
            self._handle = self._notebook(shown, raw=True, display_id=True)
        else:
            self._handle.update(shown, raw=True)


def _notebook() -> typing.Any:
    """IPython's display, where there is a notebook."""
    try:
        from IPython import get_ipython  # type: ignore[import-not-found,unused-ignore]
        from IPython.display import display  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return None if get_ipython() is None else display

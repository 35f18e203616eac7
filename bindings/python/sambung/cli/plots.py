"""Bars of text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

MOST_COLUMNS = 100
MOST_ROWS = 60


def bars(rows: Sequence[tuple[str, float]], title: str, *, colours: bool, columns: int | None = None) -> str:
    """A bar for each row; of many rows the last ones."""
    import plotext  # type: ignore[import-untyped]

    shown = rows[-MOST_ROWS:]
    width = columns or min(MOST_COLUMNS, shutil.get_terminal_size((80, 24)).columns)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.simple_bar([name[:30] for name, _ in shown], [amount for _, amount in shown], width=width, title=title)
    drawn = plotext.build()
    return drawn if colours and sys.stdout.isatty() else str(plotext.uncolorize(drawn))


def meter(share: float, width: int = 24) -> str:
    """How full something is, from 0 to 1; over-full is full."""
    filled = round(min(max(share, 0.0), 1.0) * width)
    return "#" * filled + "-" * (width - filled)

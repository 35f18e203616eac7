"""The logger `sambung` on standard error: what a tool or a provider of one's own raised, what an operator should see."""

from __future__ import annotations

from typing import Literal


def tell_log(level: Literal["WARNING", "ERROR"]) -> None:
    """From this level on, until the command ends."""
    import logging

    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("sambung: %(message)s"))
    logging.getLogger("sambung").addHandler(handler)

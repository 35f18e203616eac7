"""The command `sambung`. Each command is a file of its name; nothing of it is imported before it is asked for."""

from __future__ import annotations


def main() -> None:
    """Runs the command and ends the process: 0 done, 1 failed, 2 misused or a wrong environment, 130 interrupted."""
    from sambung.cli.run import run

    raise SystemExit(run())

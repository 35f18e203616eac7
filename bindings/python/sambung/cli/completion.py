"""sambung completion: what makes the shell complete words."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the completion for SHELL. For bash: eval "$(sambung completion bash)" in ~/.bashrc."""
    from click.shell_completion import get_completion_class
    from sambung.cli.app import app

    made = get_completion_class(shell)
    assert made is not None  # click has one for each of SHELLS
    click.echo(made(app, {}, "sambung", "_SAMBUNG_COMPLETE").source())

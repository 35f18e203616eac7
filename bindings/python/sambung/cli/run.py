"""Runs the command and makes an exit code of whatever comes of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from sambung.cli.app import app

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def run(words: Sequence[str] | None = None) -> int:
    """Nothing that goes wrong gets past this."""
    try:
        code = app.main(args=None if words is None else list(words), prog_name="sambung", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.UsageError as wrong:
        wrong.show()
        return MISUSED
    except click.ClickException as wrong:
        complain(wrong.format_message())
        return wrong.exit_code
    except BrokenPipeError:  # whoever reads has enough: `sambung chats list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as wrong:  # a file or a folder that was named
        if wrong.filename is None:
            raise
        complain(f"{wrong.filename}: {wrong.strerror}")
        return FAILED
    except Exception as wrong:
        return _told(wrong)


def complain(text: str) -> None:
    print(f"sambung: {text}", file=sys.stderr)


def _told(wrong: Exception) -> int:
    import sambung

    if not isinstance(wrong, sambung.Error):
        raise wrong
    complain(explained(wrong))
    for issue in wrong.issues:
        print(f"  {issue.path}: {issue.message}" if issue.path else f"  {issue.message}", file=sys.stderr)
    return MISUSED if isinstance(wrong, sambung.InvalidArgumentError) else FAILED


def explained(wrong: Exception) -> str:
    """The message, and what helps where that is known."""
    import sambung

    text = str(getattr(wrong, "message", "") or wrong or type(wrong).__name__)
    if isinstance(wrong, sambung.RateLimitError) and wrong.retry_after:
        return f"{text} (try again in {wrong.retry_after:.0f} s)"
    if isinstance(wrong, sambung.AuthenticationError):
        return f"{text} (sambung keys set PROVIDER keeps a key; sambung doctor says what each provider answers)"
    return text

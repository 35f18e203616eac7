"""sambung import: chats from a file, whichever format it has, and a report of what became of each."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sambung.cli import chat_files
from sambung.cli.chat_choice import model_to_load
from sambung.cli.filed_chat import FiledChat, FiledMessage, NotRecognised
from sambung.cli.models_known import chosen_model
from sambung.cli.output import print_json, printable
from sambung.cli.progress import bar
from sambung.cli.run import FAILED, complain, explained
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung

# Of one call of append(), well below what it takes.
MOST_MESSAGES = 500
MOST_BYTES = 8 * 1_048_576


@dataclass
class Report:
    """Every chat that was found is in one of the counts."""

    taken: int = 0
    unchanged: int = 0
    failed: int = 0
    changed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def is_whole(self) -> bool:
        return not (self.failed or self.changed or self.left_out)

    def as_dict(self) -> dict[str, object]:
        return {
            "taken": self.taken,
            "unchanged": self.unchanged,
            "failed": self.failed,
            "changed": self.changed,
            "leftOut": self.left_out,
        }


@click.command("import")
@click.argument("path", type=click.Path(exists=True, allow_dash=True))
@click.option("-m", "--model", metavar="MODEL", help="what goes on with chats whose model is not there")
@click.option("--dry-run", is_flag=True, help="only say what would be taken")
@pass_session
@click.pass_context
def command(ctx: click.Context, session: Session, path: str, model: str | None, dry_run: bool) -> None:
    """Take in the chats of a file or a folder: JSONL of `export`, OpenAI messages, Markdown; recognised by itself.

    What was taken already is left as it is. Exits with 1 if something was changed or left out.
    """
    report = Report()
    files = list(_files(path))
    answering = model_to_load(session, model, None)
    with session.desk(model=answering) as desk, bar(session, "importing", len(files)) as shown:
        standard = "" if dry_run else chosen_model(desk, model)
        for number, file in enumerate(files, 1):
            for name, filed in _chats(file, report):
                _take(desk, filed, name, standard, report, dry_run=dry_run)
            shown.at(number, f"importing {Path(file).name[:30]}")
    _tell(session, report, dry_run=dry_run)
    ctx.exit(0 if report.is_whole() else FAILED)


def _files(path: str) -> Iterator[str]:
    if path == "-" or not Path(path).is_dir():
        yield path
        return
    for file in sorted(Path(path).rglob("*")):
        if file.suffix in (".jsonl", ".json", ".md", ".markdown") and file.is_file():
            yield str(file)


def _chats(file: str, report: Report) -> Iterator[tuple[str, FiledChat]]:
    """With a name to speak of each. What cannot be read ends this file, no other."""
    number = 0
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        for number, filed in enumerate(chat_files.read(text), 1):
            yield f"{file}, {printable(filed.title) or f'chat {number}'}", filed
    except (NotRecognised, UnicodeDecodeError, OSError) as wrong:
        report.failed += 1
        report.left_out.append(f"{file}, behind chat {number}: {wrong}" if number else f"{file}: {wrong}")


def _take(desk: sambung.Workspace, filed: FiledChat, name: str, model: str, report: Report, *, dry_run: bool) -> None:
    import sambung

    if not filed.messages:
        report.failed += 1
        report.left_out.append(f"{name}: it has no messages")
        return
    try:
        is_new = dry_run or _store(desk, filed, model)
    except sambung.Error as wrong:
        report.failed += 1
        issues = "".join(f"; {one.path}: {one.message}" for one in wrong.issues)
        report.left_out.append(f"{name}: {explained(wrong)}{issues}")
        return
    report.taken += is_new
    report.unchanged += not is_new
    report.changed += [f"{name}, {what}" for what in filed.changed]
    report.left_out += [f"{name}, {what}" for what in filed.left_out]


def _store(desk: sambung.Workspace, filed: FiledChat, model: str) -> bool:
    """Whether it was not there, or not all of it: what an interruption left out is added."""
    import sambung

    key = f"import:{filed.fingerprint()}"
    title = filed.title.encode()[:200].decode(errors="ignore")
    if title != filed.title:
        filed.changed.append("its title was cut to 200 bytes")
    options: dict[str, Any] = {"title": title, "system_prompt": filed.system_prompt, "external_id": key}
    try:
        chat = desk.chats.find_external(key)
        stored = sum(1 for _ in desk.chats.messages(chat))
    except sambung.NotFoundError:
        chat, stored = _created(desk, filed, model, options), 0
    if stored >= len(filed.messages):
        return False
    for some in portions(filed.messages[stored:]):
        desk.chats.append(chat, [{"role": one.role, "parts": [named(part) for part in one.parts]} for one in some])
    return True


def portions(messages: Sequence[FiledMessage]) -> Iterator[list[FiledMessage]]:
    """As many as are stored at once."""
    some: list[FiledMessage] = []
    size = 0
    for one in messages:
        more = len(json.dumps(one.parts))
        if some and (len(some) >= MOST_MESSAGES or size + more > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += more
    if some:
        yield some


def named(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a file as the library calls its members: "mediaType" is `media_type`."""
    return {re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in part.items()}


def _created(desk: sambung.Workspace, filed: FiledChat, model: str, options: dict[str, Any]) -> sambung.Chat:
    """Answered by what answered it, where that is still there."""
    import sambung

    if filed.model and filed.model != model:
        try:
            return desk.chats.create(model=filed.model, **options)
        except sambung.InvalidArgumentError as wrong:
            if [one.path for one in wrong.issues] not in ([], ["model"]):
                raise
            filed.changed.append(f"there is no {filed.model}: {model} goes on with it")
    return desk.chats.create(model=model, **options)


def _tell(session: Session, report: Report, *, dry_run: bool) -> None:
    if session.as_json:
        print_json(report.as_dict())
        return
    for what in report.changed:
        complain(f"changed: {printable(what)}")
    for what in report.left_out:
        complain(f"left out: {printable(what)}")
    click.echo(
        f"{'would take' if dry_run else 'taken'} {report.taken}, unchanged {report.unchanged}, failed {report.failed}"
    )

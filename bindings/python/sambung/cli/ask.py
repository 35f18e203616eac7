"""sambung ask: one question, answered on standard output."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sambung.cli import completing, run
from sambung.cli.answer import Answered, failure_of, read_turn, show, stop_running, text_of, used
from sambung.cli.attachments import content_of, piped
from sambung.cli.chat_choice import chosen_chat, demanded_last_chat, model_to_load, title_from
from sambung.cli.markdown import code_in
from sambung.cli.models_known import chosen_model
from sambung.cli.output import print_json
from sambung.cli.plugins import tools_named
from sambung.cli.screen import screen_for
from sambung.cli.session import Session, pass_session
from sambung.cli.template_use import Prompt, filled_in, pairs

if TYPE_CHECKING:
    import sambung


@dataclass(frozen=True)
class Question:
    """All that was said on the command line."""

    text: str
    model: str | None
    system: str | None
    template: str | None
    parameters: tuple[str, ...]
    files: tuple[str, ...]
    tools: tuple[str, ...]
    schema: str | None
    go_on: bool
    chat: str | None
    store: bool
    usage: bool
    extract: bool
    temperature: float | None
    max_tokens: int | None


@click.command("ask", context_settings={"ignore_unknown_options": False})
@click.argument("words", metavar="[QUESTION]...", nargs=-1)
@click.option(
    "-m",
    "--model",
    metavar="MODEL",
    shell_complete=completing.models,
    help="`provider/model`, or what is enough to know it by",
)
@click.option("-s", "--system", metavar="TEXT", help="what the model is told first")
@click.option("-t", "--template", metavar="NAME", shell_complete=completing.templates, help="a kept prompt")
@click.option("-p", "--parameter", "parameters", metavar="NAME=VALUE", multiple=True, help="a variable of it")
@click.option("-a", "--attach", "files", metavar="FILE", multiple=True, help="a picture, a text or another file")
@click.option(
    "-T",
    "--tool",
    "tools",
    metavar="TOOL",
    multiple=True,
    help="a function that the model may call: of a package, MODULE:NAME or FILE.py:NAME",
)
@click.option(
    "--schema",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="JSON Schema that the answer keeps to; it is not stored",
)
@click.option("-c", "--continue", "go_on", is_flag=True, help="in the chat that was used last")
@click.option("--chat", metavar="ID", shell_complete=completing.chats, help="in this chat")
@click.option("--no-store", is_flag=True, help="keep nothing of it but what it used")
@click.option("-u", "--usage", is_flag=True, help="tell tokens, cost and time, on standard error")
@click.option("-x", "--extract", is_flag=True, help="print the first block of code alone")
@click.option("--temperature", type=float, help="how freely the model chooses its words")
@click.option("--max-tokens", type=click.IntRange(min=1), help="the longest that the answer may be")
@pass_session
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    /,
    words: tuple[str, ...],
    no_store: bool,
    parameters: tuple[str, ...],
    **given: Any,
) -> None:
    """Ask one question. What standard input holds is added to it.

    The answer is kept in a new chat, or in one that is gone on with. Ctrl-C ends it, keeps what came and exits with
    130.
    """
    text = "\n\n".join(one for one in (" ".join(words), piped()) if one)
    asked = Question(text, parameters=parameters, store=not (no_store or given["schema"]), **given)
    _demand_sense(asked)
    tools = tools_named(asked.tools)
    model = model_to_load(session, asked.model, "last" if asked.go_on else asked.chat)
    with session.desk(model=model, tools=tools) as desk:
        prompt = _prompt(desk, asked)
        ctx.exit(_stored(session, desk, asked, prompt) if asked.store else _unstored(session, desk, asked, prompt))


def _demand_sense(asked: Question) -> None:
    if not asked.text and not asked.template and not asked.files:
        raise click.UsageError("there is nothing to ask")
    if asked.go_on and asked.chat:
        raise click.UsageError("-c and --chat exclude each other")
    if not asked.store and (asked.go_on or asked.chat):
        raise click.UsageError("an answer in a chat is stored: without --no-store and --schema")
    if asked.parameters and not asked.template:
        raise click.UsageError("-p is for -t")
    if not asked.store and asked.tools:
        raise click.UsageError("tools need an answer that is stored")


def _prompt(desk: sambung.Workspace, asked: Question) -> Prompt:
    made = (
        filled_in(desk, asked.template, pairs(asked.parameters), asked.text)
        if asked.template
        else Prompt(question=asked.text)
    )
    options = {**made.options}
    if asked.temperature is not None:
        options["temperature"] = asked.temperature
    if asked.max_tokens is not None:
        options["max_tokens"] = asked.max_tokens
    if asked.tools:
        options["tools"] = [one.rpartition(":")[2] for one in asked.tools]
    system = asked.system if asked.system is not None else made.system
    return replace(made, system=system, options=options, model=asked.model or made.model)


def _stored(session: Session, desk: sambung.Workspace, asked: Question, prompt: Prompt) -> int:
    chat, is_new = _chat(desk, asked, prompt)
    options = dict(prompt.options)
    if prompt.model and not is_new:
        options["model"] = chosen_model(desk, prompt.model)
    if prompt.before:
        desk.chats.append(chat, list(prompt.before))
    try:
        turn = desk.chats.send(chat, content_of(prompt.question, asked.files), **options)
    except KeyboardInterrupt:
        stop_running(desk, chat)
        raise
    screen = screen_for(session, silent=asked.extract)
    return _told(session, asked, read_turn(desk, turn, screen))


def _chat(desk: sambung.Workspace, asked: Question, prompt: Prompt) -> tuple[sambung.Chat, bool]:
    """The chat to ask in, and whether it was made for this."""
    if asked.go_on or asked.chat:
        chat = chosen_chat(desk, asked.chat) if asked.chat else demanded_last_chat(desk)
        if prompt.system and prompt.system != chat.system_prompt:
            chat = desk.chats.update(chat, system_prompt=prompt.system)
        return chat, False
    title = title_from(prompt.question) or title_from(" ".join(asked.files))
    model = chosen_model(desk, prompt.model)
    return desk.chats.create(title, model=model, system_prompt=prompt.system), True


def _told(session: Session, asked: Question, answered: Answered) -> int:
    message = answered.message
    if session.as_json:
        print_json(message)
    elif asked.extract:
        _print_code(text_of(message.parts))
    if asked.usage:
        click.echo(used(message.usage, message.cost_microusd, answered.seconds), err=True)
    if answered.interrupted:
        return run.INTERRUPTED
    if failed := failure_of(answered):
        run.complain(failed)
        return run.FAILED
    return run.DONE


def _print_code(text: str) -> None:
    found = code_in(text)
    if found is None and text:
        click.echo("sambung: there is no block of code in the answer: this is all of it", err=True)
    click.echo(text if found is None else found)


def _unstored(session: Session, desk: sambung.Workspace, asked: Question, prompt: Prompt) -> int:
    model = chosen_model(desk, prompt.model)
    messages: list[Any] = [{"role": "system", "content": prompt.system}] if prompt.system else []
    messages += [*prompt.before, _user_message(content_of(prompt.question, asked.files))]
    options = dict(prompt.options)
    if asked.schema:
        options["format"] = {"name": "answer", "schema": _schema(asked.schema)}
    return _streamed(session, desk, asked, desk.completions.stream(model, messages, **options))


def _user_message(content: str | list[sambung.Part]) -> Any:
    return {"role": "user", "content": content} if isinstance(content, str) else {"role": "user", "parts": content}


def _schema(name: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(name).read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise click.BadParameter(f"{name} is no JSON: {wrong}", param_hint="--schema") from wrong
    if not isinstance(found, dict):
        raise click.BadParameter(f"{name} is no JSON object", param_hint="--schema")
    return found


def _streamed(session: Session, desk: sambung.Workspace, asked: Question, stream: sambung.CompletionStream) -> int:
    import sambung

    screen = screen_for(session, silent=asked.extract)
    began = time.monotonic()
    said: list[str] = []
    usage: sambung.TokenUsage | None = None
    try:
        try:
            for event in stream:
                if isinstance(event, sambung.TextDelta):
                    said.append(event.text)
                if isinstance(event, sambung.UsageReport):
                    usage = event.usage
                elif isinstance(event, (sambung.TextDelta, sambung.ReasoningDelta)):
                    show(event, screen)
        finally:
            screen.close()
            stream.close()
    except KeyboardInterrupt:
        return run.INTERRUPTED
    text = "".join(said)
    if session.as_json:
        print_json({"text": text, "usage": usage})
    elif asked.extract:
        _print_code(text)
    if asked.usage:
        click.echo(used(usage, None, time.monotonic() - began), err=True)
    if asked.schema and not _is_json(text):
        run.complain("the answer is no JSON")
        return run.FAILED
    sys.stdout.flush()
    return run.DONE


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True

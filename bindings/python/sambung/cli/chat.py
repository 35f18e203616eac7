"""sambung chat: a conversation. Ctrl-C stops an answer and keeps it; what is typed as /word is for the command."""

from __future__ import annotations

import sys

import click
from sambung.cli import completing
from sambung.cli.chat_choice import model_to_load
from sambung.cli.conversation import Conversation, Leave
from sambung.cli.line_editor import LineEditor
from sambung.cli.models_known import chosen_model
from sambung.cli.plugins import tools_named
from sambung.cli.run import complain, explained
from sambung.cli.session import Session, is_interactive, pass_session
from sambung.cli.slash import NAMES, obey


@click.command("chat")
@click.option("-m", "--model", metavar="MODEL", shell_complete=completing.models, help="as for ask")
@click.option("-s", "--system", metavar="TEXT", help="what the model is told first")
@click.option(
    "-c",
    "--continue",
    "go_on",
    is_flag=True,
    help="go on with the chat that was used last, also with its answer if that still runs",
)
@click.option("--chat", "chat_name", metavar="ID", shell_complete=completing.chats, help="go on with this chat")
@click.option("-T", "--tool", "tools", metavar="TOOL", multiple=True, help="a function that the model may call")
@click.option("-u", "--usage", is_flag=True, help="tell tokens, cost and time of each answer")
@pass_session
def command(
    session: Session,
    model: str | None,
    system: str | None,
    go_on: bool,
    chat_name: str | None,
    tools: tuple[str, ...],
    usage: bool,
) -> None:
    """Hold a conversation. The first Ctrl-C stops the answer and keeps it; twice, or Ctrl-D, leaves."""
    if go_on and chat_name:
        raise click.UsageError("-c and --chat exclude each other")
    loaded = tools_named(tools)
    to_load = model_to_load(session, model, "last" if go_on else chat_name)
    with session.desk(model=to_load, tools=loaded) as desk:
        talk = Conversation(session, desk, chosen_model(desk, model), system or "", tells_usage=usage)
        if go_on or chat_name:
            talk.go_on_with(chat_name or "last", model_given=model is not None, system_given=system is not None)
        session.hint(f"{talk.title()} with {talk.model}. /help says more, Ctrl-D leaves.")
        _converse(talk)


def _converse(talk: Conversation) -> None:
    """Until whoever types has enough."""
    editor = LineEditor(NAMES, talk.offered_models)
    try:
        if talk.chat is not None:
            talk.follow_running()
        while True:
            line = editor.read()
            if line is None:
                return
            if line.strip():
                editor.forget_interruption()
                if _take(talk, line):
                    editor.note_interruption()
    except Leave:
        return
    finally:
        editor.close()
        talk.say_goodbye()


def _take(talk: Conversation, line: str) -> bool:
    """Obeys or sends one entry. Whether its answer was interrupted. What goes wrong ends an interactive talk no more
    than a misspelt word does."""
    import sambung

    try:
        return obey(talk, line) if line.startswith("/") else talk.send(line)
    except (KeyboardInterrupt, click.Abort):  # not while an answer is read: while something was sent, or looked for
        talk.stop_running()
        return True
    except sambung.Error as wrong:
        complain(explained(wrong))
        for issue in wrong.issues:
            print(f"  {issue.path}: {issue.message}", file=sys.stderr)
        if not is_interactive():
            raise
    except click.ClickException as wrong:
        complain(wrong.format_message())
        if not is_interactive():
            raise
    return False

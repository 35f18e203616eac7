"""The table of commands, the options that all of them have, and what a word means that is no command."""

from __future__ import annotations

import difflib
import importlib
from typing import NamedTuple

import click
from sambung.cli.session import Session


class Entry(NamedTuple):
    module: str
    group: str
    summary: str


TALK, LOOK, KEEP, OPERATE = "Talk", "Look", "Keep", "Operate"

# Told here and not by the commands, so that help imports none of them.
COMMANDS = {
    "ask": Entry("ask", TALK, 'ask one question; `sambung "..."` is the same'),
    "chat": Entry("chat", TALK, "hold a conversation"),
    "chats": Entry("chats", LOOK, "list, show, rename and remove chats"),
    "search": Entry("search", LOOK, "find what was said"),
    "models": Entry("models", LOOK, "list models, choose the default one"),
    "usage": Entry("usage", LOOK, "what was used, by day, model, user or key"),
    "quotas": Entry("quotas", LOOK, "what may be used, and how much of it is"),
    "templates": Entry("templates", KEEP, "prompts that are kept, with variables and versions"),
    "keys": Entry("keys", KEEP, "keys to model vendors, in the vault"),
    "import": Entry("import_chats", KEEP, "take in chats from a file"),
    "export": Entry("export_chats", KEEP, "write chats as JSONL, Markdown or OpenAI messages"),
    "backup": Entry("backup", KEEP, "save the database in one file"),
    "restore": Entry("restore", KEEP, "fill an empty database from such a file"),
    "copy": Entry("copy", KEEP, "copy a database into another, compare every row"),
    "serve": Entry("serve", OPERATE, "serve over HTTP"),
    "tenants": Entry("tenants", OPERATE, "list, create, rename, suspend, resume and erase tenants"),
    "users": Entry("users", OPERATE, "list, create, suspend, resume and erase users"),
    "tokens": Entry("tokens", OPERATE, "bearer tokens for the server"),
    "create-owner": Entry("create_owner", OPERATE, "make an owner who signs in with a password"),
    "migrate": Entry("migrate", OPERATE, "bring the database to this version"),
    "rewrap-keys": Entry("rewrap_keys", OPERATE, "seal every provider key anew under the newest secret"),
    "doctor": Entry("doctor", OPERATE, "what is wrong here, and how to mend it"),
    "completion": Entry("completion", OPERATE, "print what makes the shell complete words"),
}

# Taken wherever they stand, in front of a command or behind it: what takes a value, what does not.
WITH_VALUE = frozenset({"--db", "--tenant", "--user"})
WITHOUT_VALUE = frozenset({"--json", "-q", "--quiet", "--no-color"})


def arranged(words: list[str]) -> list[str]:
    """The global options first, then the command: `ask` where none is named."""
    taken, rest = _hoisted(words)
    if not rest:
        return taken
    first = rest[0]
    if first in COMMANDS or first in ("--help", "-h", "--version"):
        return taken + rest
    if not first.startswith("-"):
        _refuse_misspelt(first, rest)
    return [*taken, "ask", *rest]


def _hoisted(words: list[str]) -> tuple[list[str], list[str]]:
    taken: list[str] = []
    rest: list[str] = []
    ahead = iter(words)
    for word in ahead:
        if word == "--":
            return taken, [*rest, word, *ahead]
        if word in WITHOUT_VALUE or word.partition("=")[0] in WITH_VALUE:
            taken.append(word)
            if word in WITH_VALUE:
                taken.extend(value for value in [next(ahead, None)] if value is not None)
        else:
            rest.append(word)
    return taken, rest


def _refuse_misspelt(word: str, rest: list[str]) -> None:
    """A command with a slip of the finger is not sent to a model, which may cost money."""
    if " " in word:
        return
    near = difflib.get_close_matches(word.lower(), COMMANDS, n=1, cutoff=0.75)
    if near:
        asked = " ".join(rest)
        raise click.UsageError(
            f"there is no command {word}. Did you mean `sambung {near[0]}`? To ask it: sambung ask {asked}"
        )


class Commands(click.Group):
    """Commands that are imported when they are used."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if ctx.resilient_parsing else arranged(args))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(f"sambung.cli.{entry.module}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group in (TALK, LOOK, KEEP, OPERATE):
            with formatter.section(group):
                formatter.write_dl([(name, one.summary) for name, one in COMMANDS.items() if one.group == group])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=one.summary) for name, one in COMMANDS.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import sambung

        click.echo(f"sambung {sambung.__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='`sambung COMMAND --help` says what a command takes. `sambung "..."` asks.',
)
@click.option(
    "--db",
    "url",
    metavar="URL",
    envvar="SAMBUNG_DATABASE_URL",
    help="the database: sqlite:PATH or postgresql://...; in your data folder by default",
)
@click.option("--tenant", metavar="NAME", envvar="SAMBUNG_TENANT", help="by name or id; `local` by default")
@click.option("--user", metavar="EMAIL", envvar="SAMBUNG_USER", help="by address or id; you by default")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line, on standard output")
@click.option("-q", "--quiet", is_flag=True, help="no progress and no hints")
@click.option("--no-color", is_flag=True, help="no colours; also NO_COLOR")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="its version")
@click.pass_context
def app(
    ctx: click.Context,
    url: str | None,
    tenant: str | None,
    user: str | None,
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """AI chat that is durable, searchable and yours."""
    ctx.obj = Session(url, tenant, user, as_json=as_json, quiet=quiet, no_color=no_color)

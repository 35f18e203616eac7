"""Every command but those that talk, on a database of its own."""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sambung.cli.app import COMMANDS
from terminal import Terminal, command, environment_of, ran, with_slow_model

MODEL = ("-m", "slow/model")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with_slow_model(tmp_path)
    yield tmp_path


def lines(home: Path, *words: str, **more: str) -> list[dict[str, Any]]:
    done = ran(home, *words, "--json", **more)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def succeeded(home: Path, *words: str, given: str = "", **more: str) -> str:
    done = ran(home, *words, given=given, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


# All of them -------------------------------------------------------------------------------------------------------


def processor_time(words: list[str]) -> float:
    """Of the fastest of five runs, in seconds: what else the machine does is not in it."""
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_help_is_quick() -> None:
    assert processor_time(command("--help")) < 0.150


def test_help_imports_no_command() -> None:
    program = (
        "import sys; from sambung.cli.run import run; code = run(['--help'])\n"
        "print([one for one in sys.modules if one.startswith(('rich', 'plotext', 'sambung.cli.ask', 'asyncio'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_the_default_database_is_its_owner_s_alone(home: Path) -> None:
    succeeded(home, "chats", "list")

    folder = home / ".local" / "share" / "sambung"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "sambung.db").exists()


def test_a_wrong_environment_is_told_whole(home: Path) -> None:
    done = ran(home, "chats", "list", SAMBUNG_DATABASE_URL="mysql://x")

    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_colours_are_for_terminals_and_can_be_refused(home: Path) -> None:
    ran(home, "ask", "x", *MODEL)
    assert "\x1b" not in ran(home, "chats", "list").stdout
    for more, words in (({"NO_COLOR": "1"}, ()), ({}, ("--no-color",))):
        with Terminal(command("chats", "list", *words), environment_of(home, **more)) as terminal:
            assert terminal.wait() == 0
        assert b"\x1b[3" not in terminal._raw
        assert "slow/model" in terminal.shown


def test_whoever_has_enough_ends_it_silently(home: Path) -> None:
    ran(home, "ask", "x", *MODEL)
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m sambung.cli chats list --all | true"],
        text=True,
        capture_output=True,
        env=environment_of(home),
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_another_tenant_and_user_must_be_there(home: Path) -> None:
    missing = ran(home, "--tenant", "acme", "--user", "ada@example.com", "chats", "list")
    assert missing.returncode == 1
    assert "tenants create" in missing.stderr

    succeeded(home, "tenants", "create", "acme")
    succeeded(home, "--tenant", "acme", "users", "create", "ada@example.com")
    succeeded(home, "ask", "mine", *MODEL, "--tenant", "acme", "--user", "ada@example.com")
    assert [one["title"] for one in lines(home, "chats", "list", "--tenant", "acme", "--user", "ada@example.com")] == [
        "mine"
    ]
    assert lines(home, "chats", "list") == []


def test_completion_knows_commands_models_and_chats(home: Path) -> None:
    assert "_SAMBUNG_COMPLETE" in succeeded(home, "completion", "bash")
    ran(home, "ask", "x", *MODEL)

    def offered(*words: str) -> str:
        typed = " ".join(("sambung", *words))
        return ran(home, _SAMBUNG_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=str(len(words))).stdout

    assert "plain,chats" in offered("ch")
    assert "demo/demo" in offered("ask", "-m", "demo")
    assert lines(home, "chats", "list")[0]["id"] in offered("chats", "show", lines(home, "chats", "list")[0]["id"][:4])


# Chats -------------------------------------------------------------------------------------------------------------


def test_chats_are_listed_shown_renamed_and_removed(home: Path) -> None:
    ran(home, "ask", "First question", *MODEL)
    ran(home, "ask", "Second question", *MODEL)
    first = lines(home, "chats", "list")[1]["id"]

    assert [one["title"] for one in lines(home, "chats", "list", "First")] == ["First question"]
    assert "## User" in succeeded(home, "chats", "show", first[-8:])
    succeeded(home, "chats", "rename", first[-8:], "Renamed")
    assert [one["title"] for one in lines(home, "chats", "list")] == ["Second question", "Renamed"]
    refused = ran(home, "chats", "remove", first)
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    succeeded(home, "chats", "remove", first, "--yes")
    assert [one["title"] for one in lines(home, "chats", "list")] == ["Second question"]
    assert ran(home, "chats", "show", first).returncode == 1


def test_what_was_said_is_found_with_its_words_marked(home: Path) -> None:
    ran(home, "ask", "How are durians eaten?", *MODEL)

    assert "*durians*" in succeeded(home, "search", "durians", "--kind", "message")
    assert lines(home, "search", "durians", "--since", "1h")
    assert not lines(home, "search", "rambutans")
    assert ran(home, "search", "x", "--since", "yesterday").returncode == 2


def test_models_have_a_default_one(home: Path) -> None:
    assert "demo/demo" in [one["id"] for one in lines(home, "models")]
    succeeded(home, "models", "default", "demo/demo")
    assert succeeded(home, "models", "default") == "demo/demo\n"
    ran(home, "ask", "x")
    assert lines(home, "chats", "list")[0]["model"] == "demo/demo"


def test_usage_is_counted_and_drawn(home: Path) -> None:
    ran(home, "ask", "x", *MODEL)

    for by in ("day", "model", "user", "key"):
        assert lines(home, "usage", "--by", by)[0]["requests"] == 1
    with Terminal(command("usage", "--by", "model", "--plot"), environment_of(home)) as terminal:
        assert terminal.wait() == 0
    assert "slow/model" in terminal.shown
    assert "▇" in terminal.shown


def test_quotas_are_set_shown_and_met(home: Path) -> None:
    succeeded(home, "quotas", "set", "1", "--per", "day")
    with Terminal(command("quotas"), environment_of(home)) as terminal:
        assert terminal.wait() == 0
    assert "1 tokens" in terminal.shown
    ran(home, "ask", "a long question that takes more than one token", *MODEL)
    again = ran(home, "ask", "x", *MODEL)
    assert (again.returncode, again.stdout) == (1, "")
    succeeded(home, "quotas", "remove", "--per", "day")
    assert ran(home, "ask", "x", *MODEL).returncode == 0


# What is kept ------------------------------------------------------------------------------------------------------


def test_templates_have_versions_and_are_asked_with(home: Path) -> None:
    succeeded(home, "templates", "set", "Summary", "--command", "sum", given="Sum up {{text}}\n")
    succeeded(home, "templates", "set", "Summary", "--note", "shorter", given="Sum up briefly {{text}} for {{who}}\n")

    assert [one["number"] for one in lines(home, "templates", "versions", "sum")] == [2, 1]
    assert (
        succeeded(home, "templates", "show", "sum", "-p", "text=it", "-p", "who=Ada") == "Sum up briefly it for Ada\n"
    )
    ran(home, "ask", "-t", "sum", "-p", "text=it", "-p", "who=Ada", *MODEL)
    said = lines(home, "chats", "show", "last")[1]
    assert said["parts"][0]["text"] == "Sum up briefly it for Ada"
    missing = ran(home, "ask", "-t", "sum", "-p", "text=it", *MODEL)
    assert missing.returncode == 2
    assert "who" in missing.stderr
    succeeded(home, "templates", "remove", "sum", "--yes")
    assert lines(home, "templates", "list") == []


def test_no_key_is_ever_printed(home: Path) -> None:
    environment = {"OPENAI_API_KEY": "sk-of-the-operator-123"}
    key, other = "sk-hidden-0123456789", "sk-other-9876543210"

    told = [
        ran(home, "keys", "set", "openai", given=f"{key}\n", **environment),
        ran(home, "keys", "list", **environment),
        ran(home, "keys", "list", "--json", **environment),
        ran(home, "keys", "rotate", "openai", given=f"{other}\n", **environment),
        ran(home, "keys", "disable", "openai", **environment),
        ran(home, "keys", "list", "--json", **environment),
        ran(home, "doctor", "--offline", **environment),
    ]

    assert [one.returncode for one in told[:-1]] == [0] * 6, [one.stderr for one in told]
    assert json.loads(told[2].stdout)["lastFour"] == "6789"
    assert json.loads(told[5].stdout)["state"] == "disabled"
    everything = "".join(one.stdout + one.stderr for one in told)
    assert "sk-" not in everything
    succeeded(home, "keys", "remove", "openai", "--yes", **environment)
    assert ran(home, "keys", "set", "openai", given="", **environment).returncode == 2


@pytest.mark.parametrize("form", ["jsonl", "openai", "markdown"])
def test_chats_go_out_and_come_in_again(home: Path, form: str) -> None:
    ran(home, "ask", "one", *MODEL)
    ran(home, "ask", "-c", "two", *MODEL)
    file = home / f"out.{'md' if form == 'markdown' else 'jsonl'}"
    succeeded(home, "export", "--all", "-f", form, "-o", str(file))
    elsewhere = {"SAMBUNG_DATABASE_URL": f"sqlite:{home}/other.db"}

    first = ran(home, "import", str(file), *MODEL, **elsewhere)
    again = ran(home, "import", str(file), *MODEL, **elsewhere)

    assert (first.returncode, first.stdout) == (0, "taken 1, unchanged 0, failed 0\n"), first.stderr
    assert (again.returncode, again.stdout) == (0, "taken 0, unchanged 1, failed 0\n"), again.stderr
    there = lines(home, "chats", "show", "last", **elsewhere)
    here = lines(home, "chats", "show", "last")
    assert [[one["role"], one["parts"]] for one in there[1:]] == [[one["role"], one["parts"]] for one in here[1:]]
    assert lines(home, "search", "two", **elsewhere)
    assert ran(home, "ask", "-c", "three", *MODEL, **elsewhere).returncode == 0


def test_what_an_import_leaves_out_is_told(home: Path) -> None:
    file = home / "in.jsonl"
    file.write_text('{"messages": [{"role": "user", "content": "x"}, {"role": "critic", "content": "y"}]}\nno json\n')

    done = ran(home, "import", str(file), *MODEL)

    assert (done.returncode, done.stdout) == (1, "taken 1, unchanged 0, failed 1\n")
    assert "critic" in done.stderr
    assert "line 2" in done.stderr


def test_a_backup_is_restored_elsewhere(home: Path) -> None:
    ran(home, "ask", "one", *MODEL)
    file = home / "backup.db"

    told = succeeded(home, "backup", str(file))
    assert "messages\t2" in told
    assert ran(home, "backup", str(file)).returncode == 1
    elsewhere = {"SAMBUNG_DATABASE_URL": f"sqlite:{home}/other.db"}
    succeeded(home, "restore", str(file), **elsewhere)
    assert [one["title"] for one in lines(home, "chats", "list", **elsewhere)] == ["one"]
    succeeded(home, "copy", "--to", f"sqlite:{home}/third.db")
    assert ran(home, "copy", "--to", f"sqlite:{home}/third.db").returncode == 1


# The operator's ----------------------------------------------------------------------------------------------------


def test_tenants_and_users_are_managed(home: Path) -> None:
    succeeded(home, "tenants", "create", "acme")
    succeeded(home, "tenants", "rename", "acme", "ACME")
    succeeded(home, "--tenant", "ACME", "users", "create", "ada@example.com", "--role", "owner")
    succeeded(home, "users", "password", "ada@example.com", given="correct horse battery staple\n")
    succeeded(home, "users", "suspend", "ada@example.com")
    assert [one["state"] for one in lines(home, "users", "list")] == ["suspended"]
    succeeded(home, "users", "resume", "ada@example.com")
    succeeded(home, "tenants", "suspend", "ACME")
    assert lines(home, "tenants", "list")[0]["state"] == "suspended"
    assert ran(home, "tenants", "erase", "ACME").returncode == 2
    succeeded(home, "tenants", "erase", "ACME", "--yes")
    assert lines(home, "tenants", "list") == []


def test_an_owner_is_made_once_and_gets_a_new_password(home: Path) -> None:
    for password in ("correct horse battery staple", "another horse battery staple"):
        told = succeeded(home, "create-owner", "ada@example.com", given=f"{password}\n")
        assert told == "owner ada@example.com\n"
    assert len(lines(home, "users", "list")) == 1
    assert ran(home, "create-owner", "ada@example.com").returncode == 2


def test_the_database_is_migrated_and_its_keys_are_sealed(home: Path) -> None:
    succeeded(home, "migrate")
    assert succeeded(home, "rewrap-keys").startswith("0 keys")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_it_serves_and_says_who_has_the_database(home: Path) -> None:
    ran(home, "ask", "before", *MODEL)
    port = free_port()
    server = subprocess.Popen(
        command("serve", "--port", str(port)),
        stdout=subprocess.PIPE,
        text=True,
        env=environment_of(home, PYTHONUNBUFFERED="1"),
    )
    try:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        token = server.stdout.readline().split()[1]
        server.stdout.readline()
        assert "curl" in server.stdout.readline()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/models", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert "demo/demo" in answer.read().decode()

        writing = ran(home, "ask", "x", *MODEL)
        assert (writing.returncode, writing.stdout) == (1, "")
        assert str(server.pid) in writing.stderr
        assert [one["title"] for one in lines(home, "chats", "list")] == ["before"]
        assert lines(home, "search", "before")
        assert any(
            str(server.pid) in one["says"]
            for one in map(json.loads, ran(home, "doctor", "--offline", "--json").stdout.splitlines())
        )
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(30)
        if server.stdout is not None:
            server.stdout.close()
    assert code == 0
    assert ran(home, "ask", "after", *MODEL).returncode == 0


def test_tokens_are_made_listed_and_revoked(home: Path) -> None:
    token = succeeded(home, "tokens", "create", "laptop", "--expires", "30d").strip()

    assert token.startswith("smb_")
    assert [one["name"] for one in lines(home, "tokens", "list")] == ["laptop"]
    assert token not in succeeded(home, "tokens", "list", "--json")
    succeeded(home, "tokens", "revoke", "laptop", "--yes")
    assert lines(home, "tokens", "list") == []


def test_doctor_finds_what_is_wrong(home: Path) -> None:
    ran(home, "ask", "x", *MODEL)
    well = [json.loads(line) for line in ran(home, "doctor", "--json").stdout.splitlines()]
    assert {
        "package",
        "interpreter",
        "libraries",
        "CA file",
        "variables",
        "database",
        "lock",
        "space",
        "disk",
        "engine",
        "clock",
        "terminal",
        "provider demo",
    } <= {one["what"] for one in well}
    assert all(one["state"] != "failed" for one in well), well


# Each plants one fault in a home with a database, and gives the environment and the URL that show it.
Plant = Callable[[Path], dict[str, str]]


def _database_of(home: Path) -> Path:
    return home / ".local" / "share" / "sambung" / "sambung.db"


def _at(address: str) -> Plant:
    return lambda home: {"SAMBUNG_DATABASE_URL": address.format(home=home)}


def _with(**variables: str) -> Plant:
    return lambda home: variables


def _damaged(home: Path) -> dict[str, str]:
    file = _database_of(home)
    content = bytearray(file.read_bytes())
    content[4_096:8_192] = b"\xff" * 4_096
    file.write_bytes(content)
    return {}


def _newer(home: Path) -> dict[str, str]:
    with contextlib.closing(sqlite3.connect(_database_of(home))) as writer, writer:
        writer.execute("UPDATE sambung_schema SET version = version + 1000")
    return {}


def _readable_secret(home: Path) -> dict[str, str]:
    secret = Path(f"{_database_of(home)}.secret")
    secret.touch()
    secret.chmod(0o644)
    return {}


def _nobody_answers(home: Path) -> dict[str, str]:
    return {"OLLAMA_HOST": f"http://127.0.0.1:{free_port()}"}


@pytest.mark.parametrize(
    ("plant", "what", "state", "remedy"),
    [
        pytest.param(_at("sqlite:{home}/nowhere/a.db"), "database", "failed", "mkdir -p", id="no folder"),
        pytest.param(_at("sqlite:/proc/a.db"), "disk", "failed", "mend its rights", id="nothing can be written"),
        pytest.param(_at("mysql://h/d"), "engine", "failed", "sqlite:PATH", id="a URL of another kind"),
        pytest.param(_at("postgresql://127.0.0.1:1/d"), "engine", "failed", "database runs", id="no PostgreSQL"),
        pytest.param(_with(XDG_DATA_HOME="/dev/null"), "database", "failed", "--db", id="no place for a database"),
        pytest.param(_damaged, "database", "failed", "sambung restore", id="a damaged database"),
        pytest.param(_newer, "engine", "failed", "version of sambung", id="a database of a later version"),
        pytest.param(_readable_secret, "secret file", "failed", "chmod 600", id="a secret that others may read"),
        pytest.param(_with(SSL_CERT_FILE="/nowhere.pem"), "CA file", "failed", "SSL_CERT_FILE", id="no CA file"),
        pytest.param(_with(SAMBUNG_PROT="1"), "variables", "warning", "SAMBUNG_PORT", id="a misspelt variable"),
        pytest.param(_nobody_answers, "provider ollama", "failed", "ollama runs", id="a provider that is away"),
    ],
)
def test_doctor_finds_what_was_planted(home: Path, plant: Plant, what: str, state: str, remedy: str) -> None:
    ran(home, "ask", "x", *MODEL)
    planted = plant(home)

    done = ran(home, "doctor", "--json", **planted)

    found = [json.loads(line) for line in done.stdout.splitlines()]
    shown = [one for one in found if one["what"] == what and one["state"] == state]
    assert shown, found
    assert remedy in shown[0]["remedy"]
    assert done.returncode == (1 if any(one["state"] == "failed" for one in found) else 0), done.stderr
    assert "Traceback" not in done.stderr


class _Vendor(BaseHTTPRequestHandler):
    """Knows nobody's key."""

    def do_GET(self) -> None:
        body = b'{"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_doctor_finds_a_wrong_key(home: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Vendor) as vendor:
        serving = threading.Thread(target=vendor.serve_forever)
        serving.start()
        address = f"http://127.0.0.1:{vendor.server_port}/v1"
        done = ran(home, "doctor", OPENAI_API_KEY="sk-" + "x" * 40, OPENAI_BASE_URL=address)
        vendor.shutdown()
        serving.join()

    (row,) = [line.split("\t") for line in done.stdout.splitlines() if line.split("\t")[1] == "provider openai"]
    assert (row[0], "sambung keys set openai" in row[3]) == ("FAIL", True)
    assert done.returncode == 1


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_tells_its_use_without_a_terminal_and_without_colours(home: Path, name: str) -> None:
    done = ran(home, name, "--help", NO_COLOR="1")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: sambung {name}")
    assert "\x1b" not in done.stdout
    assert ran(home, name, "--no-such-option").returncode == 2


# What looks and changes nothing; each line that comes of it is JSON where that is wished.
LOOKING = [
    ["chats", "list"], ["chats", "show", "last"], ["chats", "show", "last", "--tree"], ["search", "question"],
    ["models"], ["models", "default"], ["usage"], ["usage", "--by", "model"], ["quotas"], ["templates", "list"],
    ["keys", "list"], ["tenants", "list"], ["users", "list"], ["tokens", "list"], ["doctor", "--offline"],
    ["export", "--all"], ["migrate"], ["rewrap-keys"],
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where something was asked, for what only looks."""
    folder = tmp_path_factory.mktemp("kept")
    with_slow_model(folder)
    assert ran(folder, "ask", "A question", *MODEL).returncode == 0
    return folder


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_whatever_looks_tells_json_and_lines_and_no_colours(kept: Path, words: list[str]) -> None:
    told = ran(kept, *words, "--json")
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    for line in told.stdout.splitlines():
        json.loads(line)
    plain = ran(kept, *words)
    assert plain.returncode == 0, plain.stderr
    assert "\x1b" not in plain.stdout + plain.stderr
    with Terminal(command(*words), environment_of(kept, NO_COLOR="1")) as terminal:
        assert terminal.wait() == 0
    assert b"\x1b[3" not in terminal._raw


def test_files_that_are_not_there_are_told_and_not_traced(home: Path) -> None:
    ran(home, "ask", "x", *MODEL)
    for words in (
        ["import", "/nowhere/in.jsonl"],
        ["export", "--all", "-o", "/nowhere/out.jsonl"],
        ["backup", "/nowhere/b.db"],
        ["restore", "/nowhere/b.db"],
        ["ask", "x", *MODEL, "-a", "/nowhere/a.txt"],
        ["ask", "x", *MODEL, "-T", "/nowhere/t.py:f"],
        ["chats", "list", "--db", "sqlite:/nowhere/a.db"],
    ):
        done = ran(home, *words)
        assert done.returncode in (1, 2), words
        assert done.stderr and "Traceback" not in done.stderr, (words, done.stderr)

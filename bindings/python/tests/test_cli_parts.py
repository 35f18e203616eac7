"""What the command is made of, without a database: words, formats, Markdown that grows, what doctor looks at."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from sambung.cli import chat_files, checks, configuration, markdown_chats, openai_chats
from sambung.cli.answer import used
from sambung.cli.app import COMMANDS, app, arranged
from sambung.cli.attachments import fenced
from sambung.cli.chat_choice import title_from
from sambung.cli.filed_chat import FiledChat, FiledMessage, NotRecognised
from sambung.cli.markdown import Blocks, code_in, shortened
from sambung.cli.models_known import first_of, matching
from sambung.cli.output import count, money, printable, when
from sambung.cli.plots import bars, meter
from sambung.cli.quotas import limit_of, resets_in
from sambung.cli.search import day
from sambung.cli.serve import line_to_try, served_url
from sambung.cli.template_use import pairs, typed
from sambung.cli.templates import plain_variables
from sambung.cli.tokens import lifetime_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


# Words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["What is it?"], ["ask", "What is it?"]),
        (["-m", "demo/demo", "hi"], ["ask", "-m", "demo/demo", "hi"]),
        (["chats", "list", "--json"], ["--json", "chats", "list"]),
        (["chats", "--db", "sqlite:x", "list", "-q"], ["--db", "sqlite:x", "-q", "chats", "list"]),
        (["--db=sqlite:x", "hello"], ["--db=sqlite:x", "ask", "hello"]),
        (["ask", "--", "--json"], ["ask", "--", "--json"]),
        (["--help"], ["--help"]),
        ([], []),
    ],
)
def test_words_are_put_in_order(words: list[str], meant: list[str]) -> None:
    assert arranged(words) == meant


@pytest.mark.parametrize("slip", ["chatz", "modles", "serch", "Doctor"])
def test_a_misspelt_command_is_not_asked_of_a_model(slip: str) -> None:
    with pytest.raises(click.UsageError):
        arranged([slip])


def test_every_command_says_of_itself_what_the_table_says() -> None:
    context = click.Context(app)
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, (name, option.name)


# Markdown ----------------------------------------------------------------------------------------------------------

PAGE = """# Title

A paragraph
of two lines.

1. one

   still one

2. two

```python
a = 1


b = 2
```

~~~
```
~~~

The end."""


@pytest.mark.parametrize("seed", range(50))
def test_growing_markdown_is_split_where_blocks_begin(seed: int) -> None:
    chance = random.Random(seed)
    blocks, whole, at = Blocks(), [], 0
    while at < len(PAGE):
        step = chance.randint(1, 9)
        whole.append(blocks.add(PAGE[at : at + step]))
        at += step
    pieces = [piece for piece in whole if piece]

    assert "".join(pieces) + blocks.rest == PAGE
    assert blocks.rest == "The end."
    for piece in pieces:  # no block of code is torn
        assert piece.count("```python") == piece.count("b = 2\n```")
        assert piece.count("~~~") in (0, 2)
        assert not piece[0].isspace()


def test_a_high_block_of_code_keeps_its_fence() -> None:
    block = "```python\n" + "\n".join(f"line {n}" for n in range(500))

    end = shortened(block, 40)

    assert end.startswith("```python\n")
    assert end.endswith("line 499")
    assert end.count("\n") == 40


def test_the_first_block_of_code_is_cut_out() -> None:
    assert code_in("Try\n````md\n```\nx\n```\n````\nor\n```\ny\n```") == "```\nx\n```"
    assert code_in("```sh\nunfinished") == "unfinished"
    assert code_in("none") is None


# Formats -----------------------------------------------------------------------------------------------------------

CHAT = FiledChat(
    "Ticket 7",
    "demo/demo",
    "Be kind.",
    [
        FiledMessage("user", [{"type": "text", "text": "## User\nis a heading, \\## User not"}]),
        FiledMessage(
            "assistant",
            [
                {"type": "text", "text": "Let me see."},
                {"type": "tool_call", "id": "c1", "name": "look", "arguments": '{"a":1}'},
                {"type": "tool_result", "callId": "c1", "text": "12"},
                {"type": "text", "text": "It is 12."},
            ],
            "demo/demo",
        ),
        FiledMessage("user", [{"type": "image", "url": "https://x/y.png"}, {"type": "text", "text": "And this?"}]),
        FiledMessage("assistant", [{"type": "text", "text": "A cat."}], "demo/demo"),
    ],
)


def only(text: str) -> FiledChat:
    found = list(chat_files.read(text))
    assert len(found) == 1
    return found[0]


def test_a_chat_comes_back_from_its_own_format() -> None:
    assert only(json.dumps(chat_files.own_line(CHAT))) == CHAT
    assert list(chat_files.read("\n".join([json.dumps(chat_files.own_line(CHAT))] * 2))) == [CHAT, CHAT]


def test_a_chat_comes_back_from_messages_of_openai() -> None:
    found = only(json.dumps({"messages": openai_chats.messages_of(CHAT), "title": "Ticket 7", "model": "demo/demo"}))

    assert found.system_prompt == "Be kind."
    assert [one.parts for one in found.messages] == [one.parts for one in CHAT.messages]
    assert not found.left_out


def test_a_chat_comes_back_from_markdown() -> None:
    found = only(markdown_chats.page_of(CHAT))

    assert (found.title, found.system_prompt) == ("Ticket 7", "Be kind.")
    texts = ["".join(part["text"] for part in one.parts if part["type"] == "text") for one in CHAT.messages]
    assert [one.parts[0]["text"] for one in found.messages] == texts
    assert [one.model for one in found.messages] == [one.model for one in CHAT.messages]


def test_what_cannot_be_taken_in_is_told() -> None:
    found = only(
        json.dumps(
            [
                {"role": "user", "content": [{"type": "input_audio"}, {"type": "text", "text": "x"}]},
                {"role": "system", "content": "late"},
                {"role": "critic", "content": "y"},
            ]
        )
    )

    assert len(found.messages) == 1
    assert [what.partition(":")[0] for what in found.left_out] == ["message 1", "message 2", "message 3"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        '{"a": 1}',
        "# Only a title",
        "[1, 2]",
        '{"messages": [}',
        '{"format": "sambung.chats", "version": 9, "messages": []}',
    ],
)
def test_what_is_no_chat_is_not_recognised(text: str) -> None:
    with pytest.raises(NotRecognised):
        list(chat_files.read(text))


def test_what_says_the_same_has_one_fingerprint() -> None:
    assert only(json.dumps(chat_files.own_line(CHAT))).fingerprint() == CHAT.fingerprint()
    assert FiledChat("other", messages=CHAT.messages).fingerprint() != CHAT.fingerprint()


# Values ------------------------------------------------------------------------------------------------------------


def test_numbers_are_told_as_people_read_them() -> None:
    assert [money(one) for one in (None, 0, 12, 1_234, 1_500_000)] == ["-", "$0.00", "$0.000012", "$0.0012", "$1.50"]
    assert [count(one) for one in (7, 1_234, 12_345, 8_900_000)] == ["7", "1,234", "12.3k", "8.9M"]
    assert when(NOW - timedelta(minutes=5), NOW) == "5 min ago"
    assert when(NOW - timedelta(days=3), NOW) == "3 d ago"
    assert resets_in(NOW + timedelta(hours=49), NOW) == "2 d 1 h"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\tc\nd\x9b") == "a[2Jb\tc\nd"


def test_limits_are_read_as_people_write_them() -> None:
    assert [limit_of("tokens", one) for one in ("2M", "500k", "1_000", "0")] == [2_000_000, 500_000, 1_000, 0]
    assert [limit_of("money", one) for one in ("20", "$0.50", "0.000001")] == [20_000_000, 500_000, 1]
    for wrong in ("", "x", "-1", "0.5", "1e400", "nan"):
        with pytest.raises(click.BadParameter):
            limit_of("tokens", wrong)


def test_days_are_read_as_people_write_them() -> None:
    assert day("7d", NOW) == NOW - timedelta(days=7)
    assert day("2026-01-31").utcoffset() is not None
    with pytest.raises(click.BadParameter):
        day("yesterday")


def test_lifetimes_are_read_as_people_write_them() -> None:
    assert lifetime_of("30d") == timedelta(days=30)
    with pytest.raises(click.BadParameter):
        lifetime_of("30")


def test_a_title_is_the_beginning_of_the_question() -> None:
    assert title_from("\n  What is it?\nmore") == "What is it?"
    assert title_from("word " * 40) == ("word " * 12).strip() + "..."
    assert len(title_from("é" * 400).encode()) <= 200


def test_values_of_variables_have_their_types() -> None:
    variables: Any = [
        SimpleNamespace(name="n", type="integer"),
        SimpleNamespace(name="b", type="boolean"),
        SimpleNamespace(name="t", type="text"),
    ]

    assert typed(variables, {"n": "3", "b": "yes", "t": "3", "new": "x"}) == {"n": 3, "b": True, "t": "3", "new": "x"}
    assert typed(variables, {"n": "three"}) == {"n": "three"}  # the engine tells it, with all other faults
    assert pairs(["a=1", "b=x=y"]) == {"a": "1", "b": "x=y"}
    with pytest.raises(click.BadParameter):
        pairs(["a"])


def test_variables_of_a_text_are_found() -> None:
    text = r"{{#if formal}}Dear{{else}}Hi{{/if}} {{name}}, {{ name }} on {{today}} \{{not}} {{> greeting}}"

    assert [one["name"] for one in plain_variables(text)] == ["formal", "name"]


def test_a_model_is_known_by_what_is_enough() -> None:
    offered = ["openai/gpt-4o", "openai/gpt-4o-mini", "ollama/llama3.1:8b", "openai/text-embedding-3"]

    assert matching("gpt-4o", offered) == "openai/gpt-4o"
    assert matching("llama", offered) == "ollama/llama3.1:8b"
    for unclear in ("gpt", "claude"):
        with pytest.raises(click.UsageError):
            matching(unclear, offered)
    assert first_of(["demo/demo", "openai/text-embedding-3", "openai/gpt-4o"]) == "openai/gpt-4o"


def test_what_was_used_is_one_line() -> None:
    usage: Any = SimpleNamespace(
        input_tokens=1_200, output_tokens=30, cached_input_tokens=1_000, reasoning_tokens=0, estimated=True
    )

    assert used(usage, 1_500, 2.25) == "about 1,200 tokens in (1,000 cached), 30 out, $0.0015, 2.2 s"


def test_a_file_is_fenced_so_that_nothing_in_it_ends_it() -> None:
    assert fenced("a.md", "```\nx\n```\n").splitlines()[1] == "````"


def test_the_line_to_try_is_safe_to_paste() -> None:
    assert "$SAMBUNG_TOKEN" in line_to_try("http://h", "demo/demo", None)
    assert "/v1/models" in line_to_try("http://h", "a'; rm -rf /", "t")
    assert served_url("::1", 80) == "http://[::1]:80"


def test_bars_are_text_without_colours() -> None:
    drawn = bars([("demo/demo", 12.0), ("other", 3.0)], "tokens by model", colours=False, columns=60)

    assert "\x1b" not in drawn
    assert "demo/demo" in drawn
    assert drawn.count("▇") > 10
    assert (meter(0.5, 4), meter(9, 4), meter(-1, 4)) == ("##--", "####", "----")


def test_the_default_model_is_kept_for_its_owner(tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path)}

    configuration.set_default_model("demo/demo", home)
    assert configuration.default_model(home) == "demo/demo"
    assert configuration.default_model({**home, "SAMBUNG_MODEL": "other/x"}) == "other/x"
    configuration.set_default_model(None, home)
    assert configuration.default_model(home) is None
    configuration.file(home).write_text("{ broken")
    assert configuration.default_model(home) is None


# Doctor ------------------------------------------------------------------------------------------------------------


def test_doctor_tells_an_old_interpreter() -> None:
    assert checks.interpreter((3, 10, 1), "cpython", "/usr/bin/python3").state == "failed"
    assert checks.interpreter((3, 14, 0), "cpython", "/usr/bin/python3").state == "ok"


def test_doctor_tells_a_missing_ca_file(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("x")

    assert checks.certificates({}, {}).state == "failed"
    assert checks.certificates({"ca_file": str(bundle)}, {}).state == "ok"
    assert checks.certificates({"ca_file": str(bundle)}, {"SSL_CERT_FILE": "/nowhere"}).state == "failed"


def test_doctor_names_variables_and_tells_no_value() -> None:
    found = list(
        checks.variables(
            {"SAMBUNG_PROT": "1", "OPENAI_API_KEY": "sk-secret", "HOME": "/"},
            [{"name": "SAMBUNG_PORT"}, {"name": "OPENAI_API_KEY"}],
        )
    )

    assert [one.state for one in found] == ["ok", "warning"]
    assert "SAMBUNG_PORT" in found[1].remedy
    assert "sk-secret" not in repr(found)


def test_doctor_tells_a_secret_file_that_others_may_read(tmp_path: Path) -> None:
    secret = tmp_path / "a.db.secret"
    secret.write_text("x")
    secret.chmod(0o644)
    loose = checks.secret_file(f"sqlite:{tmp_path}/a.db")
    secret.chmod(0o600)
    tight = checks.secret_file(f"sqlite:{tmp_path}/a.db")

    assert loose is not None and loose.state == "failed" and "chmod 600" in loose.remedy
    assert tight is not None and tight.state == "ok"
    assert checks.secret_file(f"sqlite:{tmp_path}/b.db") is None
    assert checks.secret_file("postgresql://h/d") is None


def test_doctor_tells_a_damaged_database(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    assert checks.quick_check(str(file)).state == "ok"  # not there yet
    with sqlite3.connect(file) as writer:
        writer.execute("CREATE TABLE a (x)")
        writer.executemany("INSERT INTO a VALUES (?)", [("x" * 500,)] * 200)
    writer.close()
    assert checks.quick_check(str(file)).state == "ok"
    content = bytearray(file.read_bytes())
    content[4_096 * 3 : 4_096 * 5] = b"\xff" * 8_192
    file.write_bytes(content)
    assert checks.quick_check(str(file)).state == "failed"


def test_doctor_tells_who_has_the_database(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    (tmp_path / "a.db-lock").touch()
    inode = (tmp_path / "a.db-lock").stat().st_ino
    table = f"1: POSIX  ADVISORY  WRITE 99 08:01:{inode} 0 EOF\n2: FLOCK  ADVISORY  WRITE 4321 08:01:{inode} 0 EOF\n"

    assert checks.holder_of(str(file), lambda: table, lambda process: "sambung-server") == checks.Holder(
        4321, "sambung-server"
    )
    assert checks.holder_of(str(file), lambda: "") is None
    found = checks.lock(str(file), lambda _: checks.Holder(4321, "sambung-server"))
    assert (found.state, "4321" in found.says) == ("warning", True)


def test_doctor_tells_a_full_disk_and_a_slow_one(tmp_path: Path) -> None:
    assert checks.space(str(tmp_path), lambda _: SimpleNamespace(free=1_000)).state == "failed"
    assert checks.space(str(tmp_path), lambda _: SimpleNamespace(free=1 << 40)).state == "ok"
    assert checks.sync_time(str(tmp_path), lambda _: 0.2).state == "warning"
    assert checks.sync_time(str(tmp_path / "nowhere")).state == "failed"
    assert checks.sync_time(str(tmp_path)).state in ("ok", "warning")


def test_doctor_tells_a_file_system_of_the_network(tmp_path: Path) -> None:
    mounts = f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"

    found = checks.filesystem(str(tmp_path / "db"), lambda: mounts)

    assert found is not None and found.state == "failed"
    assert checks.filesystem("/other", lambda: mounts) is None


def test_doctor_tells_what_each_provider_wants() -> None:
    def failing(code: str) -> Any:
        return lambda name: SimpleNamespace(state="failing", error=code, hint="")

    assert "sambung keys set openai" in checks.provider("openai", failing("unauthenticated"), 0).remedy
    assert checks.provider("openai", failing("unavailable"), 3).state == "failed"
    healthy = checks.provider("demo", lambda name: SimpleNamespace(state="healthy"), 2)
    assert (healthy.state, "2 models" in healthy.says) == ("ok", True)
    assert checks.provider("demo", lambda name: SimpleNamespace(state="healthy"), 0).state == "warning"


def test_doctor_tells_a_clock_that_is_off() -> None:
    assert checks.clock(NOW, NOW + timedelta(seconds=2)).state == "ok"
    assert checks.clock(NOW, NOW + timedelta(minutes=5)).state == "failed"
    assert checks.clock(NOW, None).state == "ok"
    assert checks.clock(datetime(1970, 1, 1, tzinfo=UTC), None).state == "failed"


def test_doctor_looks_at_the_terminal() -> None:
    assert checks.terminal({"TERM": "xterm"}, True, "utf-8").state == "ok"
    assert checks.terminal({"TERM": "dumb"}, True, "utf-8").state == "warning"
    assert checks.terminal({"TERM": "xterm"}, True, "ascii").state == "warning"
    assert checks.terminal({}, False, "ascii").state == "ok"

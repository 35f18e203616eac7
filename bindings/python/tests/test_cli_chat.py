"""sambung ask and chat, on a real terminal and without one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal import CTRL_C, CTRL_D, Terminal, command, environment_of, ran, with_slow_model

# From Ctrl-C to the prompt, in seconds: what is promised, or what tells it from a hang.
PROMPT = 0.2 if "SAMBUNG_STRICT_TIMES" in os.environ else 10.0
SLOW = {"SLOW_DELAY": "0.2", "SLOW_WORDS": "200"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with_slow_model(tmp_path)
    yield tmp_path


def on_terminal(home: Path, *words: str, **more: str) -> Terminal:
    return Terminal(command(*words), environment_of(home, **more))


def chats(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in ran(home, "chats", "list", "--json").stdout.splitlines()]


def messages(home: Path) -> list[dict[str, object]]:
    """Of the chat that was used last."""
    lines = ran(home, "chats", "show", "last", "--json").stdout.splitlines()
    return [json.loads(line) for line in lines[1:]]


def text(message: dict[str, object]) -> str:
    parts = message["parts"]
    assert isinstance(parts, list)
    return "".join(part["text"] for part in parts if part["type"] == "text")


def test_a_question_is_answered_and_kept(home: Path) -> None:
    done = ran(home, "What is it?", "-m", "slow/model")

    assert (done.returncode, done.stdout) == (0, "word1 word2 word3 end\n")
    assert [one["title"] for one in chats(home)] == ["What is it?"]
    assert [text(one) for one in messages(home)] == ["What is it?", "word1 word2 word3 end"]


def test_standard_input_is_added_to_the_question(home: Path) -> None:
    ran(home, "ask", "Sum this up:", "-m", "slow/model", given="a long text\n")

    assert text(messages(home)[0]) == "Sum this up:\n\na long text"


def test_nothing_is_kept_where_that_is_wished(home: Path) -> None:
    done = ran(home, "ask", "What?", "-m", "slow/model", "--no-store")

    assert (done.returncode, done.stdout) == (0, "word1 word2 word3 end\n")
    assert chats(home) == []


def test_it_goes_on_with_the_last_chat(home: Path) -> None:
    ran(home, "ask", "one", "-m", "slow/model")
    ran(home, "ask", "-c", "two")  # the package that answers this chat is loaded again

    assert len(chats(home)) == 1
    assert [text(one) for one in messages(home)][::2] == ["one", "two"]


def test_the_answer_is_json_where_that_is_wished(home: Path) -> None:
    done = ran(home, "ask", "one", "-m", "slow/model", "--json")

    assert text(json.loads(done.stdout)) == "word1 word2 word3 end"


def test_misuse_exits_with_2_and_says_how_it_is_meant(home: Path) -> None:
    for words, told in (
        (["ask"], "nothing to ask"),
        (["ask", "-c", "--chat", "last", "x"], "exclude each other"),
        (["chatz"], "sambung chat"),
        (["ask", "x", "-p", "a=1"], "-p is for -t"),
        (["ask", "x", "-m", "nobody/x"], "provider"),
    ):
        done = ran(home, *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert told in done.stderr


def test_the_answer_appears_as_markdown_on_a_terminal(home: Path) -> None:
    with on_terminal(home, "ask", "What is it?", "-m", "slow/model", "-u") as terminal:
        assert terminal.wait() == 0
    assert "word1 word2 word3 end" in terminal.shown
    assert "tokens in" in terminal.shown


def test_ctrl_c_ends_the_answer_of_ask_and_keeps_it(home: Path) -> None:
    with on_terminal(home, "ask", "Count", "-m", "slow/model", **SLOW) as terminal:
        terminal.expect("word2")
        terminal.send(CTRL_C)
        assert terminal.wait() == 130
    kept = messages(home)[1]
    assert kept["state"] == "cancelled"
    assert text(kept).startswith("word1 word2")


def test_the_first_ctrl_c_of_a_chat_stops_the_answer_and_the_prompt_comes_back(home: Path) -> None:
    with on_terminal(home, "chat", "-m", "slow/model", **SLOW) as terminal:
        terminal.expect("> ")
        terminal.send("Count\r")
        terminal.expect("word2")
        pressed = time.monotonic()
        terminal.send(CTRL_C)
        terminal.expect("stopped")
        terminal.expect("> ")
        assert time.monotonic() - pressed < PROMPT
        terminal.send("/help\r")
        terminal.expect("/retry")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0
    kept = messages(home)[1]
    assert kept["state"] == "cancelled"
    assert text(kept).startswith("word1 word2")


def test_ctrl_c_twice_leaves_the_chat(home: Path) -> None:
    with on_terminal(home, "chat", "-m", "slow/model") as terminal:
        terminal.expect("> ")
        terminal.press(CTRL_C, until="leaves")
        terminal.expect("> ")
        terminal.press(CTRL_C, until="(left)")
        assert terminal.wait() == 0
    assert chats(home) == []


def test_what_is_typed_between_two_ctrl_c_keeps_the_chat(home: Path) -> None:
    with on_terminal(home, "chat", "-m", "slow/model") as terminal:
        terminal.expect("> ")
        terminal.press(CTRL_C, until="leaves")
        terminal.expect("> ")
        terminal.send("hello\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.press(CTRL_C, until="leaves")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0


def test_a_chat_goes_on_another_day(home: Path) -> None:
    with on_terminal(home, "chat", "-m", "slow/model") as terminal:
        terminal.expect("> ")
        terminal.send("first\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        terminal.expect("go on with")
        assert terminal.wait() == 0
    with on_terminal(home, "chat", "-c", "-m", "slow/model") as terminal:
        terminal.expect("word1")  # what was said last
        terminal.expect("> ")
        terminal.send('"""two\rlines"""\r')
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send("/retry\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send("/alternatives\r")
        terminal.expect("* 2")
        terminal.send("/alternatives 1\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send("/quit\r")
        assert terminal.wait() == 0
    assert [text(one) for one in messages(home)][::2] == ["first", "two\nlines"]


def test_without_a_terminal_each_line_is_a_message(home: Path) -> None:
    done = ran(home, "chat", "-m", "slow/model", given="one\ntwo\n")

    assert (done.returncode, done.stdout) == (0, "word1 word2 word3 end\n" * 2)
    assert [text(one) for one in messages(home)][::2] == ["one", "two"]


def test_what_a_model_writes_moves_no_cursor(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = home / "site" / "slow_model.py"
    site.write_text(site.read_text().replace('yield "end"', 'yield "\\x1b]0;owned\\x07\\x1b[2Jend"'))

    with on_terminal(home, "ask", "x", "-m", "slow/model") as terminal:
        assert terminal.wait() == 0
    assert b"\x1b]0;owned" not in terminal._raw
    assert b"\x1b[2J" not in terminal._raw


def test_it_goes_on_with_what_came_before_a_crash(home: Path) -> None:
    with on_terminal(home, "chat", "-m", "slow/model", **SLOW) as terminal:
        terminal.expect("> ")
        terminal.send("Count\r")
        terminal.expect("word5")  # what came a moment ago is on the disk
        terminal.kill()
    with on_terminal(home, "chat", "-c", "-m", "slow/model") as terminal:
        terminal.expect("word1")
        terminal.expect("> ")
        terminal.send("/retry\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0
    assert text(messages(home)[1]) == "word1 word2 word3 end"


TOOL = """
import sambung

@sambung.tool(policy="ask")
def water(what: str) -> str:
    \"\"\"Waters something.\"\"\"
    return f"watered {what}"
"""


@pytest.fixture
def tool(home: Path) -> str:
    (home / "tools.py").write_text(TOOL)
    return f"{home}/tools.py:water"


def results(home: Path) -> list[dict[str, object]]:
    parts = [part for one in messages(home) for part in one["parts"]]  # type: ignore[attr-defined]
    return [part for part in parts if part["type"] == "tool_result"]


@pytest.mark.parametrize(("key", "said"), [("y", "watered the garden"), ("n", "")])
def test_a_call_is_made_by_leave_of_whoever_sits_there(home: Path, tool: str, key: str, said: str) -> None:
    with on_terminal(home, "chat", "-m", "slow/model", "-T", tool) as terminal:
        terminal.expect("> ")
        terminal.send("Water it\r")
        terminal.expect("water asks for your leave")
        assert "the garden" in terminal.shown
        terminal.expect("[n]o")
        terminal.send(f"{key}\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0
    (result,) = results(home)
    assert (result["text"] == said) == (key == "y")
    assert bool(result["isError"]) == (key == "n")


def test_leave_for_a_chat_is_asked_for_once(home: Path, tool: str) -> None:
    with on_terminal(home, "chat", "-m", "slow/model", "-T", tool) as terminal:
        terminal.expect("> ")
        terminal.send("Water it\r")
        terminal.expect("[n]o")
        terminal.send("c\r")
        terminal.expect("end")
        terminal.expect("> ")
        terminal.send("Again\r")
        assert "leave" not in terminal.expect("end")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0
    assert [one["text"] for one in results(home)] == ["watered the garden"] * 2


def test_ctrl_c_instead_of_leave_stops_the_answer(home: Path, tool: str) -> None:
    with on_terminal(home, "chat", "-m", "slow/model", "-T", tool) as terminal:
        terminal.expect("> ")
        terminal.send("Water it\r")
        terminal.expect("[n]o")
        terminal.press(CTRL_C, until="stopped")
        terminal.expect("> ")
        terminal.send(CTRL_D)
        assert terminal.wait() == 0
    assert messages(home)[1]["state"] == "cancelled"


def test_without_a_terminal_nobody_gives_leave(home: Path, tool: str) -> None:
    done = ran(home, "ask", "Water it", "-m", "slow/model", "-T", tool)

    assert (done.returncode, done.stdout) == (0, "word1 word2 word3 end\n"), done.stderr
    assert "asks for your leave" in done.stderr
    (result,) = results(home)
    assert result["isError"]


def test_what_a_tool_raises_is_told_to_whoever_wrote_it(home: Path) -> None:
    (home / "tools.py").write_text("def water(what: str) -> str:\n    raise ValueError('the well is dry')\n")

    done = ran(home, "ask", "Water it", "-m", "slow/model", "-T", f"{home}/tools.py:water")

    assert (done.returncode, done.stdout) == (0, "word1 word2 word3 end\n")
    assert "the well is dry" in done.stderr
    (result,) = results(home)
    assert "dry" not in str(result["text"])

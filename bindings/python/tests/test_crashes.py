"""kill -9 and loss of power, while a program in Python writes: what was acknowledged is there afterwards."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import typing
from pathlib import Path

import pytest
import sambung
from crashing import ANSWER, MODULE, Note
from recorded_disk import LOSSES, Recording, recorded

HERE = Path(__file__).parent
SEED = int(os.environ.get("SAMBUNG_SEED", "1"))
KILLS = int(os.environ.get("SAMBUNG_PYTHON_KILLS", "6"))
STATES = int(os.environ.get("SAMBUNG_PYTHON_POWER_LOSSES", "24"))


def command(database: Path) -> list[str]:
    return [sys.executable, str(HERE / "crashing.py"), f"sqlite:{database}"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(sambung.__file__).parent.parent)}


def judged(database: Path, told: typing.Sequence[dict[str, typing.Any]]) -> int:
    """Everything that was told is there, and whole; an answer that was told to have begun is at least marked."""
    with sambung.open(f"sqlite:{database}", env={}, modules=[MODULE]) as engine:
        if not told:
            return 0
        desk = engine.workspace("acme", "ada@example.com")
        for one in told:
            match one:
                case {"chat": chat, "title": title}:
                    assert desk.chats.get(chat).title == title
                case {"begun": message}:
                    answer = desk.chats.get_message(message)
                    assert answer.state != "streaming"
                    assert ANSWER.startswith("".join(getattr(part, "text", "") for part in answer.parts))
                case {"answered": message, "text": text}:
                    answer = desk.chats.get_message(message)
                    assert (answer.state, answer.parts) == ("complete", (sambung.TextPart(text=text),))
                case {"note": key, "body": body}:
                    assert desk.records(Note).get(key).body == body
    return len(told)


def test_what_was_told_before_a_kill_is_there(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    seen = 0
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        process = subprocess.Popen(command(database), env=environment(), stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(1, 40))]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        seen += judged(database, [json.loads(line) for line in lines if line.endswith("\n")])
    assert seen > KILLS


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    if "LD_PRELOAD" in os.environ:
        pytest.skip("a sanitizer's run-time says much about itself")
    folder = tmp_path_factory.mktemp("recorded")
    return recorded([*command(folder / "chat.db"), "12"], folder, environment())


@pytest.mark.parametrize("how", LOSSES)
def test_what_was_told_before_power_went_is_there(recording: Recording, how: str, tmp_path: Path) -> None:
    chance = random.Random(f"{SEED} {how}")
    seen = 0
    for number in range(max(1, STATES // len(LOSSES))):
        folder = tmp_path / str(number)
        told = recording.lose_power(how, chance, folder)
        seen += judged(folder / "chat.db", [json.loads(line) for line in told])
    assert seen > 0


def test_a_sync_that_was_left_out_would_be_noticed(recording: Recording, tmp_path: Path) -> None:
    """Were the disks that are made here too kind, nothing would be lost without syncs either."""
    told = recording.lose_power("nothing synced", random.Random(SEED), tmp_path)

    assert told
    with pytest.raises((sambung.Error, AssertionError)):
        judged(tmp_path / "chat.db", [json.loads(line) for line in told])

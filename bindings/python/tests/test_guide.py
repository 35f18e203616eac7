"""The programs in the README and in the guide run, from the very files they are shown in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("README.md", "docs/guides/python.md")
BLOCK = re.compile(r'^```python run expect="([^"]*)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def programs() -> list[tuple[str, str, str]]:
    return [
        (f"{page}:{number}", *found.groups())
        for page in PAGES
        for number, found in enumerate(BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")), 1)
    ]


def test_there_are_programs_in_each_page() -> None:
    assert {name.partition(":")[0] for name, _, _ in programs()} == set(PAGES)


def test_every_whole_program_is_run() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert len(re.findall(r"^```python[^\n]*\nimport ", text, re.MULTILINE)) <= len(BLOCK.findall(text)), (
            f"{page}: a program without `run`"
        )


@pytest.mark.parametrize(("name", "expected", "program"), programs(), ids=[one[0] for one in programs()])
def test_it_runs(name: str, expected: str, program: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert expected in done.stdout

"""The programs of examples/python run and say what they should."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"

SAYS = {
    "01_chat.py": "khabar",
    "02_resume.py": "complete",
    "03_tools.py": "It has 33 degrees.",
    "04_asyncio.py": "Two?",
    "05_provider.py": "APA KHABAR",
    "06_records.py": "somebody was faster",
    "07_templates.py": "count",
}


def test_every_example_is_run() -> None:
    assert {file.name for file in EXAMPLES.glob("[0-9]*.py")} == set(SAYS)


@pytest.mark.parametrize("name", sorted(SAYS))
def test_it_runs(name: str, tmp_path: Path) -> None:
    environment = {
        key: value for key, value in os.environ.items() if not key.endswith(("_API_KEY", "_BASE_URL", "_HOST"))
    }

    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
        env=environment,
    )

    assert done.returncode == 0, done.stderr
    assert SAYS[name] in done.stdout
    assert done.stderr == ""

"""However often: neither memory nor descriptors grow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sambung

MORE = int(os.environ.get("SAMBUNG_PYTHON_GROWTH", "1"))  # times as many rounds as usually
# Rounds that fill caches, rounds that count, and how many bytes of C++ one may leave behind: a table that grows is shared by
# all of them, and SQLite's cache has some hundred thousand more or less from one moment to the next.
KINDS = {"calls": (100, 400, 64), "turns": (50, 100, 4096), "engines": (20, 80, 512)}


@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="a sanitizer has an allocator of its own")
@pytest.mark.parametrize("what", KINDS)
def test_nothing_grows(what: str, tmp_path: Path) -> None:
    warm, rounds, native_bytes = KINDS[what]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "growing.py"), what, str(warm), str(rounds * MORE), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(sambung.__file__).parent.parent), "MALLOC_ARENA_MAX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    left = json.loads(done.stdout)

    # A leak leaves one object of each round, at the least; what is measured without one is below 0.1.
    assert left["python_blocks"] < 0.5, left
    assert left["native_bytes"] < native_bytes, left
    assert left["descriptors"] <= 0, left
    assert left["threads"] <= 0, left

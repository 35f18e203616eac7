"""However often: neither memory nor descriptors grow. Some thousand times, or as often as the environment says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sambung

COUNTS = {
    "calls": int(os.environ.get("SAMBUNG_PYTHON_CALLS", "30000")),
    "turns": int(os.environ.get("SAMBUNG_PYTHON_TURNS", "900")),
    "engines": int(os.environ.get("SAMBUNG_PYTHON_ENGINES", "300")),
}


@pytest.mark.skipif("LD_PRELOAD" in os.environ, reason="a sanitizer has an allocator of its own")
@pytest.mark.parametrize("what", COUNTS)
def test_nothing_grows(what: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "growing.py"), what, str(COUNTS[what]), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(sambung.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    more = json.loads(done.stdout)

    # Of each call: an object that stays is a block, and some ten bytes at the least.
    assert more["python_blocks_each"] < 0.1, more
    assert more["native_bytes_each"] < 8, more
    assert more["descriptors"] <= 0, more
    assert more["threads"] <= 0, more

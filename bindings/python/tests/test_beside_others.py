"""Beside others that bring an OpenSSL, a libpq or an SQLite of their own, whoever is loaded first: each keeps its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sambung

OTHERS = ("ssl", "sqlite3", "cryptography.fernet", "psycopg", "pyarrow", "duckdb")


@pytest.mark.parametrize("order", [("sambung", *OTHERS), (*reversed(OTHERS), "sambung")], ids=["first", "last"])
def test_each_works_beside_the_others(order: tuple[str, ...], tmp_path: Path) -> None:
    for name in OTHERS:
        pytest.importorskip(name)
    places = (Path(sambung.__file__).parent.parent, Path(__file__).parent)
    program = f"import {', '.join(order)}, pathlib, beside; beside.main(pathlib.Path({str(tmp_path)!r}))"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr

"""Importing does nothing that is not needed at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sambung

PACKAGE = str(Path(sambung.__file__).parent.parent)


def _run(code: str, *flags: str) -> str:
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    done = subprocess.run(
        [sys.executable, *flags, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "module", ["asyncio", "dataclasses", "inspect", "logging", "ssl", "socket", "concurrent", "pickle"]
)
def test_what_is_not_needed_is_not_loaded(module: str) -> None:
    assert _run(f"import sys, sambung; print({module!r} in sys.modules)").strip() == "False"


def test_no_thread_is_started_and_no_file_stays_open() -> None:
    code = (
        "import os\n"
        "before = set(os.listdir('/proc/self/fd'))\n"
        "import sambung\n"
        "print(len(os.listdir('/proc/self/task')), set(os.listdir('/proc/self/fd')) - before)\n"
    )
    assert _run(code).strip() == "1 set()"


def test_the_environment_is_not_read() -> None:
    code = (
        "import os\n"
        "class Watched(dict):\n"
        "    def __getitem__(self, name): print('read', name); return super().__getitem__(name)\n"
        "    def get(self, name, default=None): print('read', name); return super().get(name, default)\n"
        "os.environ = Watched(os.environ)\n"
        "import sambung\n"
    )
    assert "SAMBUNG" not in _run(code)


def test_it_takes_less_than_a_tenth_of_a_second() -> None:
    code = "import time; t = time.process_time(); import sambung; print(time.process_time() - t)"

    assert min(float(_run(code)) for _ in range(5)) < 0.1


def test_developer_mode_has_nothing_to_warn_of() -> None:
    code = (
        "import sambung\n"
        "with sambung.open('memory:', env={}) as engine:\n"
        "    desk = engine.workspace('acme', 'ada@example.com', create=True)\n"
        "    assert desk.chats.create(model='demo/demo')\n"
    )
    _run(code, "-X", "dev", "-W", "error")


def test_an_engine_that_nobody_closed_is_told_of() -> None:
    code = (
        "import gc, warnings, sambung\n"
        "warnings.simplefilter('error')\n"
        "import sys\n"
        "sys.unraisablehook = lambda what: print(type(what.exc_value).__name__)\n"
        "engine = sambung.open('memory:', env={})\n"
        "del engine; gc.collect()\n"
    )
    assert "ResourceWarning" in _run(code)


def test_every_name_that_is_promised_is_there() -> None:
    for name in sambung.__all__:
        assert getattr(sambung, name) is not None
    assert set(sambung.__all__) <= set(dir(sambung))
    assert len(sambung.__all__) == len(set(sambung.__all__))
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        sambung.opne  # type: ignore[attr-defined]


def test_the_checker_knows_each_name_that_is_loaded_later() -> None:
    import ast

    tree = ast.parse(Path(sambung.__file__).read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    known = {
        f"{node.module}:{one.asname or one.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module
        for one in node.names
    } - {"_types:*"}
    assert known == {f"{module}:{name}" for module, names in sambung._LAZY.items() for name in names}

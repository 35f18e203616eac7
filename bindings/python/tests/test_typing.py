"""The package and a project that uses it, read by mypy and pyright."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest
import sambung

HERE = Path(__file__).parent
PACKAGE = Path(sambung.__file__).parent
SAMPLES = HERE / "typing"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, with the sync face made of the asyncio one as the package's is."""
    specification = importlib.util.spec_from_file_location("write_sync", HERE.parent / "tools" / "write_sync.py")
    assert specification is not None and specification.loader is not None
    write_sync = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(write_sync)
    folder = tmp_path_factory.mktemp("project")
    sample = (SAMPLES / "asyncio_face.py").read_text()
    (folder / "asyncio_face.py").write_text(sample)
    providers = sample.index("class MyModel")  # which may be asynchronous with either face
    blocking = sample[:providers].replace("AsyncIterator, Iterator", "Iterator") + sample[
        sample.index("class MyBlockingModel") :
    ].replace("MyModel", "MyBlockingModel")
    (folder / "sync_face.py").write_text(write_sync.sync_source(blocking, "asyncio_face.py"))
    (folder / "mistakes.py").write_text((SAMPLES / "mistakes.py").read_text())
    (folder / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(PACKAGE.parent)], "include": ["*.py"]})
    )
    return folder


def _mypy(folder: Path, *arguments: str) -> list[str]:
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", *arguments],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def _pyright(folder: Path, *files: str) -> list[dict[str, typing.Any]]:
    pytest.importorskip("pyright")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "-p", str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    return [one for one in found if Path(one["file"]).name in files and one["severity"] == "error"]


def _mistakes() -> set[int]:
    lines = (SAMPLES / "mistakes.py").read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# mistake")}


def test_the_package_is_strict() -> None:
    assert _mypy(PACKAGE.parent, "-p", "sambung") == []


@pytest.mark.parametrize("face", ["asyncio_face.py", "sync_face.py"])
def test_mypy_knows_every_method(project: Path, face: str) -> None:
    assert _mypy(project, face) == []


def test_pyright_knows_every_method(project: Path) -> None:
    found = _pyright(project, "asyncio_face.py", "sync_face.py")

    assert [f"{one['file']}:{one['range']['start']['line'] + 1}: {one['message']}" for one in found] == []


def test_mypy_reports_every_mistake_and_nothing_else(project: Path) -> None:
    reported = {int(re.match(r"mistakes\.py:(\d+)", line).group(1)) for line in _mypy(project, "mistakes.py")}  # type: ignore[union-attr]

    assert reported == _mistakes()


def test_pyright_reports_every_mistake_and_nothing_else(project: Path) -> None:
    reported = {one["range"]["start"]["line"] + 1 for one in _pyright(project, "mistakes.py")}

    assert reported == _mistakes()


def test_the_sample_uses_every_method() -> None:
    import inspect

    sample = (SAMPLES / "asyncio_face.py").read_text()
    from sambung._async import account, accounting, auth, chats, completions, engine, events, members, organise, records
    from sambung._async import search, server, templates, tenants, turns, workspace

    missing = []
    for module in (
        account, accounting, auth, chats, completions, engine, events, members, organise, records, search, server,
        templates, tenants, turns, workspace,
    ):  # fmt: skip
        for name in module.__all__:
            of = getattr(module, name)
            if not inspect.isclass(of):
                continue
            for method in vars(of):
                if not method.startswith("_") and not re.search(rf"\.{method}\b", sample):
                    missing.append(f"{name}.{method}")
    assert [one for one in missing if not one.endswith((".as_sync", ".as_async"))] == []


def test_the_public_interface_is_typed_whole() -> None:
    pytest.importorskip("pyright")
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--verifytypes", "sambung", "--ignoreexternal", "--outputjson"],
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    symbols = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    # The command is no library; integrations are typed as far as what they integrate.
    library = [one for one in symbols if not one["name"].startswith(("sambung.cli.", "sambung.integrations."))]
    assert len(library) > 1_000
    assert [one["name"] for one in library if one["isExported"] and not one["isTypeKnown"]] == []


def test_the_stubs_say_what_is_there() -> None:
    pytest.importorskip("mypy")
    allowed = SAMPLES / "stubtest.allow"
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "sambung._types", "sambung._sambung", "--concise"]
        + ["--allowlist", str(allowed)],
        cwd=PACKAGE.parent,
        env={**os.environ, "MYPYPATH": str(PACKAGE.parent), "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

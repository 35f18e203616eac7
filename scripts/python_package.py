#!/usr/bin/env python3
"""python_package.py PYTHON: the Python package as people get it, made and installed by that interpreter.

From the clone by `pip install .`, in an environment of pip's own; from an sdist, which is unpacked elsewhere. Each goes into an
empty environment, where the program of the README and the command run. PYTHON has what bindings/python/tests/requirements.txt lists.
Prints what it costs: seconds, how much of it the compiler cache knew, bytes, shared libraries.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "python-package"
PROGRAM = re.compile(r'^```python run expect="([^"]*)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
# The most that a wheel on the system's libraries may have, in bytes.
MOST_BYTES = 6_000_000


def run(*command: object, folder: pathlib.Path = ROOT, **more: str) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, env=os.environ | more, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=3600)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-20_000:]}")
    return done.stdout


def compiling(source: pathlib.Path) -> dict[str, str]:
    """So that the compiler cache knows what the build of the tests has compiled: by the same name of the compiler (pip's build
    would take Python's own), with the same flags, below another folder."""
    linker = {"LDFLAGS": "-fuse-ld=mold"} if shutil.which("mold") else {}
    compiler = {"CXX": os.environ.get("CXX", shutil.which("c++") or "c++")}
    return {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "CCACHE_BASEDIR": str(source)} | compiler | linker


def empty_environment(python: str, name: str) -> pathlib.Path:
    run(python, "-m", "venv", "--clear", PLACE / name)
    return PLACE / name / "bin"


def cached() -> tuple[int, int]:
    """How many compilations the compiler cache has known, and not known, so far."""
    told = dict(line.split("\t") for line in run("ccache", "--print-stats").splitlines())
    return int(told["direct_cache_hit"]) + int(told["preprocessed_cache_hit"]), int(told["cache_miss"])


@contextlib.contextmanager
def measured(what: str) -> Iterator[None]:
    begun, (hits, misses) = time.monotonic(), cached()
    yield
    seconds, (known, unknown) = time.monotonic() - begun, cached()
    print(f"{what}: {seconds:.0f} s on {os.cpu_count()} processors; {known - hits} of {known - hits + unknown - misses} "
          "compilations from the compiler cache")


def use(installed: pathlib.Path) -> None:
    """What the README promises, far from the sources."""
    version = (ROOT / "include/sambung/version.hpp").read_text()
    numbers = [re.search(rf"SAMBUNG_VERSION_{part} (\d+)", version)[1] for part in ("MAJOR", "MINOR", "PATCH")]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        seen = run(installed / "python", "-c", "import sambung; print(sambung.__version__, sambung.__file__)", folder=folder)
        assert seen.startswith(".".join(numbers) + " "), seen
        assert str(ROOT / "bindings") not in seen, seen
        programs = PROGRAM.findall((ROOT / "README.md").read_text())
        assert programs, "the README shows no Python"
        for expected, program in programs:
            (folder / "program.py").write_text(program)
            for _ in range(2):  # the second time it meets what it has left behind
                said = run(installed / "python", "-X", "dev", "-W", "error", "program.py", folder=folder)
                assert expected in said, said
        assert "Usage" in run(installed / "sambung", "--help", folder=folder)


def from_the_clone(python: str) -> None:
    installed = empty_environment(python, "clone")
    # Warnings are errors here, as they are in the presets. pip's own pybind11 is in a folder of another name each time, which the
    # compiler cache does not know.
    pybind11 = run(python, "-m", "pybind11", "--cmakedir").strip()
    with measured("pip install ."):
        run(installed / "pip", "install", "--disable-pip-version-check", "--config-settings", "cmake.define.SAMBUNG_WARNINGS_AS_ERRORS=ON",
            "--config-settings", f"cmake.define.pybind11_DIR={pybind11}", ".", **compiling(ROOT))
    use(installed)


def sdist(python: str) -> pathlib.Path:
    shutil.rmtree(PLACE / "dist", ignore_errors=True)
    run(python, "-m", "build", "--sdist", "--no-isolation", "--outdir", PLACE / "dist", ROOT)
    (made,) = (PLACE / "dist").glob("*.tar.gz")
    with tarfile.open(made) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(PLACE / "dist")  # ours: made a moment ago
    for needed in ("CMakeLists.txt", "LICENSE", "README.md", "pyproject.toml", "bindings/python/CMakeLists.txt"):
        assert needed in names, f"the sdist has no {needed}"
    for name in names:
        assert not name.startswith(("build/", "tests/", "docs/", "bindings/python/tests/", ".")), f"the sdist has {name}"
    return made.with_name(made.name.removesuffix(".tar.gz"))


def wheel_of(python: str, source: pathlib.Path) -> pathlib.Path:
    run(python, "-m", "pip", "wheel", "--disable-pip-version-check", "--no-build-isolation", "--no-deps", "-w", PLACE / "dist",
        "--config-settings", "cmake.define.SAMBUNG_WARNINGS_AS_ERRORS=ON", source, **compiling(source))
    (made,) = (PLACE / "dist").glob("*.whl")
    return made


def check_wheel(python: str, wheel: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        unpacked = sum(one.file_size for one in archive.infolist())
    for needed in ("__init__.py", "py.typed", "_types.py", "_types.pyi", "_sambung.pyi", "_async/__init__.py", "_sync/__init__.py",
                   "cli/__init__.py"):
        assert f"sambung/{needed}" in names, f"the wheel has no sambung/{needed}"
    assert sum(name.endswith(".so") for name in names) == 1, "one native file, and no more"
    outside = {name.partition("/")[0] for name in names} - {"sambung", f"sambung-{wheel.name.split('-')[1]}.dist-info"}
    assert not outside, f"the wheel has {outside}"
    size = wheel.stat().st_size
    assert size <= MOST_BYTES, f"the wheel has {size} bytes"
    print(f"{wheel.name}: {size} bytes, {unpacked} unpacked")
    print(run(python, "-m", "auditwheel", "show", wheel))


def from_an_sdist(python: str) -> None:
    made = sdist(python)
    with measured("a wheel from the sdist"):
        wheel = wheel_of(python, made)
    check_wheel(python, wheel)
    installed = empty_environment(python, "sdist")
    run(installed / "pip", "install", "--disable-pip-version-check", wheel)
    use(installed)


def main() -> int:
    python = str(pathlib.Path(sys.argv[1]).absolute())
    PLACE.mkdir(parents=True, exist_ok=True)
    failed = 0
    ways = (from_the_clone, from_an_sdist)
    for way in ways:
        try:
            way(python)
        except AssertionError as why:
            failed += 1
            print(f"{way.__name__}: {why}")
    print(f"{len(ways) - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""snippets.py BUILD: compiles and runs the snippets of the README and docs/, from the very files they are shown in.

A fenced block takes part when it has a name:

  ```cpp name=readme                    a whole program: built against the installed library, and run
  ```cpp name=quickstart file=main.cpp  with the other blocks of that name a project with its own CMakeLists.txt
  ```bash name=curl expect="text"       run beside a server of ours that stands in for 127.0.0.1:8787, with its token in
                                        SAMBUNG_TOKEN and its database in sambung.db; the text must be in what it prints
  ```sql name=roles                     run by a superuser

localhost:5432, or localhost alone in a program, stands for the PostgreSQL of SAMBUNG_TEST_POSTGRES_ADMIN_URL. Commands share a folder and
run in their order; programs come behind them, and each runs twice: the second time it meets what it has left behind.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+) +([^\n]*\bname=[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN_PROJECT = """cmake_minimum_required(VERSION 3.25)
project(snippet LANGUAGES CXX)
find_package(sambung REQUIRED)
add_executable({name} main.cpp)
target_link_libraries({name} PRIVATE sambung::sambung)
"""
# No vendor's variables: snippets talk to the demo.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "CCACHE_DIR", "CCACHE_BASEDIR", "CCACHE_NOHASHDIR", "CCACHE_SLOPPINESS") if name in os.environ}


@dataclasses.dataclass
class Snippet:
    name: str
    language: str
    file: str
    expect: str
    text: str
    shown_in: str


def snippets() -> list[Snippet]:
    found = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for language, words, text in FENCE.findall(page.read_text(encoding="utf-8")):
            fields = dict(word.split("=", 1) for word in shlex.split(words) if "=" in word)
            found.append(Snippet(fields["name"], language, fields.get("file", "main.cpp"), fields.get("expect", ""), text,
                                 str(page.relative_to(ROOT))))
    return found


def postgres() -> str:
    return os.environ["SAMBUNG_TEST_POSTGRES_ADMIN_URL"].split("@")[1].split("/")[0]


def run(command: list, **options) -> str:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=ENVIRONMENT | options.pop("env", {}), timeout=600, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{shlex.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def check_program(name: str, blocks: list[Snippet], prefix: pathlib.Path, folder: pathlib.Path) -> None:
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(PLAIN_PROJECT.format(name=name))
    for block in blocks:
        (folder / block.file).write_text(block.text)
    run(["cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
         "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"])
    run(["cmake", "--build", folder / "build"])
    for _ in range(2):
        # libpq's own variable: a port in the text would be another program to ccache in each run.
        printed = run([folder / "build" / name], cwd=folder, env={"PGPORT": postgres().split(":")[1]})
        if not printed.strip():
            raise AssertionError("it prints nothing")


@contextlib.contextmanager
def server(build: pathlib.Path, folder: pathlib.Path):
    """The reference server on a database of its own: its address and its token."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{s.getsockname()[1]}"
    log = folder / "server.log"
    settings = {"SAMBUNG_PORT": address.split(":")[1], "SAMBUNG_DATABASE_URL": f"sqlite:{folder}/sambung.db"}
    with open(log, "w") as out:
        process = subprocess.Popen([build / "examples/sambung-server"], stdout=out, stderr=out, env=ENVIRONMENT | settings)
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://{address}/healthz").close()
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server does not answer:\n{log.read_text()}")
            time.sleep(0.05)
        yield address, re.search(r"smb_[\w-]+", log.read_text())[0]
    finally:
        process.terminate()
        process.wait(30)


def check_command(block: Snippet, build: pathlib.Path, address: str, token: str, folder: pathlib.Path) -> None:
    text = block.text.replace("127.0.0.1:8787", address).replace("localhost:5432", postgres())
    if block.language == "sql":
        run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", os.environ["SAMBUNG_TEST_POSTGRES_ADMIN_URL"], "-f", "-"], input=text)
        return
    path = f"{build}/examples:{os.environ['PATH']}"
    printed = run(["bash", "-euo", "pipefail", "-c", text], env={"SAMBUNG_TOKEN": token, "PATH": path}, cwd=folder)
    if not printed.strip() or block.expect not in printed:
        raise AssertionError(f"{block.expect!r} is not in what it prints:\n{printed}")


def main() -> int:
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    passed = failed = 0

    def attempt(block: Snippet, check, *arguments) -> None:
        nonlocal passed, failed
        try:
            check(*arguments)
            passed += 1
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print(f"failed: {block.name} of {block.shown_in}: {problem}")

    found = snippets()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        run(["cmake", "--install", build, "--prefix", folder / "prefix"])
        programs = {}
        for block in found:
            if block.language in ("cpp", "cmake"):
                programs.setdefault(block.name, []).append(block)
        with server(build, folder) as (address, token):
            for block in found:
                if block.language in ("bash", "sql"):
                    attempt(block, check_command, block, build, address, token, folder)
        for name, blocks in programs.items():
            attempt(blocks[-1], check_program, name, blocks, folder / "prefix", folder / name)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

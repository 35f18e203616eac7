#!/usr/bin/env python3
"""check_headers.py [--self-test]: every public header compiles alone, twice in one file, with nothing before it.

A header that is the very first thing another one includes is compiled alone by that one; the rest get a file each, and a
compiler cache remembers them. The self-test sees that a header which needs something is found, both ways.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAGS = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
INCLUDE = re.compile(r"^#include [<\"](.*?)[>\"]", re.MULTILINE)


def first_include(header: pathlib.Path) -> str | None:
    """What it includes before it says anything itself."""
    for line in header.read_text(encoding="utf-8").splitlines():
        if found := INCLUDE.match(line):
            return found[1]
        if line.strip() and not line.startswith(("//", "#pragma once")):
            return None
    return None


def alone(include: pathlib.Path) -> list[str]:
    """The headers that need a file of their own."""
    first = {str(path.relative_to(include)): first_include(path) for path in sorted(include.rglob("*.hpp"))}
    chosen: list[str] = []
    shown: set[str] = set()
    shown_by_another = set(first.values())
    for header in sorted(first, key=lambda header: header in shown_by_another):
        if header in shown:
            continue
        chosen.append(header)
        while header in first and header not in shown:
            shown.add(header)
            header = first[header] or ""
    return chosen


def fault(include: pathlib.Path, work: pathlib.Path, header: str) -> str:
    source = work / (header.replace("/", "_") + ".cpp")
    text = f"#include <{header}>\n#include <{header}>\n"
    if not source.exists() or source.read_text(encoding="utf-8") != text:
        source.write_text(text, encoding="utf-8")
    launcher = ["ccache"] if shutil.which("ccache") else []
    done = subprocess.run([*launcher, os.environ.get("CXX", "g++"), *FLAGS, f"-I{include}", "-c", str(source), "-o",
                           str(source.with_suffix(".o"))], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{header} does not compile alone:\n{done.stderr[:2000]}"


def faults(include: pathlib.Path, work: pathlib.Path) -> list[str]:
    work.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        return [found for found in workers.map(lambda header: fault(include, work, header), alone(include)) if found]


def self_test() -> list[str]:
    wrong = []
    for name, files in {
        "by itself": {"a.hpp": "#pragma once\ninline int a(std::size_t) { return 0; }\n"},
        "twice": {"a.hpp": "inline int a() { return 0; }\n"},
        "first in another": {"a.hpp": "#pragma once\ninline int a(std::size_t) { return 0; }\n",
                             "b.hpp": "#pragma once\n// words\n#include <a.hpp>\n\n#include <cstddef>\n"},
        "later in another": {"a.hpp": "#pragma once\ninline int a(std::size_t) { return 0; }\n",
                             "b.hpp": "#pragma once\n#include <cstddef>\n#include <a.hpp>\n"},
        "after words in another": {"a.hpp": "#pragma once\ninline int a(b) { return 0; }\n",
                                   "b.hpp": "#pragma once\nstruct b;\n#include <a.hpp>\n"},
    }.items():
        with tempfile.TemporaryDirectory() as folder:
            include = pathlib.Path(folder) / "include"
            include.mkdir()
            for file, text in files.items():
                (include / file).write_text(text, encoding="utf-8")
            if not faults(include, pathlib.Path(folder) / "work"):
                wrong.append(f"a header that lacks something was not found: {name}")
    return wrong


if __name__ == "__main__":
    found = self_test() if sys.argv[1:] == ["--self-test"] else faults(ROOT / "include", ROOT / "build" / "headers")
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)

#!/usr/bin/env python3
"""check_mistakes.py: the mistakes of tests/mistakes/compile do not compile, each with one error that says why, on g++ 12 and clang 19.

The first line of each file is what the error must match; mended by -DMENDED, it compiles. All are compiled as one unit,
once with their mistakes and once without.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/mistakes/compile"
# Warnings that an application is well advised to make errors.
FLAGS = ["-std=c++20", "-fsyntax-only", "-Werror=unused-result", "-Werror=unused-value", f"-I{ROOT / 'include'}", "-x", "c++", "-"]


class Mistake:
    def __init__(self, file: pathlib.Path):
        first, second = file.read_text(encoding="utf-8").splitlines()[:2]
        self.file = file
        self.expected = first.removeprefix("// error: ")
        self.only = second.removeprefix("// only: ") if second.startswith("// only: ") else ""

    def is_for(self, compiler: str) -> bool:
        return not self.only or self.only == compiler


def name_of(compiler: str) -> str:
    macros = subprocess.run([compiler, "-dM", "-E", "-x", "c++", "/dev/null"], capture_output=True, text=True, check=True).stdout
    kind, macro = ("clang", "__clang_major__") if "__clang__" in macros else ("g++", "__GNUC__")
    found = re.search(f"define {macro} ([0-9]+)", macros)
    return f"{kind} {found[1]}"


def errors_of(compiler: str, mistakes: list[Mistake], *more: str) -> str:
    unit = "".join(f'#include "{one.file}"\n' for one in mistakes)
    return subprocess.run([compiler, *more, *FLAGS], input=unit, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C"}).stderr


def faults(compiler: str) -> list[str]:
    name = name_of(compiler)
    mistakes = [one for one in map(Mistake, sorted(FOLDER.glob("*.cpp"))) if one.is_for(name)]
    if mended := errors_of(compiler, mistakes, "-DMENDED"):
        return [f"{name}: what is mended does not compile: {mended[:2000]}"]
    said = errors_of(compiler, mistakes)
    errors = re.findall(r"error: (.*)", said)
    wrong = [f"{name}: {one.file.name} compiles, or without: {one.expected}"
             for one in mistakes if one.file.name not in said or not any(re.match(one.expected, text) for text in errors)]
    if len(errors) != len(mistakes):
        wrong.append(f"{name}: {len(mistakes)} mistakes have {len(errors)} errors:\n  " + "\n  ".join(errors))
    return wrong


if __name__ == "__main__":
    compilers = [one for one in (os.environ.get("CXX", "g++"), "clang++-19") if shutil.which(one)]
    found = [fault for one in compilers for fault in faults(one)]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)

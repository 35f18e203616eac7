#!/usr/bin/env python3
"""check_verbs.py [--self-test]: what verbs take and give is what g++ 12 and Asio can do with it.

What g++ 12 would destroy twice beside a co_await does not compile (docs/guides/gcc-12.md).

No public verb takes an aggregate: `co_await desk.chats().create(new_chat{...})` would be a double free. A type that is handed to what
is awaited declares its constructors, if only `new_chat() = default;`. The compiler is asked about the type of every parameter
by value of whatever returns a task<> in include/sambung. And a record without a name is refused where it is written at once.

Every verb may be given to co_spawn(), with use_future or any other completion token: Asio hands over a result that it makes itself
when the verb throws. So what a verb gives can be made empty.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERB = re.compile(r"^ *(?:SAMBUNG_API |virtual )*task<([^;{}()]*)> (\w+)\(([^;{}]*?)\)(?: const)?(?: override)?(?: = 0)?(?:;| \{)", re.MULTILINE)
MADE_UP = re.compile(r"^(?:[A-Z]\w*|.*<[A-Z]\w*>+)$")  # a template's parameter


def parameters(text: str) -> list[str]:
    """Split at the commas that separate parameters."""
    parts, depth = [""], 0
    for character in " ".join(text.split()):
        depth += (character in "<({") - (character in ">)}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def type_of(parameter: str) -> str:
    """`std::string name = {}` is a std::string."""
    declared = parameter.split(" = ")[0]
    return re.sub(r"[ &*]*\b\w+$", "", declared) if " " in declared else declared


def taken(header: str) -> set[str]:
    """The types that its verbs take by value."""
    found = {type_of(one) for _, _, all_of in VERB.findall(header) for one in parameters(all_of) if not re.search(r"[&*]", one.split(" = ")[0])}
    return {one for one in found if not MADE_UP.match(one)}


def given(header: str) -> set[str]:
    """The types that its verbs give."""
    return {one for one, _, _ in VERB.findall(header) if one != "void" and not MADE_UP.match(one)}


def assertions(where: pathlib.Path, header: str) -> list[str]:
    """What has to hold of the verbs of a header."""
    return [f"static_assert(!std::is_aggregate_v<{one}> || std::is_trivially_destructible_v<{one}>,\n"
            f"              \"{where}: {one} is taken by a verb and declares no constructor\");\n" for one in sorted(taken(header))] + [
           f"static_assert(std::is_default_constructible_v<{one}>,\n"
           f"              \"{where}: {one} is given by a verb and cannot be made empty\");\n" for one in sorted(given(header))]


def faults(include: pathlib.Path) -> list[str]:
    lines, asked = [], 0
    for header in sorted(include.rglob("*.hpp")):
        where = header.relative_to(include)
        told = assertions(where, header.read_text(encoding="utf-8"))
        if not told:
            continue
        asked += len(told)
        lines.append(f"#include <{where}>\nnamespace sambung::testing {{}}\nnamespace sambung {{\nusing namespace testing;\n" + "".join(told) + "}\n")
    if asked == 0:
        return ["no verbs were found"]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "verbs.cpp"
        source.write_text("#include <type_traits>\n" + "".join(lines), encoding="utf-8")
        launcher = ["ccache"] if shutil.which("ccache") else []
        done = subprocess.run([*launcher, os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", f"-I{include}", str(source)],
                              capture_output=True, text=True, check=False)
    said = re.findall(r"static assertion failed: (.*)|static assertion failed[^:]*: \"?(.*?)\"?$", done.stderr, re.MULTILINE)
    return [one or other for one, other in said] or ([done.stderr[:2000]] if done.returncode else [])


RECORDS = """#include <sambung/storage/collection.hpp>
using namespace sambung;
struct note { std::string id; };
BOOST_DESCRIBE_STRUCT(note, (), (id))
auto describe_record(record_of<note>) { return record<note>("notes"); }
task<void> keep(collection<note> notes, note named) {
  batch all;
  all.add(insert(note{"1"})).add(increment(note{"1"}));
  co_await notes.write(insert(named));
  co_await notes.write(batch().add(insert(named)));
  co_await notes.write(%s);
}
"""


def record_faults(include: pathlib.Path) -> list[str]:
    """Whether a record is refused where, and only where, g++ 12 would destroy it twice."""
    compiler = os.environ.get("CXX", "g++")
    version = subprocess.run([compiler, "-dM", "-E", "-x", "c++", "/dev/null"], capture_output=True, text=True, check=True).stdout
    is_meant = "__clang__" not in version and "#define __GNUC__ 12\n" in version
    wrong = []
    for written, refused in {
        "std::move(all)": False,
        'insert(note{"1"})': is_meant, 'batch().add(insert(note{"1"}))': is_meant, 'batch().add(increment(note{"1"}))': is_meant,
    }.items():
        done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{include}", "-x", "c++", "-"], input=RECORDS % written,
                              capture_output=True, text=True, check=False)
        if ("give the record a name first" in done.stderr, done.returncode != 0) != (refused, refused):
            wrong.append(f"{written} is {'not refused' if refused else 'refused'}: {done.stderr[:500]}")
    return wrong


def self_test() -> list[str]:
    wrong = []
    for declared, expected in {
        "struct options { std::string name; };": True,
        "struct options { options() = default; std::string name; };": False,
        "struct options { int name = 0; };": False,
        "struct options { options() = default; }; struct given { explicit given(int) {} };\ntask<given> find(int id);": True,
        "struct options { options() = default; }; struct given { int id; };\ntask<given> find(int id);": False,
    }.items():
        with tempfile.TemporaryDirectory() as folder:
            include = pathlib.Path(folder)
            (include / "a.hpp").write_text(
                "#pragma once\n#include <string>\nnamespace sambung {\ntemplate <class T>\nstruct task {};\n" + declared +
                "\nstruct desk {\n  task<int> open(std::string name,\n                 options how = options()) const;\n};\n}\n", encoding="utf-8")
            if bool(faults(include)) != expected:
                wrong.append(f"judged wrongly: {declared}")
    return wrong


if __name__ == "__main__":
    found = self_test() if sys.argv[1:] == ["--self-test"] else faults(ROOT / "include") + record_faults(ROOT / "include")
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)

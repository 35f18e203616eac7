#!/usr/bin/env python3
"""check_exports.py BUILD | --self-test: whether shared libraries show what public headers declare.

A function that a header declares, and all of a type that it defines, has to be marked SAMBUNG_API where a library has it:
else the first program that calls it is not linked, or does not know an exception of that type. The static libraries of a
build tell, for their objects are those of shared ones. What is left out by all programs of ours is found nowhere else.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

from check_layers import DEFINED

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A function that a line at the left margin declares: the word before the first parenthesis.
FUNCTION = re.compile(r"^(?![\s#}/]|(?:namespace|class|struct|enum|using|friend|static_assert|BOOST_\w+)\b)"
                      r"[^(=;]*?\b(operator[^\w\s(]+|\w+)\(")
HIDDEN = re.compile(r"^ *\d+: \w+ +\d+ \w+ +(?:GLOBAL|WEAK) +HIDDEN +\d+ (\S+)$", re.MULTILINE)
STRONG = re.compile(r"^ *\d+: \w+ +\d+ \w+ +GLOBAL +HIDDEN +\d+ (\S+)$", re.MULTILINE)


def declared(header: str) -> tuple[set[str], set[str]]:
    """The types that it defines and the functions that it declares, with their namespaces."""
    types, functions, spaces = set(), set(), []
    for line in header.splitlines():
        if opened := re.match(r"namespace ([\w:]+) \{", line):
            spaces.append(opened[1])
        elif line.startswith("}  // namespace"):
            spaces.pop()
        elif spaces and not line[:1].isspace() and (found := DEFINED.match(line)):
            if "detail" not in spaces:
                types.add("::".join([*spaces, found[1]]))
        elif spaces and (found := FUNCTION.match(line.split("//")[0])):
            functions.add("::".join([*spaces, found[1]]))
    return types, functions


def plain(name: str) -> str:
    """A demangled name without parameters, arguments of templates and result: "sambung::chats::send"."""
    name = name.replace("[abi:cxx11]", "")
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    return name.split("(")[0].split(" ")[-1]


def faults(include: pathlib.Path, libraries: list[pathlib.Path]) -> list[str]:
    types, functions = set(), set()
    for header in include.rglob("*.hpp"):
        more = declared(header.read_text(encoding="utf-8"))
        types |= more[0]
        functions |= more[1]
    found = set()
    for library in libraries:
        table = subprocess.run(["readelf", "-sW", library], capture_output=True, text=True, check=True).stdout
        strong = set(STRONG.findall(table))
        # Type information is weak where no function of the type is the first that has to be defined.
        names = sorted(strong | {name for name in HIDDEN.findall(table) if name.startswith("_ZTI")})
        shown = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True).stdout
        for name in shown.splitlines():
            if name.startswith("typeinfo for ") and "<" in name:
                continue  # of a template, which every library makes for itself
            subject = plain(re.sub(r"^(?:vtable|typeinfo|VTT) for ", "", name))
            owners = {subject, subject.rpartition("::")[0], subject.rpartition("::")[0].rpartition("::")[0]}
            if subject in functions or owners & types:
                found.add(f"{library.name} hides {name}: a public header shows it without SAMBUNG_API")
    return sorted(found)


PLANTED = """
namespace sambung {
#define SHOWN __attribute__((visibility("default")))
SHOWN int shown(int);
int hidden(int);
class SHOWN open_class {
 public:
  virtual ~open_class();
};
class closed_class {
 public:
  virtual ~closed_class();
  void step();
};
struct thrown {
  virtual ~thrown() = default;
};
int internal_too(int);
}  // namespace sambung
"""
EXPECTED = ["sambung::hidden(int)", "sambung::closed_class::step()", "typeinfo for sambung::closed_class",
            "typeinfo for sambung::thrown"]


def self_test() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder)
        (include / "a.hpp").write_text(PLANTED.replace("int internal_too(int);\n", ""))
        (include / "a.cpp").write_text(PLANTED + """
namespace sambung {
int shown(int a) { return a; }
int hidden(int a) { return a; }
open_class::~open_class() = default;
closed_class::~closed_class() = default;
void closed_class::step() {}
int internal_too(int) { throw thrown(); }
}
""")
        subprocess.run(["g++", "-fvisibility=hidden", "-c", include / "a.cpp", "-o", include / "a.o"], check=True)
        found = faults(include, [include / "a.o"])
    missed = [f"self-test: not found: {name}" for name in EXPECTED if not any(name in fault for fault in found)]
    return missed + [f"self-test: should not be found: {fault}" for fault in found
                     if "internal_too" in fault or "open_class" in fault or "shown" in fault.split(":")[0]]


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        found = self_test()
    else:
        libraries = sorted(pathlib.Path(sys.argv[1]).glob("libsambung_*.a"))
        found = faults(ROOT / "include", [one for one in libraries if one.name != "libsambung_testing.a"])
        if not libraries:
            found = [f"no static libraries in {sys.argv[1]}"]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""coverage.py [--measure] [--judge] [ROOM...]: the lines of src/ and include/ that tests run, by room.

  coverage.py              the table of build/coverage/report.json
  coverage.py --measure    makes that report first, by gcovr, from what the tests of build/coverage left behind
  coverage.py --judge      fails when a room has fewer than 85 %, when a line of a room of WHOLE is run by no test and has no reason,
                           and when a reason has no such line any more
  coverage.py ROOM...      the lines of these rooms that no test runs
  coverage.py --places     whether what the reasons name is still in the sources: builds nothing
  coverage.py --self-test  that the judge finds what is planted

A reason is a row of docs/testing.md, "Lines that no test runs": a file and some text of the line, or of a line beside it that no test
runs either, with no line that one runs between the two.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "coverage"
REPORT = BUILD / "report.json"
PAGE = ROOT / "docs" / "testing.md"
HEADING = "\n## Lines that no test runs\n"
LEAST = 85
# Every line, or its reason.
WHOLE = ["security", "services/auth", "services/base", "services/tenancy", "storage", "storage/postgres", "storage/sql", "storage/sqlite"]

Lines = dict[int, bool]  # whether a test runs them
Reasons = list[tuple[str, str]]  # a file and a text in it


def measure() -> None:
    subprocess.run(["gcovr", "--root", ROOT, "--object-directory", BUILD, "--filter", f"{ROOT}/src/", "--filter", f"{ROOT}/include/",
                    "--gcov-ignore-parse-errors", "--exclude-unreachable-branches", "-j", "2", "--json", REPORT, BUILD],
                   check=True, cwd=ROOT)


def measured() -> dict[str, Lines]:
    return {file["file"]: {line["line_number"]: line["count"] > 0 for line in file["lines"] if not line.get("gcovr/noncode")}
            for file in json.loads(REPORT.read_text(encoding="utf-8"))["files"]}


def room_of(file: str) -> str:
    folder = pathlib.PurePosixPath(file).parent.parts
    inner = folder[2:] if folder[0] == "include" else folder[1:]
    return "/".join(inner) or "."


def ranges(lines: list[int]) -> str:
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][1] + 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def unrun(lines: Lines) -> list[int]:
    return sorted(line for line, run in lines.items() if not run)


def blocks(lines: Lines, source: list[str]) -> list[list[int]]:
    """The lines that no test runs, in groups: between those of one there is neither a line that one runs nor the end of a function."""
    found: list[list[int]] = []
    last = 0
    for line in sorted(lines):
        if lines[line]:
            last = 0
            continue
        if not last or any(text.startswith("}") for text in source[last - 1:line - 1]):
            found.append([])
        found[-1].append(line)
        last = line
    return found


def reasons(page: str) -> Reasons:
    """Of the table's first column: `file`: `text`, `text`; `file`: `text`."""
    found: Reasons = []
    for row in page.partition(HEADING)[2].partition("\n## ")[0].splitlines():
        if not row.startswith("| `"):
            continue
        for part in re.split(r"(?<=`); (?=`)", row[2:].partition("` | ")[0] + "`"):
            file, *texts = re.findall(r"`([^`]+)`", part)
            found += [(file, text) for text in texts]
    return found


def unexplained(files: dict[str, Lines], sources: dict[str, list[str]], known: Reasons) -> list[str]:
    """What has no reason, and the reasons that have nothing."""
    faults = []
    used: set[tuple[str, str]] = set()
    for file, lines in sorted(files.items()):
        for block in blocks(lines, sources[file]):
            text = "\n".join(sources[file][line - 1] for line in block)
            mine = {one for one in known if one[0] == file and one[1] in text}
            used |= mine
            if not mine and room_of(file) in WHOLE:
                faults.append(f"{file}: no test runs {ranges(block)}, and no reason is written")
    return faults + [f"{file}: not without a test any more: {text}" for file, text in known if (file, text) not in used]


def misplaced(known: Reasons) -> list[str]:
    faults = [f"{file}: is not there" for file in sorted({file for file, _ in known}) if not (ROOT / file).exists()]
    return faults + [f"{file}: has no {text}" for file, text in known
                     if (ROOT / file).exists() and text not in (ROOT / file).read_text(encoding="utf-8")]


def self_test() -> list[str]:
    source = ["int f() {", "  a();", "  b();", "  c();", "}", "int g() {", "  d();", "}", "int h() {", "  e();", "}"]
    lines = {1: True, 2: True, 3: False, 4: False, 6: False, 7: False, 9: True, 10: True}
    page = HEADING + "| where | why |\n| --- | --- |\n| `src/security/a.cpp`: `b()`, `e()`; `src/core/b.cpp`: `x` | so, `here` |\n\n## Next\n| `no`: `no` | no |\n"
    known = reasons(page)
    expected = [("src/security/a.cpp", "b()"), ("src/security/a.cpp", "e()"), ("src/core/b.cpp", "x")]
    found = unexplained({"src/security/a.cpp": lines, "src/core/b.cpp": {1: False}}, {"src/security/a.cpp": source, "src/core/b.cpp": source},
                        known[:2])
    faults = [] if known == expected else [f"reasons read wrongly: {known}"]
    if found != ["src/security/a.cpp: no test runs 6-7, and no reason is written", "src/security/a.cpp: not without a test any more: e()"]:
        faults.append(f"judged wrongly: {found}")
    return faults


def table(files: dict[str, Lines], least: float) -> list[str]:
    """Prints it; what is wrong with it."""
    run: dict[str, int] = collections.Counter()
    total: dict[str, int] = collections.Counter()
    for file, lines in files.items():
        total[room_of(file)] += len(lines)
        run[room_of(file)] += sum(lines.values())
    for room in sorted(room for room in total if total[room]):
        print(f"  {room:<24} {run[room]:>6} of {total[room]:>6} lines {100 * run[room] / total[room]:6.1f} %")
    print(f"  {'together':<24} {sum(run.values()):>6} of {sum(total.values()):>6} lines {100 * sum(run.values()) / sum(total.values()):6.1f} %")
    return [f"{room}: fewer than {least} % of its lines are run" for room in sorted(total) if 100 * run[room] < least * total[room]]


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for word in ["measure", "judge", "places", "self-test"]:
        words.add_argument(f"--{word}", action="store_true")
    words.add_argument("rooms", nargs="*", metavar="ROOM")
    options = words.parse_args()
    faults: list[str] = []
    if options.self_test:
        faults = self_test()
    elif options.places:
        faults = misplaced(reasons(PAGE.read_text(encoding="utf-8")))
    else:
        if options.measure:
            measure()
        files = measured()
        if options.rooms:
            for file, lines in sorted(files.items()):
                if room_of(file) in options.rooms and unrun(lines):
                    print(f"{file}: {ranges(unrun(lines))}")
            return 0
        faults = table(files, LEAST)
        sources = {file: (ROOT / file).read_text(encoding="utf-8").splitlines() for file in files}
        faults += unexplained(files, sources, reasons(PAGE.read_text(encoding="utf-8")))
        if not options.judge:
            return 0
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""coverage.py [--measure] [--least PERCENT] [ROOM...]: the lines of src/ and include/ that tests run, by room.

  coverage.py              the table of build/coverage/report.json
  coverage.py --measure    makes that report first, by gcovr, from what the tests of build/coverage left behind
  coverage.py ROOM...      the lines of these rooms that no test runs
  --least PERCENT          fails when a room has fewer
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "coverage"
REPORT = BUILD / "report.json"


def measure() -> None:
    subprocess.run(["gcovr", "--root", ROOT, "--object-directory", BUILD, "--filter", f"{ROOT}/src/", "--filter", f"{ROOT}/include/",
                    "--gcov-ignore-parse-errors", "--exclude-unreachable-branches", "-j", "2", "--json", REPORT, BUILD],
                   check=True, cwd=ROOT)


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


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--measure", action="store_true")
    words.add_argument("--least", type=float, default=0)
    words.add_argument("rooms", nargs="*", metavar="ROOM")
    options = words.parse_args()
    if options.measure:
        measure()

    run: dict[str, int] = collections.Counter()
    total: dict[str, int] = collections.Counter()
    missing: dict[str, dict[str, list[int]]] = collections.defaultdict(dict)
    for file in json.loads(REPORT.read_text(encoding="utf-8"))["files"]:
        name = file["file"]
        counted = {line["line_number"]: line["count"] for line in file["lines"] if not line.get("gcovr/noncode")}
        room = room_of(name)
        total[room] += len(counted)
        run[room] += sum(count > 0 for count in counted.values())
        if unrun := sorted(line for line, count in counted.items() if count == 0):
            missing[room][name] = unrun

    if options.rooms:
        for room in options.rooms:
            for name, lines in sorted(missing[room].items()):
                print(f"{name}: {ranges(lines)}")
        return 0
    low = 0
    for room in sorted(room for room in total if total[room]):
        share = 100 * run[room] / total[room]
        low += share < options.least
        print(f"  {room:<24} {run[room]:>6} of {total[room]:>6} lines {share:6.1f} %{'  too few' if share < options.least else ''}")
    print(f"  {'together':<24} {sum(run.values()):>6} of {sum(total.values()):>6} lines {100 * sum(run.values()) / sum(total.values()):6.1f} %")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())

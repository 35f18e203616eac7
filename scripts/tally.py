#!/usr/bin/env python3
"""tally.py LOG STATUS: how many tests passed and failed, by the summaries in a stage's output and its exit status.

Knows the summaries of GoogleTest, CTest, pytest, unittest, node --test and vitest, and "N passed, N failed" of our own
scripts. A stage without any counts as one test; one that failed without naming a failure, or that ended before its
summary, counts as a failure.
"""

import re
import sys


def pytest_counts(summary: str) -> tuple[int, int]:
    """Of "1 failed, 3 passed, 2 skipped, 1 error"."""
    counts = {word.rstrip("s"): int(number) for number, word in re.findall(r"(\d+) (\w+)", summary)}
    return counts.get("passed", 0), counts.get("failed", 0) + counts.get("error", 0)


SUMMARIES = [
    # (pattern, how to read it)
    (r"^\[  PASSED  \] (\d+) tests?\.$", lambda m: (int(m[1]), 0)),
    (r"^\[  FAILED  \] \S+\.\S+.* \(\d+ ms\)$", lambda m: (0, 1)),
    (r"^\d+% tests passed, (\d+) tests failed out of (\d+)$", lambda m: (int(m[2]) - int(m[1]), int(m[1]))),
    (r"^(\d+) passed, (\d+) failed$", lambda m: (int(m[1]), int(m[2]))),
    (r"^(?:=+ )?((?:\d+ (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)(?:, )?)+) in [\d.]+s", lambda m: pytest_counts(m[1])),
    (r"^Ran (\d+) tests? in [\d.]+s$", lambda m: (int(m[1]), 0)),
    (r"^FAILED \((?:failures=(\d+))?(?:, )?(?:errors=(\d+))?.*\)$",
     lambda m: (-int(m[1] or 0) - int(m[2] or 0), int(m[1] or 0) + int(m[2] or 0))),
    (r"^(?:# |ℹ )pass (\d+)$", lambda m: (int(m[1]), 0)),
    (r"^(?:# |ℹ )fail (\d+)$", lambda m: (0, int(m[1]))),
    (r"^Tests  ((?:\d+ \w+(?: \| )?)+) \(\d+\)$", lambda m: pytest_counts(m[1])),
]


def tally(text: str, status: int) -> tuple[int, int]:
    passed = failed = 0
    for line in text.splitlines():
        for pattern, read in SUMMARIES:
            if found := re.match(pattern, line.strip()):
                good, bad = read(found)
                passed, failed = passed + good, failed + bad
                break
    if status != 0 and failed == 0:
        failed = 1
    if status == 0 and passed == failed == 0:
        passed = 1
    return passed, failed


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        print(*tally(log.read(), int(sys.argv[2])))

"""P15: the worst bytes for each decoder, at sizes that double: what a byte takes, and how much more when there are eight times
as many."""

import json

from harness import SYSTEM_CORE, Row, Settings, output_of, program

MAX_GROWTH = 3  # sorted names cost their logarithm, and memory beyond the caches its way; what is quadratic grows eightfold


def run(settings: Settings) -> list[Row]:
    figures: dict[str, list[dict]] = {}
    for _ in range(settings.rounds):
        for line in output_of([program("doubling")], SYSTEM_CORE).splitlines():
            figure = json.loads(line)
            figures.setdefault(figure["case"], []).append(figure)
    rows = []
    for case, seen in figures.items():
        row = Row("P15", case, "sambung", [one["nanoseconds"] for one in seen], "ns a byte")
        growth = sorted(one["growth"] for one in seen)[len(seen) // 2]
        row.ratio = f"{growth:.2f}x at 8x the bytes"
        row.target, row.met = f"{MAX_GROWTH}x", growth <= MAX_GROWTH
        rows.append(row)
    return rows

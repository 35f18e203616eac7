"""P13: decoding recorded streams, beside the bandwidth of memory and beside Boost.JSON on every chunk."""

import json

from harness import SYSTEM_CORE, Row, Settings, output_of, program, ratio_of

BASELINE = "Boost.JSON on every chunk"


def run(settings: Settings) -> list[Row]:
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(settings.rounds):
        for line in output_of([program("decode")], SYSTEM_CORE).splitlines():
            figure = json.loads(line)
            case, system = figure["case"].split(": ")
            rates.setdefault((case, system), []).append(figure["value"])
    rows = []
    for (case, system), samples in rates.items():
        row = Row("P13", f"{case} stream", system, samples, "MB/s")
        if system != BASELINE:
            ratio = ratio_of(samples, rates[case, BASELINE])
            row.ratio = f"{ratio:.1f}x Boost.JSON"
            if system == "sambung":
                row.target, row.met = "5x", ratio >= 5
        rows.append(row)
    return rows

"""R5: sockets that are lost and come back within ten seconds, each behind the event that it saw last."""

import statistics

from event_streams import QUICK_SOCKETS, SOCKETS, load_of, sambung_events
from harness import Row, Settings, WrongAnswer, scratch

WITHIN_MS, QUICK_WITHIN_MS = 10_000, 1_000
MISSED = 3  # events, while nobody but one was there
MAX_P99_MS = 2_000


def measure(system, sockets: int, within_ms: int) -> dict:
    with load_of(system, 1) as staying, load_of(system, sockets) as load:
        staying.open(1)
        load.open(sockets)
        load.told("all 10 1", 10 * sockets)
        load.ask(f"leave {sockets}")
        staying.ask("collect 10")
        staying.told(f"all {MISSED} 1", MISSED)
        reads = system.ask("reads")
        opened = load.open(sockets, within_ms)
        if load.ask(f"collect {MISSED * sockets}")["events"] != MISSED * sockets:
            raise WrongAnswer("not everybody was told what they had missed")
        return opened | {"reads": (system.ask("reads") - reads) / sockets}


def run(settings: Settings) -> list[Row]:
    sockets, within_ms = (QUICK_SOCKETS, QUICK_WITHIN_MS) if settings.quick else (SOCKETS, WITHIN_MS)
    rounds = []
    with scratch() as folder:
        for wire, name in (("orpc", "sambung"), ("sse", "sambung, SSE")):
            of = []
            for _ in range(settings.rounds):
                with sambung_events(wire, sockets, folder, name) as system:
                    of.append(measure(system, sockets, within_ms))
            rounds.append((name, of))
    case = f"{sockets:,} come back within {within_ms // 1_000} s"
    rows = []
    for name, of in rounds:
        p99, reads = ([one[key] for one in of] for key in ("open_p99_ms", "reads"))
        half = statistics.median(one["open_p50_ms"] for one in of)
        rows.append(Row("R5", f"{case}, to what they missed, p99", name, p99, "ms", f"p50 {half:.1f} ms; none was refused",
                        f"{MAX_P99_MS} ms", statistics.median(p99) < MAX_P99_MS))
        rows.append(Row("R5", f"{case}, reads of storage each", name, reads, "reads", "", "1", statistics.median(reads) <= 1))
    return rows

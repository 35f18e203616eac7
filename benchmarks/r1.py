"""R1: sockets that follow events and are idle, then one event to each every second, each to another user."""

import statistics
import time

from event_streams import QUICK_SOCKETS, SOCKETS, load_of, peer, sambung_events
from harness import Row, Settings, WrongAnswer, scratch
from turn_streams import resident_kib

MINUTE, QUICK_SECONDS = 60, 5
MAX_P99_MS = 100
WARMING = 50
MAX_KIB = {"sambung": 8, "sambung, SSE": 4}


def settled_kib(pid: int) -> int:
    """The least within two seconds: what the last ones took for a moment has gone by then."""
    least = resident_kib(pid)
    for _ in range(20):
        time.sleep(0.1)
        least = min(least, resident_kib(pid))
    return least


def measure(system, sockets: int, seconds: int) -> dict:
    with load_of(system, min(WARMING, sockets)) as few:
        few.open(min(WARMING, sockets))
    before = settled_kib(system.pid)
    with load_of(system, sockets) as load:
        opened = load.open(sockets)
        idle = settled_kib(system.pid)
        figures = load.told(f"each {seconds}", sockets * seconds)
    if idle < before:
        raise WrongAnswer(f"{system.name}: less memory with {sockets} sockets than without")
    return figures | {"kib": (idle - before) / sockets, "open_p99_ms": opened["open_p99_ms"]}


def systems(sockets: int, folder):
    return [sambung_events("orpc", sockets, folder), sambung_events("sse", sockets, folder, "sambung, SSE"),
            peer("ws", "plain", folder), peer("socketio", "socketio", folder)]


def run(settings: Settings) -> list[Row]:
    sockets, seconds = (QUICK_SOCKETS, QUICK_SECONDS) if settings.quick else (SOCKETS, MINUTE)
    rounds: dict[str, list[dict]] = {}
    with scratch() as folder:
        for _ in range(1 if settings.quick else min(2, settings.rounds)):  # each takes minutes
            for starting in systems(sockets, folder):  # each anew, or memory would be used again
                with starting as system:
                    rounds.setdefault(system.name, []).append(measure(system, sockets, seconds))
    return [memory_row(sockets, name, of) for name, of in rounds.items()] + [
        way_row(sockets, seconds, name, of) for name, of in rounds.items()]


def memory_row(sockets: int, name: str, of: list[dict]) -> Row:
    values = [one["kib"] for one in of]
    opening = statistics.median(one["open_p99_ms"] for one in of)
    row = Row("R1", f"{sockets:,} idle, memory of each", name, values, "KiB", f"opened within p99 {opening:.0f} ms")
    if name in MAX_KIB:
        row.target, row.met = f"{MAX_KIB[name]} KiB", statistics.median(values) <= MAX_KIB[name]
    return row


def way_row(sockets: int, seconds: int, name: str, of: list[dict]) -> Row:
    values = [one["way_p99_ms"] for one in of]
    half = statistics.median(one["way_p50_ms"] for one in of)
    row = Row("R1", f"one event each a second for {seconds} s, p99", name, values, "ms",
              f"p50 {half:.2f} ms, all {of[0]['events']:,} came")
    if name in MAX_KIB:
        row.target, row.met = f"{MAX_P99_MS} ms", statistics.median(values) < MAX_P99_MS
    return row

"""R2: one event to everybody's socket, ten times a second."""

import contextlib
import statistics

from event_streams import QUICK_SOCKETS, SOCKETS, floor, load_of, peer, sambung_events
from harness import Row, Settings, cpu_seconds, ratio_of, scratch

RATE = 10  # events a second
MAX_P99_MS = 150
LEAST_RATE, LEAST_OF_FLOOR, LEAST_OF_PEER = 100_000, 0.5, 3


def measure(load, sockets: int, seconds: int) -> dict:
    before = cpu_seconds(load.system.pid)
    figures = load.told(f"all {RATE} {seconds}", RATE * seconds * sockets)
    used = cpu_seconds(load.system.pid) - before
    return figures | {"per_core": figures["events"] / max(used, 0.01)}


def run(settings: Settings) -> list[Row]:
    sockets = QUICK_SOCKETS if settings.quick else SOCKETS
    seconds = max(3, round(settings.seconds))
    rounds: dict[str, list[dict]] = {}
    with scratch() as folder, contextlib.ExitStack() as stack:
        loads = []
        for starting in (floor(folder), sambung_events("orpc", sockets, folder), peer("ws", "plain", folder),
                         peer("socketio", "socketio", folder)):
            load = stack.enter_context(load_of(stack.enter_context(starting), sockets))
            load.open(sockets)
            measure(load, sockets, 1)  # warms up
            loads.append(load)
        for _ in range(settings.rounds):
            for load in loads:
                rounds.setdefault(load.system.name, []).append(measure(load, sockets, seconds))
    return rate_rows(sockets, rounds) + way_rows(sockets, rounds)


def rate_rows(sockets: int, rounds: dict) -> list[Row]:
    per_core = {name: [one["per_core"] for one in of] for name, of in rounds.items()}
    rows = [Row("R2", f"{sockets:,} sockets, deliveries a second of a core", name, values, "events/s")
            for name, values in per_core.items()]
    ours = next(row for row in rows if row.system == "sambung")
    to_floor, to_peer = (ratio_of(ours.samples, per_core[name]) for name in ("floor", "socketio"))
    ours.ratio = f"{to_floor:.2f}x floor, {to_peer:.1f}x Socket.IO, {ratio_of(ours.samples, per_core['ws']):.1f}x ws"
    ours.target = f"{LEAST_RATE:,}, {LEAST_OF_FLOOR}x, {LEAST_OF_PEER}x"
    ours.met = (statistics.median(ours.samples) >= LEAST_RATE and to_floor >= LEAST_OF_FLOOR and to_peer >= LEAST_OF_PEER)
    return rows


def way_rows(sockets: int, rounds: dict) -> list[Row]:
    rows = []
    for name, of in rounds.items():
        values = [one["way_p99_ms"] for one in of]
        half = statistics.median(one["way_p50_ms"] for one in of)
        row = Row("R2", f"{sockets:,} sockets, {RATE} events a second, p99", name, values, "ms", f"p50 {half:.1f} ms")
        if name == "sambung":
            row.target, row.met = f"{MAX_P99_MS} ms", statistics.median(values) < MAX_P99_MS
        rows.append(row)
    return rows

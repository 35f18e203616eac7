"""The last rows of P3: 64 events 20 ms apart, streamed through durable turns, each in a chat of its own, on SQLite."""

import json
import pathlib
import statistics
import subprocess

from harness import Row, Settings, WrongAnswer, cpu_seconds, scratch, sync_rate
from p6 import check_rows
from streams import allow_many_connections, checked, load_command, mock_upstream, model_of, port_of, stream_server

EVENTS = 64
GAP_MS = 20
REPEATS = 2
RAMP_MS = EVENTS * GAP_MS // 2  # so that all are in flight before the first ends


def resident_kib(pid: int) -> int:
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def expect(line: str, word: str) -> None:
    if line.strip() != word:
        raise RuntimeError(f"the load generator said {line.strip()!r} instead of {word!r}")


def measure(system, streams):
    model = model_of(system, f"stream-{EVENTS}-{GAP_MS}")
    command = load_command("turns", system, EVENTS, streams, [REPEATS, RAMP_MS], model)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as load:
        expect(load.stdout.readline(), "ready")
        idle, cpu = resident_kib(system.pid), cpu_seconds(system.pid)
        load.stdin.write("\n")
        load.stdin.flush()
        expect(load.stdout.readline(), "full")
        full = resident_kib(system.pid)
        figures = checked(json.loads(load.stdout.readline()), system)
    if figures["peak"] != streams or figures["answers"] != streams * REPEATS:
        raise WrongAnswer(f"{figures['answers']} turns ended, at most {figures['peak']} at once")
    figures["kib_per_turn"] = (full - idle) / streams
    figures["cpu_us"] = (cpu_seconds(system.pid) - cpu) * 1e6 / figures["events"]
    return figures


def run(settings: Settings) -> list[Row]:
    allow_many_connections()
    streams = 100 if settings.quick else 1_000
    syncs, rounds = [], []
    for _ in range(settings.rounds):  # each with a process and a database of its own, or memory would be used again
        with scratch() as folder:
            syncs.append(sync_rate(folder, 1, 1))
            with mock_upstream() as direct, stream_server(port_of(direct), folder / "turns.db") as system:
                rounds.append(measure(system, streams))
            check_rows(folder / "turns.db", streams * REPEATS)

    def values(key, scale=1):
        return [one[key] / scale for one in rounds]

    def median(key, scale=1):
        return statistics.median(values(key, scale))

    case = f"{streams:,} streams as turns"
    way = Row("P3", f"{case}, on their way, p99", "sambung", values("way_p99_us", 1000), "ms",
              f"{median('late'):,.0f} of {rounds[0]['events']:,} events over 50 ms late", "50 ms")
    way.met = statistics.median(way.samples) <= 50
    return [
        Row("P3", f"{case}", "fdatasync, 1 writer", syncs, "syncs/s"),
        way,
        Row("P3", f"{case}, to first event, p99", "sambung", values("first_event_p99_us", 1000), "ms",
            f"p50 {median('first_event_p50_us', 1000):.2f} ms, {median('cpu_us'):.0f} us CPU/event"),
        Row("P3", f"{case}, memory of each", "sambung", values("kib_per_turn"), "KiB"),
    ]

"""P3: streamed answers of 64 events 20 ms apart through Sambung and, for comparison, nginx and Portkey: what each adds to
the time to the first event and to the gaps between events, beside the same mock upstream alone. Then the same as durable
turns."""

import contextlib
import statistics

import turn_streams
from harness import Row, Settings, WrongAnswer, scratch
from p1 import nginx, portkey
from streams import allow_many_connections, completions, mock_upstream, port_of, stream_server

EVENTS = 64
GAP_MS = 20
STREAMS = [1, 100, 500, 1_000, 2_000]
FIRST_EVENTS = 200  # how many short answers tell the time to the first event at one stream
PORTKEY_STREAMS = 100  # at most; more keep it busy for minutes
JUDGED_FIRST_EVENT = 500  # up to so many streams: with more, streams wait for each other and not for the system


def measure(system, streams, settings, folder):
    length_ms = EVENTS * GAP_MS
    repeats = max(2, round(settings.seconds * 1000 / length_ms))
    figures = completions("paced", system, f"stream-{EVENTS}-{GAP_MS}", EVENTS, streams, [repeats, length_ms], folder)
    if figures["events"] != streams * repeats * EVENTS:
        raise WrongAnswer(f"{system.name}: {figures['events']} of {streams * repeats * EVENTS} events arrived")
    if streams == 1:  # too few answers to tell a p99 from
        short = completions("paced", system, "stream-2-1", 2, 1, [FIRST_EVENTS, 0], folder)
        figures |= {key: short[key] for key in ("first_event_p50_us", "first_event_p99_us")}
    return figures


def run(settings: Settings) -> list[Row]:
    allow_many_connections()
    figures = {}
    with scratch() as folder, contextlib.ExitStack() as stack:
        direct = stack.enter_context(mock_upstream())
        port = port_of(direct)
        systems = [direct, stack.enter_context(nginx(port, folder)),
                   stack.enter_context(stream_server(port, folder / "p3.db")), stack.enter_context(portkey(port, folder))]
        for system in systems:  # warm up
            completions("paced", system, "stream-8-5", 8, 50, [4, 40], folder)
        for streams in STREAMS[:2] if settings.quick else STREAMS:
            for _ in range(settings.rounds):
                for system in systems:
                    if system.name != "portkey" or streams <= PORTKEY_STREAMS:
                        figures.setdefault(streams, {}).setdefault(system.name, []).append(
                            measure(system, streams, settings, folder))
    rows = [row for streams, of in figures.items() for row in rows_of(streams, of)]
    return rows + turn_streams.run(settings)


def added(of, name, key):
    return [ours[key] - direct[key] for ours, direct in zip(of[name], of["direct"])]


def median_of(of, name, key):
    return statistics.median(round_[key] for round_ in of[name])


def rows_of(streams, of):
    case = f"{streams:,} stream{'s' if streams > 1 else ''}"
    others = [name for name in of if name != "direct"]
    return ([first_event_row(case, streams, of, name) for name in others] +
            [gap_row(case, streams, of, name) for name in others] +
            [late_row(case, streams, of, name) for name in of])


def first_event_row(case, streams, of, name):
    values = added(of, name, "first_event_p99_us")
    half = statistics.median(added(of, name, "first_event_p50_us"))
    row = Row("P3", f"{case}, added to first event, p99", name, values, "us", f"p50 {half:.0f} us")
    if streams > 1:  # of one there are too few events for the clock that counts CPU time
        row.ratio += f", {median_of(of, name, 'cpu_us'):.0f} us CPU/event"
    if name == "sambung" and streams <= JUDGED_FIRST_EVENT:
        row.target, row.met = "200 us", statistics.median(values) < 200
    return row


def gap_row(case, streams, of, name):
    values = added(of, name, "gap_p50_us")
    row = Row("P3", f"{case}, added to gaps, p50", name, values, "us",
              f"p99 {statistics.median(added(of, name, 'gap_p99_us')):.0f} us; "
              f"to the way, p50 {statistics.median(added(of, name, 'way_p50_us')):.0f} us")
    if name == "sambung" and streams == 1:
        row.target, row.met = "10 us", statistics.median(values) <= 10
    return row


def late_row(case, streams, of, name):
    values = [round_["late"] for round_ in of[name]]
    row = Row("P3", f"{case}, events over 50 ms late", name, values, "events",
              f"of {of[name][0]['events']:,}; on their way p99 {median_of(of, name, 'way_p99_us') / 1000:.2f} ms")
    if name == "direct":
        row.ratio += f"; sent late p99 {median_of(of, name, 'lag_p99_us') / 1000:.2f} ms"
    if name == "sambung" and streams in (500, 1_000):
        row.target, row.met = "0", statistics.median(values) == 0
    return row

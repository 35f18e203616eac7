"""P4: streamed answers of about 100 events of 173 bytes that the upstream sends at once, through Sambung, nginx and
Portkey: events per second."""

import contextlib
import statistics

from harness import Row, Settings, ratio_of, scratch
from p1 import nginx, portkey, sambung
from streams import allow_many_connections, completions, mock_upstream, port_of

EVENTS = 100
EVENT_BYTES = 173
CONNECTIONS = [1, 16, 64]


def measure(system, connections, seconds, folder):
    figures = completions("burst", system, f"burst-{EVENTS}-{EVENT_BYTES}", EVENTS, connections, [seconds], folder)
    figures["rate"] = figures["events"] / figures["seconds"]
    return figures


def run(settings: Settings) -> list[Row]:
    allow_many_connections()
    figures = {}
    with scratch() as folder, contextlib.ExitStack() as stack:
        direct = stack.enter_context(mock_upstream())
        port = port_of(direct)
        systems = [direct, *(stack.enter_context(start(port, folder)) for start in (nginx, sambung, portkey))]
        for system in systems:  # warm up
            measure(system, 8, 1, folder)
        for connections in [16] if settings.quick else CONNECTIONS:
            for _ in range(settings.rounds):
                for system in systems:
                    figures.setdefault(connections, {}).setdefault(system.name, []).append(
                        measure(system, connections, settings.seconds, folder))
    return [row for connections, of in figures.items() for row in rows_of(connections, of)]


def rows_of(connections, of):
    rates = {name: [one["rate"] for one in rounds] for name, rounds in of.items()}
    rows = []
    for name, values in rates.items():
        cpu = statistics.median(one["cpu_us"] for one in of[name])
        row = Row("P4", f"{EVENTS} events of {EVENT_BYTES} B, {connections} conn.", name, values, "events/s",
                  "" if name == "direct" else f"{cpu:.2f} us CPU")
        if name == "sambung":
            to_nginx, to_portkey = ratio_of(values, rates["nginx"]), ratio_of(values, rates["portkey"])
            row.ratio += f", {to_nginx:.2f}x nginx, {to_portkey:.1f}x portkey"
            row.target, row.met = "0.25x nginx", to_nginx >= 0.25
        rows.append(row)
    return rows

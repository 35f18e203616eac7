"""R8: P1 through the reference server with metrics, a tenth of the traces and the access log, beside one without."""

import contextlib
import statistics
import subprocess
import sys

from harness import LOAD_CORE, ROOT, Row, Settings, WrongAnswer, fetch, free_port, ratio_of, running, scratch
from p1 import measure, sambung
from streams import mock_upstream, port_of

SIZE = 1_000
CONNECTIONS = [1, 64]
MOST_LOST = 0.03  # of the requests
OFF = {"SAMBUNG_ADMIN_ADDRESS": "off", "OTEL_SDK_DISABLED": "true", "SAMBUNG_LOG_LEVEL": "error"}


@contextlib.contextmanager
def collector():
    with running([sys.executable, ROOT / "benchmarks/otlp_sink.py"], LOAD_CORE, stdout=subprocess.PIPE, text=True) as process:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"


def told_to(collector_url: str, admin_port: int) -> dict:
    return {"SAMBUNG_ADMIN_ADDRESS": f"127.0.0.1:{admin_port}", "SAMBUNG_LOG_LEVEL": "info",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector_url, "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.1"}


def run(settings: Settings) -> list[Row]:
    figures: dict[int, dict[str, list[dict]]] = {count: {"off": [], "on": []} for count in CONNECTIONS}
    with contextlib.ExitStack() as stack:
        direct, url, admin = stack.enter_context(mock_upstream()), stack.enter_context(collector()), free_port()
        systems = {}
        for name, variables in (("off", OFF), ("on", told_to(url, admin))):
            folder = stack.enter_context(scratch())
            systems[name] = stack.enter_context(sambung(port_of(direct), folder, variables)), folder
        for system, folder in systems.values():
            measure(system, SIZE, 8, 1, folder)
        for count, of in figures.items():
            for _ in range(settings.rounds):
                for name, (system, folder) in systems.items():
                    of[name].append(measure(system, SIZE, count, settings.seconds, folder))
        check_told(url, admin)
    return [row for count, of in figures.items() for row in rows_of(count, of)]


def check_told(collector_url: str, admin_port: int) -> None:
    if b"http_server_request_duration_seconds_count" not in fetch(f"http://127.0.0.1:{admin_port}/metrics"):
        raise WrongAnswer("no metrics of the requests")
    if int(fetch(collector_url)) == 0:
        raise WrongAnswer("no traces came")


def rows_of(count: int, of: dict[str, list[dict]]) -> list[Row]:
    case = f"1 kB, {count} conn."
    rates = {name: [one["rate"] for one in rounds] for name, rounds in of.items()}
    cpu = {name: statistics.median(one["cpu_us"] for one in rounds) for name, rounds in of.items()}
    kept = ratio_of(rates["on"], rates["off"])
    return [
        Row("R8", case, "telemetry off", rates["off"], "req/s", f"{cpu['off']:.0f} us CPU"),
        Row("R8", case, "telemetry on", rates["on"], "req/s", f"{cpu['on']:.0f} us CPU, {kept:.3f}x off",
            f"{1 - MOST_LOST:.2f}x", kept >= 1 - MOST_LOST),
    ]

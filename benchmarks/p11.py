"""P11: Python: what `import sambung`, calls and events cost, beside CPython alone and what else it could be done with."""

import os
import statistics
import subprocess
import time

from harness import ROOT, SYSTEM_CORE, Row, Settings, WrongAnswer, json_of, output_of, pinned, program, ratio_of, scratch

PYTHON = ROOT / "build/python-tests/bin/python"
PACKAGE = ROOT / "build/python/python"
LOOPS = {"asyncio": 15, "uvloop": 10}  # with the microseconds that an awaited call may take
READERS = 100
FLUSH_MS = 250  # what turns wait at most with words that came, and what a group of commits may take besides
FLUSH_SLACK_MS = 50
IMPORTS = {"nothing": "pass", "duckdb": "import duckdb", "langchain-core": "import langchain_core.messages", "sambung": "import sambung"}


def build() -> None:
    setup = "source scripts/lib.sh; source scripts/stages.sh; python_environment build/python-tests/bin/python; build python sambung_python"
    subprocess.run(["bash", "-c", setup], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def compile_bare_call(folder) -> None:
    headers = output_of([PYTHON, "-m", "pybind11", "--includes"]).split()
    suffix = output_of([PYTHON, "-c", "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))"]).strip()
    target = folder / f"bare_call{suffix}"
    subprocess.run(["c++", "-std=c++20", "-O2", "-fvisibility=hidden", "-shared", "-fPIC", *headers, "-o", target,
                    ROOT / "benchmarks/python/bare_call.cpp"], check=True)


def import_milliseconds(code: str, environment: dict) -> float:
    begin = time.perf_counter()
    subprocess.run(pinned(SYSTEM_CORE, [PYTHON, "-c", code]), check=True, env=environment)
    return (time.perf_counter() - begin) * 1e3


def rows_of_imports(settings: Settings, environment: dict) -> list[Row]:
    taken = {name: [] for name in IMPORTS}
    for code in IMPORTS.values():
        import_milliseconds(code, environment)  # writes bytecode, warms the page cache
    for _ in range(max(settings.rounds, 5)):
        for name, code in IMPORTS.items():
            taken[name].append(import_milliseconds(code, environment))
    bare = taken.pop("nothing")
    rows = [Row("P11", "the interpreter", "python", bare, "ms")]
    above = {name: [a - b for a, b in zip(samples, bare)] for name, samples in taken.items()}
    for name, samples in above.items():
        row = Row("P11", "import, above it", name, samples, "ms")
        if name == "sambung":
            row.ratio = f"{ratio_of(samples, above['duckdb']):.2f}x duckdb"
            row.target, row.met = "100 ms", statistics.median(samples) < 100
        rows.append(row)
    return rows


def row_of(case: str, system: str, samples: list[float], unit: str, beside: tuple[str, list[float]], target: float) -> Row:
    """With the ratio to what is beside it; less is better of microseconds, more of events."""
    middle = statistics.median(samples)
    met = middle <= target if unit == "us" else middle >= target
    return Row("P11", case, system, samples, unit, f"{ratio_of(samples, beside[1]):.2f}x {beside[0]}", f"{target:,} {unit}", met)


def rows_of_calls(of) -> list[Row]:
    rows = [Row("P11", "a call", "bare pybind11", of("call bare"), "us"), Row("P11", "a call", "sqlite3, memory", of("call sqlite3"), "us")]
    peer = ("sqlite3", of("call sqlite3"))
    rows.append(row_of("a call", "sambung, memory", of("call memory"), "us", peer, 5))
    rows.append(Row("P11", "a call", "sambung, SQLite", of("call sqlite"), "us"))
    rows.append(Row("P11", "a call", "sambung, memory, creating", of("create memory"), "us"))
    rows.append(Row("P11", "a call", "sambung, SQLite, creating", of("create sqlite"), "us"))
    for loop, target in LOOPS.items():
        thread = of(f"await thread {loop}")
        rows.append(Row("P11", f"awaited, {loop}", "call_soon_threadsafe", thread, "us"))
        rows.append(row_of(f"awaited, {loop}", "sambung, memory", of(f"await memory {loop}"), "us", ("call_soon", thread), target))
    return rows


def rows_of_events(of) -> list[Row]:
    floor = of("turn generator")
    rows = [Row("P11", "events of a turn", "a generator alone", floor, "events/s")]
    for loop in LOOPS:
        rows.append(Row("P11", "events of a turn", f"call_soon_threadsafe, {loop}", of(f"turn thread {loop}"), "events/s"))
    for name in ("sync", *LOOPS):
        beside = ("call_soon", of(f"turn thread {'asyncio' if name == 'sync' else name}"))
        rows.append(row_of("events of a turn", f"sambung, {name}", of(f"turn {name}"), "events/s", beside, 500_000))
    return rows


def rows_of_readers(settings: Settings, environment: dict) -> list[Row]:
    """Many slow turns in one loop: how late their words are there, and whether they are stored in time meanwhile."""
    ways = {"in C++": [program("demo_readers")], "sambung": [PYTHON, ROOT / "benchmarks/python/readers.py"]}
    runs = [("in C++", "in C++", []), ("sambung", "sambung", []), ("sambung beside a thread that computes", "sambung", ["computing"])]
    figures = {name: [] for name, _, _ in runs}
    for _ in range(settings.rounds):
        for name, way, more in runs:
            with scratch() as folder:
                figures[name].append(json_of([*ways[way], f"sqlite:{folder}/chats.db", READERS, *more], env=environment))
    if len({one["words"] for some in figures.values() for one in some}) != 1:
        raise WrongAnswer("not every reader got the same words")
    rows = []
    for name, target in zip(figures, (None, 2, 15)):
        late = [one["p99"] for one in figures[name]]
        row = Row("P11", f"{READERS} streams, gaps, p99", name, late, "ms")
        if target:
            row.target, row.met = f"{target} ms", statistics.median(late) <= target
            row.ratio = f"{ratio_of(late, [one['p99'] for one in figures['in C++']]):.2f}x C++"
        rows.append(row)
    for name in list(figures)[1:]:
        apart = [one["stored_p99"] for one in figures[name]]
        row = Row("P11", f"{READERS} streams, stored, p99", name, apart, "ms", "", f"{FLUSH_MS + FLUSH_SLACK_MS} ms")
        row.met = statistics.median(apart) <= FLUSH_MS + FLUSH_SLACK_MS
        rows.append(row)
    return rows


def rows_of_signals(settings: Settings, environment: dict) -> list[Row]:
    """From a SIGINT to its KeyboardInterrupt, in a call that waits for a model."""
    taken = [json_of([PYTHON, ROOT / "benchmarks/python/interrupts.py", 20], env=environment)["worst_ms"] for _ in range(settings.rounds)]
    return [Row("P11", "Ctrl-C, the slowest of 20", "sambung", taken, "ms", "", "100 ms", statistics.median(taken) <= 100)]


def run(settings: Settings) -> list[Row]:
    build()
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    figures = []
    with scratch() as folder:
        compile_bare_call(folder)
        for number in range(settings.rounds):
            command = [PYTHON, ROOT / "benchmarks/python/calls.py", folder, f"sqlite:{folder}/{number}.db", settings.seconds / 3]
            figures.append(json_of(command, env=environment))
    of = lambda name: [one[name] for one in figures]  # noqa: E731
    return [*rows_of_imports(settings, environment), *rows_of_calls(of), *rows_of_events(of),
            *rows_of_readers(settings, environment), *rows_of_signals(settings, environment)]

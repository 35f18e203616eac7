"""P11: Python: what `import sambung`, calls and events cost, beside CPython alone and what else it could be done with."""

import os
import statistics
import subprocess
import time

from harness import ROOT, SYSTEM_CORE, Row, Settings, json_of, output_of, pinned, ratio_of, scratch

PYTHON = ROOT / "build/python-tests/bin/python"
PACKAGE = ROOT / "build/python/python"
LOOPS = {"asyncio": 15, "uvloop": 10}  # with the microseconds that an awaited call may take
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
    return [*rows_of_imports(settings, environment), *rows_of_calls(of), *rows_of_events(of)]

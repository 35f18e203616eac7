"""What the benchmarks share: cores, processes, rounds, the table."""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
PEERS = ROOT / "build" / "peers"

_cores = sorted(os.sched_getaffinity(0))
SYSTEM_CORE = _cores[0]  # the system under test
LOAD_CORE = _cores[-1]  # the load generator and the mock upstream
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Settings:
    rounds: int
    seconds: float
    quick: bool


@dataclasses.dataclass
class Row:
    """One line of the table: what one system did in one case, one sample for each round."""

    benchmark: str
    case: str
    system: str
    samples: list[float]
    unit: str
    ratio: str = ""
    target: str = ""
    met: bool | None = None


def ratio_of(ours: list[float], theirs: list[float]) -> float:
    """The median of the rounds' ratios: what both systems suffer in a round cancels out."""
    return statistics.median(a / b for a, b in zip(ours, theirs))


class WrongAnswer(Exception):
    """A fast wrong answer is a failure."""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def pinned(core: int, command: list) -> list[str]:
    return ["taskset", "-c", str(core), *map(str, command)]


def program(name: str) -> pathlib.Path:
    return BUILD / "benchmarks" / f"bench_{name}"


def output_of(command: list, core: int | None = None, timeout: float = 900, **options) -> str:
    done = subprocess.run(pinned(core, command) if core is not None else list(map(str, command)),
                          stdout=subprocess.PIPE, text=True, check=True, timeout=timeout, **options)
    return done.stdout


def json_of(command: list, core: int | None = None, **options) -> dict:
    return json.loads(output_of(command, core, **options).strip().splitlines()[-1])


@contextlib.contextmanager
def scratch():
    """A folder on the disk of the repository, not in memory: durable figures need a real one."""
    (ROOT / "build").mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix="bench-", dir=ROOT / "build")
    try:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(command: list, core: int, **options):
    process = subprocess.Popen(pinned(core, command), **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children so far."""
    total = 0.0
    for process in [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
    return total


def fetch(url: str, body: bytes | None = None, headers: dict | None = None) -> bytes:
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read()


def wait_for(url: str, process: subprocess.Popen, seconds: float = 30) -> None:
    """Until something at `url` answers, whatever it says."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fetch(url)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nothing answers at {url}") from None
            time.sleep(0.05)


def sync_rate(folder: pathlib.Path, writers: int, seconds: float) -> float:
    return json_of([program("fsync_probe"), folder, writers, seconds])["fdatasyncs_per_s"]


def npm_install() -> None:
    """The peers from npm, once, into build/peers."""
    PEERS.mkdir(parents=True, exist_ok=True)
    wanted = (ROOT / "benchmarks/peers/package.json").read_text()
    done = PEERS / "installed.json"
    for file in (ROOT / "benchmarks/peers").iterdir():
        shutil.copy(file, PEERS)
    if not done.exists() or done.read_text() != wanted:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=PEERS, check=True)
        done.write_text(wanted)


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(rows: list[Row]) -> str:
    heads = ["", "case", "system", "median", "min", "max", "unit", "ratio", "target", ""]
    lines = [heads]
    previous = None
    for row in rows:
        here = (row.benchmark, row.case)
        lines.append([row.benchmark if previous is None or here[0] != previous[0] else "",
                      row.case if here != previous else "", row.system, number(statistics.median(row.samples)),
                      number(min(row.samples)), number(max(row.samples)), row.unit, row.ratio, row.target,
                      {None: "", True: "met", False: "MISSED"}[row.met]])
        previous = here
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    numeric = range(3, 6)
    return "\n".join("  ".join(cell.rjust(width) if i in numeric else cell.ljust(width)
                               for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)

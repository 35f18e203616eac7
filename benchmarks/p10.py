"""P10: how long the reference server takes to its first answer, what it holds while idle, and whether its memory grows
over ten minutes of everything that clients do."""

import contextlib
import http.client
import itertools
import json
import os
import pathlib
import random
import statistics
import subprocess
import threading
import time

from harness import BUILD, SYSTEM_CORE, Row, Settings, WrongAnswer, free_port, pinned, scratch
from p1 import sambung
from streams import allow_many_connections, mock_upstream, port_of
from turn_streams import resident_kib

SOAK_SECONDS = 600
MAX_START_MS = 20
MAX_IDLE_MIB = 15
CLIENTS = 4


def first_answer_ms(folder: pathlib.Path) -> float:
    """From the start of the process to the whole answer of its first request."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "SAMBUNG_DATABASE_URL": f"sqlite:{folder}/p10.db", "SAMBUNG_PORT": str(port)}
    with open(folder / "server.log", "a") as log:
        begin = time.perf_counter()
        process = subprocess.Popen(pinned(SYSTEM_CORE, [BUILD / "examples/sambung-server"]), env=environment, stdout=log, stderr=log)
        try:
            while time.perf_counter() - begin < 30:
                with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as client:
                    client.request("GET", "/readyz")
                    if client.getresponse().status == 200:
                        return (time.perf_counter() - begin) * 1_000
                time.sleep(0.0002)
            raise WrongAnswer("the server did not get ready")
        finally:
            process.terminate()
            process.wait(15)


def start_rows(settings: Settings) -> list[Row]:
    fresh, again = [], []
    for _ in range(settings.rounds):
        with scratch() as folder:
            fresh.append(first_answer_ms(folder))
            again.append(first_answer_ms(folder))
    case = "from start to the first answer"
    return [Row("P10", case, "a new database", fresh, "ms"),
            Row("P10", case, "a database that is there", again, "ms", "", f"{MAX_START_MS} ms", statistics.median(again) <= MAX_START_MS)]


class Client:
    """One who does a bit of everything, again and again, and leaves nothing behind but rows that others wrote too."""

    def __init__(self, system, seed: int):
        self.port, self.headers = port_of(system), {"content-type": "application/json", **system.headers}
        self.random = random.Random(seed)
        self.kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def post(self, path: str, body: bytes, status: int | tuple = 200, kept: bool = True, headers: dict | None = None) -> bytes:
        client = self.kept if kept else http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        client.request("POST", path, body, headers or self.headers)
        answer = client.getresponse()
        text = answer.read()
        if not kept:
            client.close()
        if answer.status not in (status if isinstance(status, tuple) else (status,)):
            raise WrongAnswer(f"{path} gave {answer.status}: {text[:200]!r}")
        return text

    def rpc(self, procedure: str, **fields) -> dict:
        return json.loads(self.post(f"/rpc/{procedure}", json.dumps({"json": fields}).encode()))["json"]

    def leave_in_the_middle(self, path: str, body: bytes) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        client.request("POST", path, body, self.headers)
        client.getresponse().read(200)
        client.close()

    def round(self) -> None:
        size = self.random.choice([100, 1_000, 16_000, 100_000])
        chat = self.rpc("chat/create", title="a" * self.random.randint(1, 200), model=f"openai/mock-{size}")
        answer = self.rpc("message/create", chatId=chat["id"], text="b" * self.random.randint(1, 20_000))["answer"]
        self.post("/rpc/message/resume", json.dumps({"json": {"messageId": answer["id"]}}).encode())
        self.rpc("chat/getAll", limit=self.random.randint(1, 100))
        self.rpc("message/list", chatId=chat["id"])
        asked = {"model": "openai/stream-64-1", "stream": True, "messages": [{"role": "user", "content": "Apa khabar?"}]}
        self.leave_in_the_middle("/v1/chat/completions", json.dumps(asked).encode())
        self.post("/v1/chat/completions", json.dumps({**asked, "model": f"openai/mock-{size}", "stream": False}).encode(), kept=False)
        self.post("/rpc/chat/getAll", b'{"json":[' * self.random.randint(1, 5_000), status=400)
        self.post("/rpc/chat/getById", b'{"json":{"id":"00000000-0000-7000-8000-000000000000"}}', status=404)
        self.post("/rpc/no/such", b"{}", status=404, kept=False)
        self.post("/rpc/chat/getAll", b"{}", status=401, kept=False, headers={**self.headers, "authorization": f"Bearer smb_{self.random.random()}"})
        self.rpc("chat/delete", id=chat["id"])

    def run(self, until: float, failures: list) -> None:
        try:
            for _ in itertools.takewhile(lambda _: time.monotonic() < until and not failures, itertools.count()):
                self.round()
        except Exception as e:  # pylint: disable=broad-except
            failures.append(e)


def slope(samples: list[tuple[float, float]]) -> tuple[float, float]:
    """Of the least squares' line, and its standard error."""
    n = len(samples)
    x_mean, y_mean = statistics.fmean(x for x, _ in samples), statistics.fmean(y for _, y in samples)
    spread = sum((x - x_mean) ** 2 for x, _ in samples)
    steep = sum((x - x_mean) * (y - y_mean) for x, y in samples) / spread
    rest = sum((y - y_mean - steep * (x - x_mean)) ** 2 for x, y in samples)
    return steep, (rest / (n - 2) / spread) ** 0.5


def handles(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def soak_rows(system, settings: Settings) -> list[Row]:
    seconds = 30 if settings.quick else SOAK_SECONDS
    failures: list[Exception] = []
    begin = time.monotonic()
    threads = [threading.Thread(target=Client(system, seed).run, args=(begin + seconds, failures)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    samples, open_handles = [], []
    while any(thread.is_alive() for thread in threads):
        time.sleep(seconds / 600)
        samples.append((time.monotonic() - begin, resident_kib(system.pid)))
        open_handles.append(handles(system.pid))
    if failures:
        raise failures[0]
    # What caches and arenas grow to comes in the first third.
    settled = [(at / 60, kib) for at, kib in samples if at > seconds / 3]
    steep, error = slope(settled)
    case = f"memory over {seconds} s of use"
    half = len(open_handles) // 2
    return [
        Row("P10", case, "resident", [kib / 1_024 for _, kib in settled], "MiB"),
        Row("P10", case, "slope", [steep], "KiB/min", f"+-{2 * error:.2g}", "no growth", steep <= max(2 * error, 8)),
        Row("P10", case, "open handles, second half", [float(count) for count in open_handles[half:]], "", "", "as before",
            statistics.median(open_handles[half:]) <= statistics.median(open_handles[:half]) + 1),
    ]


def idle_rows(system, settings: Settings) -> list[Row]:
    values = []
    for _ in range(settings.rounds):
        time.sleep(1)
        values.append(resident_kib(system.pid) / 1_024)
    return [Row("P10", "memory, idle", "sambung", values, "MiB", "", f"{MAX_IDLE_MIB} MiB", statistics.median(values) <= MAX_IDLE_MIB)]


def run(settings: Settings) -> list[Row]:
    allow_many_connections()
    rows = start_rows(settings)
    with mock_upstream() as direct, scratch() as folder, sambung(port_of(direct), folder) as system:
        rows += idle_rows(system, settings)
        rows += soak_rows(system, settings)
    return rows

"""P14: what the worst that one client can send costs: bytes to processor time, bytes to memory, readers to others' latency,
each beside the same number of harmless ones, through the reference server."""

import contextlib
import json
import socket
import statistics
import time

from harness import Row, Settings, WrongAnswer, cpu_seconds, fetch, scratch
from p1 import sambung
from streams import allow_many_connections, mock_upstream, port_of
from turn_streams import resident_kib

MEBIBYTE = 1_048_576
MAX_CPU_MS = 50
MAX_P99_MS = 100
MAX_KIB = 32  # of memory, of a connection that announces a mebibyte or has sent one
LONG_ANSWER = "burst-1280-16384"  # 20 MB

BODIES = {  # of a mebibyte each, at most
    "harmless: blanks": b'{"json":{"limit":1' + b" " * (MEBIBYTE - 21) + b"}}",
    "names": b'{"json":{' + b",".join(b'"%dkkkkkkkkkk":0' % i for i in range(49_000)) + b"}}",
    "one long name": b'{"json":{"' + b"k" * (MEBIBYTE - 40) + b'":{"a":0}}}',
    "faults under a long name": b'{"json":{"' + b"k" * 900_000 + b'":[' + b",".join([b'{"a":1,"a":2}'] * 5_000) + b"]}}",
    "paths to nothing": b'{"json":{},"meta":[' + b",".join([b'[1,"nothing"]'] * 70_000) + b"]}",
    "numbers": b'{"json":{"limit":[' + b",".join([b"1e300"] * 170_000) + b"]}}",
    "empty lists": b'{"json":{"limit":[' + b",".join([b"[]"] * 340_000) + b"]}}",
    "escapes": b'{"json":{"cursor":"' + b"\\u0001" * 170_000 + b'"}}',
}


def head(token: dict, path: str, length: int) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in token.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(system) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(system)), timeout=30)


def read_answer(client: socket.socket) -> tuple[int, bytes]:
    seen = b""
    while b"\r\n\r\n" not in seen:
        seen += client.recv(65_536)
    start, _, body = seen.partition(b"\r\n\r\n")
    length = int(start.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(65_536)
    return int(start.split()[1]), body


def call(client: socket.socket, system, path: str, body: bytes) -> tuple[int, bytes]:
    client.sendall(head(system.headers, path, len(body)) + body)
    return read_answer(client)


def cpu_of(system, body: bytes, times: int) -> float:
    with contextlib.closing(connect(system)) as client:
        before = cpu_seconds(system.pid)
        for _ in range(times):
            _, answer = call(client, system, "/rpc/chat/getAll", body)
            if len(answer) > 8_192:
                raise WrongAnswer(f"an answer of {len(answer)} bytes")
        return (cpu_seconds(system.pid) - before) * 1_000 / times


def cpu_rows(system, settings: Settings) -> list[Row]:
    samples: dict[str, list[float]] = {}
    for _ in range(settings.rounds):
        for name, body in BODIES.items():
            samples.setdefault(name, []).append(cpu_of(system, body, 5 if settings.quick else 20))
    usual = statistics.median(next(iter(samples.values())))
    return [Row("P14", "processor time of a body of 1 MiB", name, values, "ms",
                f"{statistics.median(values) / max(usual, 0.1):.1f}x harmless", f"{MAX_CPU_MS} ms",
                statistics.median(values) <= MAX_CPU_MS) for name, values in samples.items()]


def kib_each(system, clients: int, send) -> float:
    """What the process has more, for each, once `clients` have done their part and are idle, some seconds later."""
    before = resident_kib(system.pid)
    with contextlib.ExitStack() as stack:
        for _ in range(clients):
            client = stack.enter_context(contextlib.closing(connect(system)))
            send(client)
        p99_ms(system, 0.5)  # whoever is answered comes behind all of them
        least = resident_kib(system.pid)
        for _ in range(50):
            time.sleep(0.1)
            least = min(least, resident_kib(system.pid))
        return (least - before) / clients


def memory_row(case: str, clients: int, system, send, settings: Settings) -> Row:
    kib_each(system, 10, send)  # warms up
    values = [kib_each(system, clients // (5 if settings.quick else 1), send) for _ in range(settings.rounds)]
    return Row("P14", f"memory of a connection: {case}", "sambung", values, "KiB", "", f"{MAX_KIB} KiB",
               statistics.median(values) <= MAX_KIB)


def announced_rows(system, settings: Settings) -> list[Row]:
    begun = head(system.headers, "/rpc/chat/getAll", MEBIBYTE) + b"{"
    return [memory_row("1 MiB announced, 1 byte sent", 1_000, system, lambda client: client.sendall(begun), settings)]


def sent_rows(system, settings: Settings) -> list[Row]:
    body = BODIES["harmless: blanks"]
    send = lambda client: call(client, system, "/rpc/chat/getAll", body)  # noqa: E731
    return [memory_row("1 MiB sent and answered, then idle", 200, system, send, settings)]


def p99_ms(system, seconds: float) -> float:
    times = []
    with contextlib.closing(connect(system)) as client:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.monotonic()
            status, _ = call(client, system, "/rpc/chat/getAll", b"{}")
            times.append(time.monotonic() - begin)
            if status != 200:
                raise WrongAnswer(f"a healthy request got {status}")
    return sorted(times)[len(times) * 99 // 100] * 1_000


def rpc(system, procedure: str, **fields) -> dict:
    answer = fetch(f"http://127.0.0.1:{port_of(system)}/rpc/{procedure}", json.dumps({"json": fields}).encode(), system.headers)
    return json.loads(answer)["json"]


def latency_rows(system, settings: Settings) -> list[Row]:
    chat = rpc(system, "chat/create", title="long", model=f"openai/{LONG_ANSWER}")
    answer = rpc(system, "message/create", chatId=chat["id"], text="Apa khabar?")["answer"]
    resume = json.dumps({"json": {"messageId": answer["id"]}}).encode()
    alone, among = [], []
    for _ in range(settings.rounds):
        alone.append(p99_ms(system, settings.seconds))
        with contextlib.ExitStack() as stack:
            for _ in range(200):
                client = stack.enter_context(contextlib.closing(socket.socket()))
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                client.connect(("127.0.0.1", port_of(system)))
                client.sendall(head(system.headers, "/rpc/message/resume", len(resume)) + resume)
            among.append(p99_ms(system, settings.seconds))
    case = "p99 of others' requests"
    return [
        Row("P14", case, "alone", alone, "ms"),
        Row("P14", case, "beside 200 unread readers of 20 MB", among, "ms", "", f"{MAX_P99_MS} ms",
            statistics.median(among) <= MAX_P99_MS),
    ]


def run(settings: Settings) -> list[Row]:
    allow_many_connections()
    rows = []
    with mock_upstream() as direct:
        for part in (cpu_rows, announced_rows, sent_rows, latency_rows):
            with scratch() as folder, sambung(port_of(direct), folder) as system:  # memory that was used is used again
                rows += part(system, settings)
    return rows

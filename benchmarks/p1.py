"""P1: /v1/chat/completions, not streamed, through Sambung, nginx and Portkey to the same mock upstream; P2, what each
adds to the latency of one connection, falls out of it."""

import contextlib
import json
import os
import re
import statistics
import subprocess

from harness import (BUILD, LOAD_CORE, PEERS, ROOT, SYSTEM_CORE, Row, Settings, WrongAnswer, cpu_seconds, fetch, free_port,
                     json_of, npm_install, program, ratio_of, running, scratch, wait_for)

SIZES = {"0.1 kB": 100, "1 kB": 1_000, "16 kB": 16_000, "100 kB": 100_000}
CONNECTIONS = [1, 8, 64]
NO_CLIENT_REACHES = ",".join(f"{name}=1000000/s:1000000" for name in ("address", "principal", "model"))


class System:
    def __init__(self, name, port, model="mock-{}", headers=None, pid=None):
        self.name, self.model, self.headers, self.pid = name, model, headers or {}, pid
        self.url = f"http://127.0.0.1:{port}/v1/chat/completions"

    def body(self, size):
        question = ("Apa khabar? " * (size // 12 + 1))[:size]
        return json.dumps({"model": self.model.format(size), "messages": [{"role": "user", "content": question}]}).encode()


@contextlib.contextmanager
def sambung(mock_port, folder, variables=None):
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "mock", "OPENAI_BASE_URL": f"http://127.0.0.1:{mock_port}/v1",
                   "SAMBUNG_DATABASE_URL": f"sqlite:{folder}/p1.db", "SAMBUNG_PORT": str(port),
                   "SAMBUNG_RATE_LIMITS": NO_CLIENT_REACHES, **(variables or {})}
    log = folder / "server.log"
    with open(log, "w") as out:
        with running([BUILD / "examples/sambung-server"], SYSTEM_CORE, env=environment, stdout=out, stderr=out) as process:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            token = re.search(r"smb_[A-Za-z0-9_-]+", log.read_text())
            yield System("sambung", port, "openai/mock-{}", {"authorization": f"Bearer {token[0]}"}, process.pid)


@contextlib.contextmanager
def bare(mock_port, folder):
    """Sambung without authentication, tenants and limits."""
    command = [program("bare_server"), f"http://127.0.0.1:{mock_port}/v1"]
    with open(folder / "bare.log", "w") as log:
        with running(command, SYSTEM_CORE, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            yield System("bare", int(process.stdout.readline()), "openai/mock-{}", pid=process.pid)


@contextlib.contextmanager
def nginx(mock_port, folder):
    port = free_port()
    config = (ROOT / "benchmarks/nginx.conf").read_text()
    for name, value in {"folder": folder, "port": port, "mock_port": mock_port}.items():
        config = config.replace(f"{{{name}}}", str(value))
    (folder / "nginx.conf").write_text(config)
    with running(["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"], SYSTEM_CORE) as process:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield System("nginx", port, pid=process.pid)


@contextlib.contextmanager
def portkey(mock_port, folder):
    npm_install()
    port = free_port()
    command = ["node", PEERS / "node_modules/@portkey-ai/gateway/build/start-server.js", f"--port={port}", "--headless"]
    with open(folder / "portkey.log", "w") as out, running(command, SYSTEM_CORE, stdout=out, stderr=out, cwd=folder) as process:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield System("portkey", port, pid=process.pid, headers={
            "authorization": "Bearer mock", "x-portkey-provider": "openai",
            "x-portkey-custom-host": f"http://127.0.0.1:{mock_port}/v1"})


def checked_answer(system, size):
    """The size of a whole answer, once its text was found to be the mock's."""
    answer = fetch(system.url, system.body(size), system.headers)
    text = json.loads(answer)["choices"][0]["message"]["content"]
    if len(text) != size or not text.startswith("Selamat pagi"[:size]):
        raise WrongAnswer(f"{system.name} gave {len(text)} bytes of text instead of {size}")
    return len(answer)


def measure(system, size, connections, seconds, folder):
    body = folder / "body.json"
    body.write_bytes(system.body(size))
    arguments = [body, checked_answer(system, size), *(part for header in system.headers.items() for part in header)]
    before = cpu_seconds(system.pid)
    figures = json_of(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s",
                       ROOT / "benchmarks/check.lua", system.url, "--", *arguments], LOAD_CORE)
    if figures["wrong"]:
        raise WrongAnswer(f"{system.name}: {figures['wrong']} of {figures['requests']} answers were wrong")
    figures["rate"] = figures["requests"] / figures["seconds"]
    figures["cpu_us"] = (cpu_seconds(system.pid) - before) * 1e6 / figures["requests"]
    return figures


def run(settings: Settings) -> list[Row]:
    sizes = {"1 kB": SIZES["1 kB"]} if settings.quick else SIZES
    connections = [1, 64] if settings.quick else CONNECTIONS
    with scratch() as folder, contextlib.ExitStack() as stack:
        mock = stack.enter_context(running([program("mock_upstream")], LOAD_CORE, stdout=subprocess.PIPE, text=True))
        mock_port = int(mock.stdout.readline())
        direct = System("direct", mock_port, pid=mock.pid)
        systems = [direct, *(stack.enter_context(start(mock_port, folder)) for start in (nginx, bare, sambung, portkey))]
        for system in systems:  # warm up: connections, caches, just-in-time compilers
            measure(system, 1_000, 8, 1, folder)
        figures = {}
        for case in [(label, size, count) for label, size in sizes.items() for count in connections]:
            for _ in range(settings.rounds):
                for system in systems:
                    figures.setdefault((case, system.name), []).append(
                        measure(system, case[1], case[2], settings.seconds, folder))
    return rate_rows(figures) + latency_rows(figures)


def samples(figures, case, system, key):
    return [round_[key] for round_ in figures[case, system]]


def rate_rows(figures):
    rows = []
    for case in dict.fromkeys(case for case, _ in figures):
        label, size, count = case
        rates = {name: samples(figures, case, name, "rate") for name in ("direct", "nginx", "bare", "sambung", "portkey")}
        shown = f"{label}, {count} conn."
        for name, values in rates.items():
            cpu = statistics.median(samples(figures, case, name, "cpu_us"))
            row = Row("P1", shown, name, values, "req/s", "" if name == "direct" else f"{cpu:.0f} us CPU")
            if name == "sambung":
                to_nginx, to_portkey = ratio_of(values, rates["nginx"]), ratio_of(values, rates["portkey"])
                to_bare = ratio_of(values, rates["bare"])
                row.ratio += f", {to_nginx:.2f}x nginx, {to_portkey:.1f}x portkey, {to_bare:.2f}x bare"
                if size == 1_000:
                    row.target = "0.50x, 15x, 0.8x"
                    row.met = to_nginx >= 0.5 and to_portkey >= 15 and to_bare >= 0.8
            rows.append(row)
    return rows


def latency_rows(figures):
    rows = []
    for case in dict.fromkeys(case for case, _ in figures if case[2] == 1):
        direct = {key: samples(figures, case, "direct", key) for key in ("p50_us", "p99_us")}
        for key in direct:
            added = {}
            for name in ("nginx", "sambung", "portkey"):
                added[name] = [a - b for a, b in zip(samples(figures, case, name, key), direct[key])]
                row = Row("P2", f"{case[0]}, added {key[:3]}", name, added[name], "us")
                if name == "sambung":
                    median = statistics.median(added[name])
                    if key == "p50_us":
                        times = median / max(1, statistics.median(added["nginx"]))
                        row.ratio, row.target, row.met = f"{times:.1f}x nginx", "2x", times <= 2
                    else:
                        row.target, row.met = "110 us", median < 110
                rows.append(row)
    return rows

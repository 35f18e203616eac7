"""What the benchmarks of streamed answers share: the server, what is asked, the load."""

import contextlib
import json
import os
import resource
import subprocess

from harness import LOAD_CORE, SYSTEM_CORE, WrongAnswer, cpu_seconds, json_of, pinned, program, running, wait_for
from p1 import System


def allow_many_connections() -> None:
    """For the processes that are started from now on too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def mock_upstream():
    with running([program("mock_upstream")], LOAD_CORE, stdout=subprocess.PIPE, text=True) as process:
        yield System("direct", int(process.stdout.readline()), pid=process.pid)


@contextlib.contextmanager
def stream_server(mock_port: int, database: os.PathLike):
    """Sambung over HTTP, as the reference server has it, for more streams of one user than that allows."""
    with open(f"{database}.log", "w") as log:
        command = [program("stream_server"), mock_port, f"sqlite:{database}"]
        with running(command, SYSTEM_CORE, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            port, token = process.stdout.readline().split()
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield System("sambung", port, "openai/mock-{}", {"authorization": f"Bearer {token}"}, process.pid)


def port_of(system: System) -> int:
    return int(system.url.split(":")[2].split("/")[0])


def model_of(system: System, model: str) -> str:
    return system.model.removesuffix("mock-{}") + model


def headers_of(system: System) -> list[str]:
    return [f"{name}: {value}" for name, value in system.headers.items()]


def load_command(mode: str, system: System, events: int, streams: int, times: list, subject) -> list[str]:
    return pinned(LOAD_CORE, [program("stream_load"), mode, port_of(system), events, streams, *times, subject,
                              *headers_of(system)])


def checked(figures: dict, system: System) -> dict:
    if figures["wrong"]:
        raise WrongAnswer(f"{system.name}: {figures['wrong']} answers were wrong, the first: {figures['first_wrong']}")
    return figures


def completions(mode: str, system: System, model: str, events: int, streams: int, times: list, folder) -> dict:
    """The load's figures for streamed /v1/chat/completions."""
    body = folder / "stream.json"
    body.write_text(json.dumps({"model": model_of(system, model), "stream": True, "stream_options": {"include_usage": True},
                                "messages": [{"role": "user", "content": "Apa khabar hari ini?"}]}))
    before = cpu_seconds(system.pid)
    figures = json_of(load_command(mode, system, events, streams, times, body), stdin=subprocess.DEVNULL)
    figures["cpu_us"] = (cpu_seconds(system.pid) - before) * 1e6 / max(1, figures["events"])
    return checked(figures, system)

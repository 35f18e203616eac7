"""examples/python/fastapi_app.py under uvicorn: one process on SQLite, several on PostgreSQL, preloaded by gunicorn."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
httpx = pytest.importorskip("httpx")

import sambung
from terminal import environment_of

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def token_of(url: str, **options: Any) -> str:
    with sambung.open(url, env={}, **options) as engine:
        who = engine.workspace("acme", "ada@example.com", create=True).who
        secret: str = engine.api_tokens.create(who.tenant_id, who.user_id, "web").secret.reveal()
        return secret


@contextmanager
def served(words: list[str], url: str, folder: Path) -> Iterator[str]:
    """The application on a port; it is ended by a signal, and must end."""
    port = free_port()
    environment = environment_of(folder, SAMBUNG_DATABASE_URL=url)
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*words, f"--port={port}" if "uvicorn" in words else f"--bind=127.0.0.1:{port}"],
            cwd=EXAMPLES,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)
        told = (folder / "server.log").read_text()
    assert code in (0, -signal.SIGTERM), told
    assert "Traceback" not in told, told


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("it does not listen")


def events(text: str) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            found.append((int(fields.get("id", 0)), json.loads(fields["data"])))
    return found


def uvicorn(*more: str) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--host=127.0.0.1", *more]


def converse(base: str, token: str) -> None:
    """A chat, an answer, the same answer again from an event on, by connections of their own."""
    headers = {"Authorization": f"Bearer {token}"}

    def client() -> Any:  # a new connection may meet another worker
        return httpx.Client(base_url=base, headers=headers, timeout=PATIENCE)

    with client() as http:
        chat = http.post("/chats", json={"title": "t", "model": "demo/demo"}).raise_for_status().json()
    with client() as http:
        answer = http.post(f"/chats/{chat['id']}/messages", json={"text": "Apa khabar?"}).raise_for_status()
    told = events(answer.text)
    assert told[-1][1]["state"] == "complete"
    numbers = [number for number, _ in told]
    assert numbers == sorted(numbers) and numbers[0] == 1
    middle = numbers[len(numbers) // 2]
    with client() as http:
        again = http.get(f"/answers/{answer.headers['X-Answer']}/events", headers={"Last-Event-ID": str(middle)})
        rest = events(again.raise_for_status().text)
        assert rest[-1][1]["state"] == "complete"
        assert all(number > middle for number, _ in rest)
        assert [one["id"] for one in http.get("/chats").json()["items"]] == [chat["id"]]
        assert http.post("/chats", json={"model": "nobody/x"}).status_code in (400, 404)
        assert http.get("/chats", headers={"Authorization": "Bearer smb_wrong"}).status_code == 401
        assert http.get(f"/answers/{chat['id']}/events").status_code in (400, 404)


def test_one_process_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path}/a.db"
    token = token_of(url)

    with served(uvicorn(), url, tmp_path) as base:
        converse(base, token)


ADMIN = os.environ.get("SAMBUNG_TEST_POSTGRES_ADMIN_URL")


@pytest.fixture
def database() -> Iterator[tuple[str, str]]:
    """URLs of a database of its own: of who serves, and of who owns the tables."""
    if ADMIN is None:
        pytest.skip("SAMBUNG_TEST_POSTGRES_ADMIN_URL is not set")
    name = f"fastapi_{uuid.uuid4().hex}"
    subprocess.run(["psql", "-qX", ADMIN, "-c", f"CREATE DATABASE {name} OWNER sambung_owner"], check=True)
    of = {role: os.environ[f"SAMBUNG_TEST_POSTGRES_{role}"].rpartition("/")[0] for role in ("URL", "MIGRATOR_URL")}
    yield f"{of['URL']}/{name}", f"{of['MIGRATOR_URL']}/{name}"
    subprocess.run(["psql", "-qX", ADMIN, "-c", f"DROP DATABASE {name} WITH (FORCE)"], check=True)


@pytest.mark.parametrize("server", ["uvicorn", "gunicorn"])
def test_two_workers_on_postgresql(tmp_path: Path, database: tuple[str, str], server: str) -> None:
    url, migrator_url = database
    words = uvicorn("--workers=2")
    if server == "gunicorn":
        pytest.importorskip("gunicorn")
        kind = "--worker-class=uvicorn.workers.UvicornWorker"
        words = [sys.executable, "-m", "gunicorn", "fastapi_app:app", "--preload", "--workers=2", kind]
    token = token_of(url, migrator_url=migrator_url)

    with served(words, url, tmp_path) as base:
        for _ in range(4):  # of both workers, some
            converse_once(base, token)


def converse_once(base: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    chat = httpx.post(f"{base}/chats", json={"model": "demo/demo"}, headers=headers).raise_for_status().json()
    answer = httpx.post(
        f"{base}/chats/{chat['id']}/messages", json={"text": "Apa khabar?"}, headers=headers, timeout=PATIENCE
    ).raise_for_status()
    again = httpx.get(f"{base}/answers/{answer.headers['X-Answer']}/events", headers=headers, timeout=PATIENCE)
    assert events(answer.text)[-1][1]["state"] == "complete"
    assert events(again.raise_for_status().text)[-1][1]["state"] == "complete"

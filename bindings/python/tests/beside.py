"""Sambung and others by turns, in one process: TLS, seals, databases. Whoever calls main() has loaded them in some order."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import ssl
import threading
import typing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

if typing.TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 3
SAID = "Apa khabar?"


def write_certificate(folder: Path) -> None:
    """Of this machine, by the cryptography package: ca.pem to verify it with, both.pem for a server."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
    signed = made.add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(signed.public_bytes(pem))
    (folder / "both.pem").write_bytes(private + signed.public_bytes(pem))


class Vendor(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        message = {"role": "assistant", "content": SAID}
        body = json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def vendor(folder: Path) -> Iterator[str]:
    """Over TLS by the interpreter's OpenSSL; its URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server = HTTPServer(("127.0.0.1", 0), Vendor)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"https://localhost:{server.server_port}/v1"
    server.shutdown()
    serving.join()
    server.server_close()


def ask(folder: Path, url: str) -> None:
    """By sambung: TLS, a sealed key, SQLite."""
    import sambung

    model = sambung.providers.openai(base_url=url, ca_file=folder / "ca.pem")
    with sambung.open(f"sqlite:{folder}/chat.db", providers={"openai": model}, env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        if not desk.keys.list().page().items:
            desk.keys.create("openai", "sk-of-nobody")
        said = desk.completions.complete("openai/any", "Apa?")
        assert "".join([part.text for part in said.parts if part.type == "text"]) == SAID


def seal() -> None:
    from cryptography.fernet import Fernet

    vault = Fernet(Fernet.generate_key())
    assert vault.decrypt(vault.encrypt(b"tea")) == b"tea"


def search(folder: Path) -> None:
    """By the interpreter's SQLite."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(folder / "other.db")) as database:
        database.execute("create virtual table if not exists notes using fts5(body)")
        database.execute("insert into notes values ('teh tarik')")
        assert database.execute("select count(*) > 0 from notes where notes match 'tarik'").fetchone() == (1,)


def look_up(url: str, migrator_url: str) -> None:
    """By psycopg's libpq and by sambung's."""
    import psycopg
    import sambung

    with psycopg.connect(url) as connection:
        assert connection.execute("select 7").fetchone() == (7,)
    with sambung.open(url, migrator_url=migrator_url, env={}) as engine:
        engine.check()


def main(folder: Path) -> None:
    write_certificate(folder)
    with vendor(folder) as url:
        for _ in range(ROUNDS):
            ask(folder, url)
            seal()
            search(folder)
            if there := os.environ.get("SAMBUNG_TEST_POSTGRES_URL"):
                look_up(there, os.environ["SAMBUNG_TEST_POSTGRES_MIGRATOR_URL"])

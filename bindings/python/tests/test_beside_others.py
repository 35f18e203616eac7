"""Beside others that bring an OpenSSL or a libpq of their own, whoever is loaded first: each keeps its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sambung

pytest.importorskip("cryptography")
pytest.importorskip("psycopg")

PROGRAM = '''
import datetime, ipaddress, json, os, ssl, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

for name in sys.argv[2:]:
    __import__(name)
import cryptography.fernet, psycopg, sambung
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder):
    """Of this machine, by the cryptography package."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    made = made.add_extension(alternative, False).add_extension(x509.BasicConstraints(True, None), True)
    signed = made.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    (folder / "ca.pem").write_bytes(signed.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    (folder / "both.pem").write_bytes(private + signed.public_bytes(pem))


class Vendor(BaseHTTPRequestHandler):
    """Over TLS by the interpreter's OpenSSL."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        told = [{"choices": [{"index": 0, "delta": {"content": "khabar"}, "finish_reason": None}]},
                {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
        body = "".join(f"data: {json.dumps(one)}\\n\\n" for one in told) + "data: [DONE]\\n\\n"
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def served(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    server = HTTPServer(("127.0.0.1", 0), Vendor)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask(folder, port):
    model = sambung.providers.openai("sk-of-nobody", base_url=f"https://localhost:{port}/v1")
    url = f"sqlite:{folder}/chat.db"
    environment = {"SSL_CERT_FILE": str(folder / "ca.pem")}
    with sambung.open(url, providers={"openai": model}, env=environment) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        desk.keys.create("openai", "sk-of-nobody")  # sealed
        return "".join(part.text for part in desk.completions.complete("openai/any", "Apa?").parts)


folder = Path(sys.argv[1])
certificate(folder)
server = served(folder)
vault = cryptography.fernet.Fernet(cryptography.fernet.Fernet.generate_key())
for _ in range(3):
    assert ask(folder, server.server_port) == "khabar"
    assert vault.decrypt(vault.encrypt(b"tea")) == b"tea"
    if url := os.environ.get("SAMBUNG_TEST_POSTGRES_URL"):
        with psycopg.connect(url) as connection:
            assert connection.execute("select 7").fetchone() == (7,)
        with sambung.open(url, migrator_url=os.environ["SAMBUNG_TEST_POSTGRES_MIGRATOR_URL"], env={}) as engine:
            engine.check()
server.shutdown()
server.server_close()
print(sorted({psycopg.pq.__impl__, ssl.OPENSSL_VERSION, sambung.build_info()["openssl"]}))
'''


@pytest.mark.parametrize(
    "order",
    [("sambung", "ssl", "cryptography.fernet", "psycopg"), ("psycopg", "cryptography.fernet", "ssl", "sambung")],
    ids=["first", "last"],
)
def test_each_works_beside_the_others(order: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", PROGRAM, str(tmp_path), *order],
        env={**os.environ, "PYTHONPATH": str(Path(sambung.__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr

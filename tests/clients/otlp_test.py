"""Traces: the reference server, a vendor, and a collector that reads what it gets by the published protobufs
(opentelemetry-proto). SAMBUNG_SERVER: the server's program."""

import base64
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

CANARY = "kenari-yang-tidak-boleh-keluar"
PATIENCE = 60
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
KEYS = ("traceId", "spanId", "parentSpanId")


def with_bytes(value):
    """Ids are hexadecimal in OTLP's JSON, and base64 in that of protobuf."""
    if isinstance(value, list):
        return [with_bytes(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64encode(bytes.fromhex(each)).decode() if name in KEYS else with_bytes(each)
        for name, each in value.items()
    }


class Answers(http.server.ThreadingHTTPServer):
    """A server whose answers a test makes."""

    daemon_threads = True

    def __init__(self) -> None:
        answers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, headers, answer = answers.answer(self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *_) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def end(self) -> None:
        self.shutdown()
        self.server_close()


class Vendor(Answers):
    def __init__(self) -> None:
        self.seen = []
        super().__init__()

    def answer(self, path, headers, body):
        self.seen.append(headers)
        if path.endswith("/models"):
            return 200, {}, b'{"object":"list","data":[]}'
        message = {"role": "assistant", "content": CANARY}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        return 200, {}, json.dumps(whole).encode()


class Collector(Answers):
    def __init__(self) -> None:
        self.refusals = []  # (status, headers) of the next requests
        self.requests = []  # decoded, those that were taken
        self.headers = []
        self.raw = b""
        self.faults = []
        self.changed = threading.Condition()
        super().__init__()

    def answer(self, path, headers, body):
        with self.changed:
            self.changed.notify_all()
            if self.refusals:
                return *self.refusals.pop(0), b""
            self.raw += body
            self.headers.append((path, headers))
            try:
                taken = ExportTraceServiceRequest()
                json_format.Parse(json.dumps(with_bytes(json.loads(body))), taken)
                self.requests.append(taken)
            except (ValueError, json_format.ParseError) as fault:
                self.faults.append(fault)
                return 400, {}, b"{}"
            return 200, {}, b"{}"

    def spans(self) -> list:
        return [
            span for each in self.requests for of in each.resource_spans for scope in of.scope_spans for span in scope.spans
        ]

    def wait_for(self, condition) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self.spans()), PATIENCE):
                raise AssertionError(f"not seen: {[span.name for span in self.spans()]} {self.faults}")


class Server:
    def __init__(self, test: unittest.TestCase, **variables: str) -> None:
        folder = tempfile.TemporaryDirectory()
        test.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name, "log")
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ},
            "NO_PROXY": "127.0.0.1",
            "SAMBUNG_DATABASE_URL": f"sqlite:{folder.name}/sambung.db",
            "SAMBUNG_HOST": "127.0.0.1",
            "SAMBUNG_PORT": "0",
            "SAMBUNG_RATE_LIMITS": "off",
            "SAMBUNG_ADMIN_ADDRESS": "off",
            "OPENAI_API_KEY": "of-tests",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            **variables,
        }
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["SAMBUNG_SERVER"]], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        test.addCleanup(self.end)
        self.token = self.said("API token, shown this once: ")
        self.url = self.said("Sambung listens on ")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def said(self, beginning: str) -> str:
        for line in self.process.stdout:
            if line.startswith(beginning):
                return line[len(beginning) :].strip()
        raise AssertionError(self.log.read_text())

    def call(self, path: str, body: dict, **headers: str):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST")
        for name, value in {"content-type": "application/json", "authorization": f"Bearer {self.token}", **headers}.items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer = response.read()
            return answer if response.headers["content-type"] == "text/event-stream" else json.loads(answer), response.headers

    def ask(self, **headers: str):
        body = {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": CANARY}]}
        return self.call("/v1/chat/completions", body, **headers)

    def end(self) -> str:
        """The log."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
            self.process.stdout.close()
        return self.log.read_text()


def lines_of(log: str, event: str) -> list:
    return [line for line in map(json.loads, log.splitlines()) if line.get("event") == event]


class Otlp(unittest.TestCase):
    def setUp(self) -> None:
        self.collector = Collector()
        self.addCleanup(self.collector.end)
        self.vendor = Vendor()
        self.addCleanup(self.vendor.end)

    def serve(self, **variables: str) -> Server:
        return Server(
            self,
            **{
                "OPENAI_BASE_URL": f"{self.vendor.url}/v1",
                "OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url,
                **variables,
            },
        )

    def server_span(self, name: str) -> Span:
        self.collector.wait_for(lambda spans: any(span.name == name for span in spans))
        return next(span for span in self.collector.spans() if span.name == name)

    def test_spans_are_what_the_protobufs_say(self) -> None:
        server = self.serve(
            OTEL_SERVICE_NAME="chat", OTEL_RESOURCE_ATTRIBUTES="host.name=a%20b", OTEL_EXPORTER_OTLP_HEADERS="x-key=k"
        )

        answer, headers = server.ask(traceparent=CALLER)
        span = self.server_span("POST /v1/chat/completions")
        log = server.end()

        self.assertEqual(answer["choices"][0]["message"]["content"], CANARY)
        self.assertEqual(self.collector.faults, [])
        self.assertEqual(span.kind, Span.SPAN_KIND_SERVER)
        self.assertEqual((span.trace_id.hex(), span.parent_span_id.hex()), (CALLER[3:35], CALLER[36:52]))
        self.assertGreater(span.end_time_unix_nano, span.start_time_unix_nano)
        attributes = {each.key: each.value for each in span.attributes}
        self.assertEqual(attributes["http.request.method"].string_value, "POST")
        self.assertEqual(attributes["http.route"].string_value, "/v1/chat/completions")
        self.assertEqual(attributes["http.response.status_code"].int_value, 200)
        self.assertEqual(attributes["sambung.request_id"].string_value, headers["x-request-id"])
        path, sent = self.collector.headers[0]
        self.assertEqual((path, sent["x-key"], sent["content-type"]), ("/v1/traces", "k", "application/json"))
        resource = self.collector.requests[0].resource_spans[0].resource
        named = {each.key: each.value.string_value for each in resource.attributes}
        self.assertEqual((named["service.name"], named["host.name"]), ("chat", "a b"))
        line = next(each for each in lines_of(log, "request") if each["route"] == "/v1/chat/completions")
        self.assertEqual((line["traceId"], line["requestId"]), (CALLER[3:35], headers["x-request-id"]))

    def test_a_trace_hangs_together_and_tells_nothing_that_people_wrote(self) -> None:
        server = self.serve()

        chat, _ = server.call("/rpc/chat/create", {"json": {"title": CANARY, "model": "openai/gpt-4o"}})
        server.call("/rpc/message/stream", {"json": {"chatId": chat["json"]["id"], "text": CANARY}})
        server.ask(traceparent=CALLER, **{"user-agent": CANARY})
        self.server_span("POST /v1/chat/completions")
        log = server.end()

        spans = self.collector.spans()
        named = {span.name: span for span in spans}
        turn, request, written = named["turn"], named["POST /rpc/message/stream"], named["write chats"]
        self.assertEqual([link.span_id for link in turn.links], [request.span_id])
        self.assertEqual(turn.parent_span_id, b"")
        self.assertNotEqual(turn.trace_id, request.trace_id)
        self.assertEqual(written.parent_span_id, named["POST /rpc/chat/create"].span_id)
        system = next(each.value.string_value for each in written.attributes if each.key == "db.system.name")
        self.assertEqual((written.kind, system), (Span.SPAN_KIND_CLIENT, "sqlite"))
        ids = {(span.trace_id, span.span_id) for span in spans}
        self.assertEqual(len(ids), len(spans))
        for span in spans:
            self.assertEqual((len(span.trace_id), len(span.span_id)), (16, 8))
            if span.parent_span_id and span.parent_span_id.hex() != CALLER[36:52]:
                self.assertIn((span.trace_id, span.parent_span_id), ids, span.name)
        model_calls = [span for span in spans if span.name.startswith("chat ")]
        self.assertTrue(model_calls)
        self.assertTrue(all(span.kind == Span.SPAN_KIND_CLIENT for span in model_calls))
        self.assertNotIn(CANARY.encode(), self.collector.raw)
        self.assertEqual([line for line in log.splitlines() if CANARY in line and '"userAgent"' not in line], [])

    def test_an_error_is_seen_although_nothing_is_sampled(self) -> None:
        server = self.serve(OTEL_TRACES_SAMPLER="always_off", OPENAI_BASE_URL="http://127.0.0.1:9/v1")

        server.call("/rpc/chat/getAll", {"json": {}})
        with self.assertRaises(urllib.error.HTTPError):
            server.ask()
        span = self.server_span("POST /v1/chat/completions")
        server.end()

        self.assertEqual(span.status.code, 2)
        self.assertNotIn("POST /rpc/chat/getAll", [each.name for each in self.collector.spans()])

    def test_vendors_are_told_of_the_trace_only_if_asked_so(self) -> None:
        quiet, telling = self.serve(), self.serve(SAMBUNG_TRACE_UPSTREAM="on")

        quiet.ask(traceparent=CALLER)
        untold = len(self.vendor.seen)
        telling.ask(traceparent=CALLER)

        self.assertEqual([headers["traceparent"] for headers in self.vendor.seen[:untold] if "traceparent" in headers], [])
        told = [headers["traceparent"] for headers in self.vendor.seen[untold:] if "traceparent" in headers]
        self.assertRegex(told[-1], re.compile(f"^00-{CALLER[3:35]}-[0-9a-f]{{16}}-01$"))
        self.assertNotEqual(told[-1][36:52], CALLER[36:52])

    def test_a_collector_that_is_busy_gets_the_spans_later(self) -> None:
        self.collector.refusals = [(503, {"retry-after": "1"}), (429, {})]
        server = self.serve()

        server.call("/rpc/chat/getAll", {"json": {}})
        self.server_span("POST /rpc/chat/getAll")
        server.end()

        names = [span.name for span in self.collector.spans()]
        self.assertEqual(names.count("POST /rpc/chat/getAll"), 1)

    def test_a_collector_that_is_away_costs_its_spans_and_nothing_else(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            away = f"http://127.0.0.1:{free.getsockname()[1]}"
        server = self.serve(OTEL_EXPORTER_OTLP_ENDPOINT=away)

        for _ in range(50):
            server.call("/rpc/chat/getAll", {"json": {}})
        began = time.monotonic()
        log = server.end()

        self.assertEqual(server.process.returncode, 0)
        self.assertLess(time.monotonic() - began, PATIENCE / 2)
        lost = lines_of(log, "spans_lost")
        self.assertTrue(lost)
        self.assertGreaterEqual(sum(int(line["message"].split(":")[0]) for line in lost), 50)


if __name__ == "__main__":
    unittest.main()

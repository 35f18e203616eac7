#!/usr/bin/env python3
"""A collector of traces that keeps none: prints its port, answers every POST with 200, and GET with how many it got."""

import http.server


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    got = 0

    def do_POST(self):
        Sink.got += 1
        left = int(self.headers["content-length"])
        while left > 0:
            left -= len(self.rfile.read(min(left, 65_536))) or left
        self.answer(b"{}")

    def do_GET(self):
        self.answer(str(Sink.got).encode())

    def answer(self, body):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    print(server.server_port, flush=True)
    server.serve_forever()

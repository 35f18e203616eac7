"""A real Prometheus scrapes the server, with the rules and alerts that are shipped, and the dashboard's questions have answers."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RULES = ROOT / "examples/deploy/prometheus"
DASHBOARD = ROOT / "examples/deploy/grafana/sambung.json"
SERVER = os.environ["SAMBUNG_URL"]
DOOR = os.environ["SAMBUNG_ADMIN_URL"]
PATIENCE = 60  # seconds, for a slow machine

CONFIGURATION = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}/recording.yml, {rules}/alerts.yml]
scrape_configs:
  - job_name: sambung
    static_configs: [{{targets: ["{target}"]}}]
"""


def get(url: str, headers: dict[str, str] | None = None, data: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, data, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def call(procedure: str) -> int:
    headers = {"content-type": "application/json", "authorization": f"Bearer {os.environ['SAMBUNG_TOKEN']}"}
    return get(f"{SERVER}/rpc/{procedure}", headers, b"{}")[0]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        assert shutil.which("prometheus"), "there is no prometheus: apt-get install prometheus"
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        (folder / "prometheus.yml").write_text(CONFIGURATION.format(rules=RULES, target=DOOR.removeprefix("http://")), encoding="utf-8")
        address = f"127.0.0.1:{free_port()}"
        cls.url = f"http://{address}"
        cls.log = open(folder / "log", "w", encoding="utf-8")
        cls.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data", f"--web.listen-address={address}"],
            stdout=cls.log, stderr=cls.log)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.process.terminate()
        cls.process.wait()
        cls.log.close()
        cls.folder.cleanup()

    def api(self, path: str) -> dict:
        try:
            status, body = get(f"{self.url}/api/v1/{path}")
        except OSError:
            return {}
        return json.loads(body)["data"] if status == 200 else {}

    def ask(self, expression: str) -> list[dict]:
        return self.api("query?" + urllib.parse.urlencode({"query": expression})).get("result", [])

    def value(self, expression: str) -> float | None:
        """Of the one series that it has, once it has one that is a number."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.ask(expression)
            if found and found[0]["value"][1] != "NaN":
                return float(found[0]["value"][1])
            time.sleep(0.2)
        return None

    def test_scrapes_the_server(self) -> None:
        self.assertEqual(self.value('up{job="sambung"} == 1'), 1)
        self.assertEqual(self.value("sambung_build_info"), 1)
        self.assertGreater(self.value("process_resident_memory_bytes"), 1_000_000)
        self.assertGreaterEqual(self.value("sambung_connections"), 0)

    def test_counts_what_was_asked_and_tells_quantiles(self) -> None:
        for _ in range(20):
            self.assertEqual(call("chat/getAll"), 200)
        of_route = 'http_route="/rpc/chat/getAll"'

        counted = self.value(f'sum(http_server_request_duration_seconds_count{{{of_route}}}) >= 20')
        p99 = self.value(f"histogram_quantile(0.99, sum by (le) (http_server_request_duration_seconds_bucket{{{of_route}}}))")

        self.assertGreaterEqual(counted, 20)
        self.assertGreater(p99, 0)
        self.assertLess(p99, 10)

    def test_takes_the_rules_and_alerts(self) -> None:
        self.assertEqual(self.value('up{job="sambung"} == 1'), 1)
        deadline = time.monotonic() + PATIENCE
        rules: list[dict] = []
        while time.monotonic() < deadline:
            rules = [rule for group in self.api("rules").get("groups", []) for rule in group["rules"]]
            if rules and all(rule["health"] == "ok" for rule in rules):
                break
            time.sleep(0.2)

        self.assertEqual({rule["health"] for rule in rules}, {"ok"}, rules)
        self.assertEqual(sum(rule["type"] == "alerting" for rule in rules), 12)

    def test_can_answer_every_question_of_the_dashboard(self) -> None:
        self.assertEqual(self.value('up{job="sambung"} == 1'), 1)
        board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                expression = re.sub(r"\$__rate_interval|\$__range", "5m", target["expr"])
                expression = expression.replace("$instance", ".*").replace("$job", ".*")
                status, body = get(f"{self.url}/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
                self.assertEqual(status, 200, f"{panel['title']}: {expression}: {body}")

    def test_meets_only_metrics_that_the_guide_tells_of(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(get(f"{DOOR}/metrics")[1])
            file.flush()
            done = subprocess.run([ROOT / "scripts/check_dashboard.py", file.name], capture_output=True, text=True, check=False)

        self.assertEqual(done.returncode, 0, done.stdout)

    def test_status_tells_the_same_without_prometheus(self) -> None:
        self.assertEqual(call("chat/getAll"), 200)

        status = json.loads(get(f"{DOOR}/admin/status")[1])

        route = next(one for one in status["endpoints"] if one["route"] == "/rpc/chat/getAll")
        self.assertGreaterEqual(route["requests"], 1)
        self.assertLessEqual(route["p50Ms"], route["p99Ms"])
        self.assertFalse(status["draining"])
        self.assertIn("sambung_connections", status["gauges"])

    def test_a_page_is_refused(self) -> None:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in ("metrics", "admin/status"):
                self.assertEqual(get(f"{DOOR}/{path}", headers)[0], 403, headers)
            self.assertEqual(get(f"{DOOR}/admin/drain", headers, b"")[0], 403, headers)
        self.assertEqual(get(f"{SERVER}/metrics")[0], 404)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""check_dashboard.py: whatever dashboards, rules and alerts ask for is measured, and the guide tells of everything that is.

Four checks:
  catalogue  each metric that a source makes is in the table of docs/guides/operations.md, with its kind
  rules      what examples/deploy/prometheus and examples/deploy/grafana ask for is in that table, with those labels
  promtool   `promtool check` and `promtool test rules` find nothing, where promtool is installed
  scraped    with a FILE, what a server answered at /metrics: each family there is in the table, and so is each label

  check_dashboard.py [FILE]    all of them
  check_dashboard.py --self-test   that the second finds a metric and a label that nobody makes
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs/guides/operations.md"
RULES = ROOT / "examples/deploy/prometheus"
DASHBOARD = ROOT / "examples/deploy/grafana/sambung.json"

# A name and its one sentence, as descriptions of metrics are written.
MADE = re.compile(r'"((?:sambung|http_server|gen_ai_client|db_client|process)_[a-z0-9_]+)",\s*"[A-Z0-9][^"]*\."')
ROW = re.compile(r"^\| `([a-z0-9_]+)` \| (counter|gauge|histogram) \| (.*?) \|", re.MULTILINE)
NAME = re.compile(r"\b((?:sambung|http_server|gen_ai_client|db_client|process)_[a-z0-9_]+)\b(?!:)(\{[^}]*\})?")
GROUPED = re.compile(r"\b(?:by|on|without) \(([a-z_, ]+)\)")
# Of Prometheus, of the scrape, and of Grafana's variables.
FREE_LABELS = {"le", "job", "instance"}


def catalogue() -> dict[str, tuple[str, set[str]]]:
    """Name, kind and labels, as the guide tells them."""
    return {name: (kind, set(re.findall(r"`([a-z_]+)`", labels)))
            for name, kind, labels in ROW.findall(GUIDE.read_text(encoding="utf-8"))}


def family_of(name: str, known: dict) -> str:
    """The metric of a name that Prometheus makes of a histogram's."""
    for end in ("_bucket", "_count", "_sum"):
        base = name.removesuffix(end)
        if base != name and known.get(base, ("", ()))[0] == "histogram":
            return base
    return name


def catalogue_faults(known: dict) -> list[str]:
    made = {name: path for path in sorted((ROOT / "src").rglob("*.cpp"))
            for name in MADE.findall(path.read_text(encoding="utf-8"))}
    return [f"{path.relative_to(ROOT)}: {name} is not in the table of {GUIDE.relative_to(ROOT)}"
            for name, path in sorted(made.items()) if name not in known]


def expression_faults(where: str, expression: str, known: dict) -> list[str]:
    faults, labels = [], set(FREE_LABELS)
    for name, selector in NAME.findall(expression):
        if name in {label for _, of in known.values() for label in of}:
            continue
        family = family_of(name, known)
        if family not in known:
            faults.append(f"{where}: nobody measures {name}")
            continue
        labels |= known[family][1]
        for label in re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", selector):
            if label not in known[family][1] | FREE_LABELS:
                faults.append(f"{where}: {name} has no label {label}")
    if "sambung:" in expression:  # of a recording rule: its labels are those it keeps
        return faults
    for group in GROUPED.findall(expression):
        for label in filter(None, (one.strip() for one in group.split(","))):
            if label not in labels:
                faults.append(f"{where}: nothing there has a label {label}")
    return faults


def expressions() -> list[tuple[str, str]]:
    found = []
    for name in ("recording.yml", "alerts.yml"):
        text = (RULES / name).read_text(encoding="utf-8")
        for rule in re.split(r"^ +- (?=record:|alert:)", text, flags=re.MULTILINE)[1:]:
            body = re.search(r"expr: (\|\n(?:\s{10,}.*\n)+|.*\n)", rule)
            found.append((f"{name}: {rule.splitlines()[0]}", body[1] if body else ""))
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            found.append((f"{DASHBOARD.name}: {panel['title']}", target["expr"]))
    for variable in board["templating"]["list"]:
        if "definition" in variable:
            found.append((f"{DASHBOARD.name}: ${variable['name']}", variable["definition"]))
    return found


def recorded_faults() -> list[str]:
    """What a rule has recorded is recorded by one."""
    text = "".join((RULES / name).read_text(encoding="utf-8") for name in ("recording.yml", "alerts.yml"))
    made = set(re.findall(r"record: (\S+)", text))
    return [f"nothing records {name}" for name in sorted(set(re.findall(r"sambung:[a-z0-9_:]+", text)) - made)]


def promtool_faults() -> list[str]:
    promtool = shutil.which("promtool")
    if not promtool:
        return []
    faults = []
    for words in (["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run([promtool, *words], cwd=RULES, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            faults.append(f"promtool {' '.join(words)}:\n{done.stdout}{done.stderr}")
    tested = (RULES / "alerts_test.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"alert: (\S+)", (RULES / "alerts.yml").read_text(encoding="utf-8"))
    return faults + [f"alerts_test.yml: {name} is not seen to be raised" for name in alerts
                     if not re.search(rf"alertname: {name}\n\s+eval_time: \S+\n\s+exp_alerts:", tested)]


def scraped_faults(text: str, known: dict) -> list[str]:
    faults = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        if name not in known or known[name][0] != kind:
            faults.add(f"/metrics: {name}, a {kind}, is not in the table of {GUIDE.relative_to(ROOT)}")
    for name, labels in re.findall(r"^([a-z][a-z0-9_]*)\{(.*)\} ", text, re.MULTILINE):
        of = known.get(family_of(name, known), ("", set()))[1]
        for label in re.findall(r'([a-z_]+)="(?:[^"\\]|\\.)*"', labels):
            if label not in of | {"le"}:
                faults.add(f"/metrics: {name} has a label {label} that is not in the table")
    return sorted(faults)


def self_test(known: dict) -> list[str]:
    planted = ["rate(sambung_invented_total[5m])", 'sambung_connections{colour="red"}', "sum by (colour) (sambung_connections)"]
    return [f"not found: {one}" for one in planted if not expression_faults("planted", one, known)]


def main() -> int:
    known = catalogue()
    words = sys.argv[1:]
    if "--self-test" in words:
        faults = self_test(known)
    else:
        faults = catalogue_faults(known) + recorded_faults() + promtool_faults()
        for where, expression in expressions():
            faults += expression_faults(where, expression, known)
        for file in words:
            faults += scraped_faults(pathlib.Path(file).read_text(encoding="utf-8"), known)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

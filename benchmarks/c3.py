"""C3: templates of 2 KiB with 20 variables, rendered and compiled, beside Jinja2, Handlebars and memcpy."""

import statistics
import subprocess
import sys

from harness import PEERS, ROOT, SYSTEM_CORE, Row, Settings, json_of, npm_install, program, ratio_of

JINJA = "jinja2==3.1.6"


def python_with_jinja():
    """An interpreter in an environment of its own, made once."""
    place = PEERS / "jinja"
    if not (place / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run([place / "bin/pip", "install", "--quiet", JINJA], check=True)
    return place / "bin/python"


def rates(nanoseconds: list[float], variables: int) -> list[float]:
    return [variables * 1e3 / each for each in nanoseconds]


def run(settings: Settings) -> list[Row]:
    npm_install()
    python = python_with_jinja()
    ours, jinja, handlebars = [], [], []
    for _ in range(settings.rounds):
        ours.append(json_of([program("templates")], SYSTEM_CORE))
        jinja.append(json_of([python, ROOT / "benchmarks/peers/templates.py"], SYSTEM_CORE))
        handlebars.append(json_of(["node", PEERS / "templates.mjs"], SYSTEM_CORE))
    variables = ours[0]["variables"]
    of = lambda rows, name: [row[name] for row in rows]  # noqa: E731
    at_hand, from_json = (rates(of(ours, name), variables) for name in ("at_hand_ns", "from_json_ns"))
    copying = ratio_of(of(ours, "memcpy_ns"), of(ours, "at_hand_ns"))
    compiling = [ns / 1e3 for ns in of(ours, "compile_ns")]
    unit = "variables/us"
    return [
        Row("C3", "rendering", "memcpy of the output", rates(of(ours, "memcpy_ns"), variables), unit),
        Row("C3", "rendering", "jinja2", rates(of(jinja, "render_ns"), variables), unit),
        Row("C3", "rendering", "handlebars", rates(of(handlebars, "render_ns"), variables), unit),
        Row("C3", "rendering", "sambung, from JSON", from_json, unit, "", "1", statistics.median(from_json) >= 1),
        Row("C3", "rendering", "sambung, values at hand", at_hand, unit, f"{copying:.2f}x memcpy", "10, 0.5x memcpy",
            statistics.median(at_hand) >= 10 and copying >= 0.5),
        Row("C3", "compiling", "jinja2", [ns / 1e3 for ns in of(jinja, "compile_ns")], "us"),
        Row("C3", "compiling", "handlebars", [ns / 1e3 for ns in of(handlebars, "compile_ns")], "us"),
        Row("C3", "compiling", "sambung", compiling, "us", "", "50 us", statistics.median(compiling) < 50),
    ]

"""P8: what one more turn costs as a chat grows, beside a LangGraph checkpointer that writes the whole chat each time; and
the bytes that turns of several sizes write, beside the same rows written by hand, which fill the same pages."""

import json
import os
import statistics
import subprocess

import p11
from harness import PEERS, ROOT, Row, Settings, json_of, npm_install, output_of, program, ratio_of, scratch, sync_rate

CONTEXT_TOKENS = 2_000  # filled by turn 10, so that every turn sends as much to the model
MAX_AMPLIFICATION = 4
SIZES = [(1, 1_000), (1, 16_000), (1, 64_000), (64, 1_000)]  # writers, bytes of a turn


def run(settings: Settings) -> list[Row]:
    rows = []
    with scratch() as folder:
        rows.append(Row("P8", "1 kB turns", "fdatasync, 1 writer", [sync_rate(folder, 1, 1)], "syncs/s"))
        for turns in [500] if settings.quick else [500, 10_000]:
            output = json_of([program("turns"), "append", folder / f"{turns}.db", turns, settings.rounds, CONTEXT_TOKENS,
                              1_000])
            rounds = {key: [r[key] for r in output["rounds"]] for key in output["rounds"][0]}
            flat = ratio_of(rounds["us"], rounds["base_us"])
            spread = ratio_of(rounds["bytes"], rounds["base_bytes"])
            case = f"turn {turns:,} beside 10"
            rows += [
                Row("P8", case, "sambung, turn 10", rounds["base_us"], "us"),
                Row("P8", case, f"sambung, turn {turns:,}", rounds["us"], "us", f"{flat:.2f}x turn 10", "0.90x-1.10x",
                    0.9 <= flat <= 1.1),
                Row("P8", case, "sambung, turn 10", rounds["base_bytes"], "written/payload"),
                Row("P8", case, f"sambung, turn {turns:,}", rounds["bytes"], "written/payload", f"{spread:.2f}x turn 10",
                    "0.90x-1.10x", 0.9 <= spread <= 1.1),
            ]
    return rows + size_rows(settings) + peer_rows(settings) + saver_rows(settings)


def size_rows(settings: Settings) -> list[Row]:
    rows = []
    for writers, size in SIZES:
        ours, floor = [], []
        for _ in range(settings.rounds):
            with scratch() as folder:
                run = [writers, settings.seconds]
                ours.append(json_of([program("turns"), "write", folder / "ours.db", *run, 1, size])["bytes"])
                output_of([program("turns"), "prepare", folder / "raw.db"])
                floor.append(json_of([program("sqlite_floor"), folder / "raw.db", *run, size])["bytes"])
        case = f"{size // 1_000} kB turns, {writers} writer" + ("s" if writers > 1 else "")
        rows += [
            Row("P8", case, "raw SQLite, grouped", floor, "written/payload"),
            Row("P8", case, "sambung", ours, "written/payload", f"{ratio_of(ours, floor):.2f}x raw",
                f"{MAX_AMPLIFICATION}x payload", statistics.median(ours) <= MAX_AMPLIFICATION),
        ]
    return rows


def peer_rows(settings: Settings) -> list[Row]:
    rows = []
    try:
        npm_install()
        with scratch() as folder:
            for turns in [10, 500] if settings.quick else [10, 500, 10_000]:
                command = ["node", PEERS / "langgraph.mjs", folder / f"{turns}.db", turns, 10]
                output = json_of(command, cwd=PEERS)
                rows += [Row("P8", f"turn {turns:,}", "langgraph", [output["us"]], "us"),
                         Row("P8", f"turn {turns:,}", "langgraph", [output["bytes"]], "written/payload")]
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as problem:
        print(f"P8: the LangGraph peer cannot be had here: {problem}")
    return rows


def saver_rows(settings: Settings) -> list[Row]:
    """The same graph, kept by SambungSaver: a step writes the channels it changed, or of a delta channel what it added."""
    p11.build()
    environment = {**os.environ, "PYTHONPATH": str(p11.PACKAGE)}
    rows = []
    for turns in [10, 500] if settings.quick else [10, 500, 10_000]:
        for name, more in (("SambungSaver", []), ("SambungSaver, deltas", ["deltas"])):
            with scratch() as folder:
                command = [p11.PYTHON, ROOT / "benchmarks/python/saver.py", folder / "saver.db", turns, 10, *more]
                output = json_of(command, env=environment)
            rows += [Row("P8", f"turn {turns:,}", name, [output["us"]], "us"),
                     Row("P8", f"turn {turns:,}", name, [output["bytes"]], "written/payload")]
    return rows

"""C1: the prompt of a long chat, put together and explained, beside its rows read by hand and LangChain's trimMessages."""

import json
import statistics
import subprocess

from harness import PEERS, SYSTEM_CORE, Row, Settings, json_of, npm_install, program, ratio_of, scratch

LENGTHS = [100, 1_000, 10_000]  # messages; each fills the 32,000 tokens of a prompt
KINDS = {"plain": "a plain chat", "set_up": "a chat with a prompt"}
MAX_WARM_US, MAX_COLD_US, MAX_GROWTH = 5_000, 40_000, 1.1
PEER_COUNT = 3  # it takes seconds for the longest


def peer_samples(settings: Settings) -> list[dict]:
    try:
        npm_install()
        return [json_of(["node", PEERS / "trim.mjs", PEER_COUNT], SYSTEM_CORE, cwd=PEERS) for _ in range(settings.rounds)]
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError) as problem:
        print(f"C1: the LangChain peer cannot be had here: {problem}")
        return []


def run(settings: Settings) -> list[Row]:
    count = 200 if settings.quick else 2_000
    ours, floor = [], []
    with scratch() as folder:
        file = folder / "context.db"
        json_of([program("context"), "fill", file])
        for _ in range(settings.rounds):
            ours.append(json_of([program("context"), "read", file, count], SYSTEM_CORE))
            floor.append(json_of([program("context"), "floor", file, count], SYSTEM_CORE))
    peer = peer_samples(settings)
    copied, read = ([one[what]["p50_us"] for one in floor] for what in ("copy", "read"))
    rows = [Row("C1", "32,000 tokens", "copying the texts", copied, "us"),
            Row("C1", "32,000 tokens", "raw SQLite, reading the rows", read, "us")]
    for length in LENGTHS:
        trimmed = [one[str(length)] for one in peer]
        if trimmed:
            rows.append(Row("C1", f"{length:,} messages", "langchain trimMessages, in memory", trimmed, "us"))
        for kind, what in KINDS.items():
            rows += chat_rows(f"{length:,} messages", what, [one[f"{kind}_{length}"] for one in ours], copied, read, trimmed)
    for kind, what in KINDS.items():
        growth = [one[f"{kind}_{LENGTHS[-1]}"]["p50_us"] / one[f"{kind}_{LENGTHS[0]}"]["p50_us"] for one in ours]
        rows.append(Row("C1", "growth", f"sambung, {what}", growth, f"{LENGTHS[-1]:,} to {LENGTHS[0]:,}", "", f"{MAX_GROWTH}x",
                        statistics.median(growth) <= MAX_GROWTH))
    remembered = [one["memory"]["bytes"] / one["memory"]["chats"] / 1024 for one in ours]
    rows.append(Row("C1", "remembered", "sambung", remembered, "KiB a chat"))
    return rows


def chat_rows(case: str, what: str, ours: list[dict], copied: list[float], read: list[float],
              trimmed: list[float]) -> list[Row]:
    median, worst, cold = ([one[share] for one in ours] for share in ("p50_us", "p99_us", "cold_us"))
    to_peer = f", {ratio_of(median, trimmed):.3f}x langchain" if trimmed else ""
    return [
        Row("C1", case, f"sambung, {what}, p50", median, "us", f"{ratio_of(median, copied):.1f}x copying{to_peer}"),
        Row("C1", case, f"sambung, {what}, p99", worst, "us", "", f"{MAX_WARM_US:,} us",
            statistics.median(worst) < MAX_WARM_US),
        Row("C1", case, f"sambung, {what}, cold", cold, "us", f"{ratio_of(cold, read):.1f}x raw", f"{MAX_COLD_US:,} us",
            statistics.median(cold) < MAX_COLD_US),
    ]

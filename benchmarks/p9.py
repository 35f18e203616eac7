"""P9: look-ups in a small and in a large database, beside the same statements by hand in SQLite's C API."""

import statistics

from harness import Row, Settings, json_of, program, ratio_of, scratch

SMALL, LARGE, LARGE_QUICK = 10_000, 1_000_000, 100_000  # messages, and as many notes
LOOKUPS = {  # and the most that 99 of 100 may take, in us
    "list": ("a page of 50 chats", 2_000),
    "tail": ("the last 50 messages of the longest chat", 2_000),
    "common": ("20 notes with a frequent word", 20_000),
    "rare": ("20 notes with a rare word", 20_000),
}
MAX_GROWTH = 2


def measure(folder, messages: int, settings: Settings) -> dict[str, list[dict]]:
    file = folder / f"{messages}.db"
    json_of([program("lookups"), "fill", f"sqlite:{file}", messages])
    count = 200 if settings.quick else 1_000
    rounds: dict[str, list[dict]] = {"sambung": [], "raw SQLite": []}
    for _ in range(settings.rounds):
        rounds["sambung"].append(json_of([program("lookups"), "read", f"sqlite:{file}", count]))
        rounds["raw SQLite"].append(json_of([program("sqlite_lookups"), file, count]))
    return rounds


def run(settings: Settings) -> list[Row]:
    large = LARGE_QUICK if settings.quick else LARGE
    with scratch() as folder:
        of = {messages: measure(folder, messages, settings) for messages in (SMALL, large)}
    rows = []
    for key, (what, most) in LOOKUPS.items():
        def samples(messages: int, system: str, share: str) -> list[float]:
            return [r[key][share] for r in of[messages][system]]

        for messages in of:
            case = f"{what}, of {messages:,}"
            for share in ("p50_us", "p99_us"):
                ours, floor = samples(messages, "sambung", share), samples(messages, "raw SQLite", share)
                name = share.removesuffix("_us")
                rows += [Row("P9", case, f"raw SQLite, {name}", floor, "us"),
                         Row("P9", case, f"sambung, {name}", ours, "us", f"{ratio_of(ours, floor):.2f}x raw")]
            rows[-1].target, rows[-1].met = f"{most:,} us", statistics.median(rows[-1].samples) < most
        for system in ("raw SQLite", "sambung"):
            grown = [b / a for a, b in zip(samples(SMALL, system, "p50_us"), samples(large, system, "p50_us"))]
            rows.append(Row("P9", what, f"{system}, growth of p50", grown, f"{large:,} to {SMALL:,}"))
        rows[-1].target, rows[-1].met = f"{MAX_GROWTH}x", statistics.median(rows[-1].samples) <= MAX_GROWTH
    return rows

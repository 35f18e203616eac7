"""P6: durable turns. The floor is the same row changes by hand in SQLite's C API, committed in groups of as many."""

import pathlib
import sqlite3

from harness import Row, Settings, WrongAnswer, json_of, output_of, program, ratio_of, scratch, sync_rate

WRITERS = 64
TURN_BYTES = 1_000
CONTEXT = {"sambung": 1, "sambung, 32,000 tokens of context read": 32_000}  # how much of its chat each turn reads back
LEAST = {1: 0.7, 32_000: 0.35}  # of the floor


def check_rows(file: pathlib.Path, turns: int) -> None:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        complete, = database.execute("select count(*) from messages where state = 'complete'").fetchone()
        in_flight, = database.execute("select count(*) from active_turns").fetchone()
    if complete != 2 * turns or in_flight != 0:
        raise WrongAnswer(f"{turns} turns left {complete} complete messages and {in_flight} turns in flight")


def run(settings: Settings) -> list[Row]:
    syncs, alone, floor = [], [], []
    ours = {name: [] for name in CONTEXT}
    for _ in range(settings.rounds):
        with scratch() as folder:
            alone.append(sync_rate(folder, 1, 1))
            syncs.append(sync_rate(folder, WRITERS, 1))
            for name, tokens in CONTEXT.items():
                file = folder / f"{tokens}.db"
                output = json_of([program("turns"), "write", file, WRITERS, settings.seconds, tokens, TURN_BYTES])
                check_rows(file, output["turns"])
                ours[name].append(output["turns_per_s"])
            file = folder / "raw.db"
            output_of([program("turns"), "prepare", file])
            output = json_of([program("sqlite_floor"), file, WRITERS, settings.seconds, TURN_BYTES])
            check_rows(file, output["turns"])
            floor.append(output["turns_per_s"])
    case = f"{WRITERS} writers"
    rows = [
        Row("P6", case, "fdatasync, 1 writer", alone, "syncs/s"),
        Row("P6", case, f"fdatasync, {WRITERS} writers", syncs, "syncs/s"),
        Row("P6", case, "raw SQLite, grouped", floor, "turns/s"),
    ]
    for name, samples in ours.items():
        to_floor, to_syncs = ratio_of(samples, floor), ratio_of(samples, syncs)
        rows.append(Row("P6", case, name, samples, "turns/s", f"{to_floor:.2f}x raw, {to_syncs:.2f}x syncs"))
        least = LEAST[CONTEXT[name]]
        rows[-1].target, rows[-1].met = f"{least:.2f}x raw", to_floor >= least
    return rows

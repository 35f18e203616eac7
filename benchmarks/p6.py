"""P6: durable turns. The floor is the same row changes by hand in SQLite's C API, committed in groups of as many."""

import pathlib
import sqlite3

from harness import Row, Settings, WrongAnswer, json_of, program, ratio_of, scratch, sync_rate

WRITERS = 64


def check_rows(file: pathlib.Path, turns: int) -> None:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        complete, = database.execute("select count(*) from messages where state = 'complete'").fetchone()
        in_flight, = database.execute("select count(*) from active_turns").fetchone()
    if complete != 2 * turns or in_flight != 0:
        raise WrongAnswer(f"{turns} turns left {complete} complete messages and {in_flight} turns in flight")


def run(settings: Settings) -> list[Row]:
    syncs, alone, floor, ours = [], [], [], []
    for _ in range(settings.rounds):
        with scratch() as folder:
            alone.append(sync_rate(folder, 1, 1))
            syncs.append(sync_rate(folder, WRITERS, 1))
            json_file, raw_file = folder / "turns.db", folder / "raw.db"
            output = json_of([program("turns"), "write", json_file, WRITERS, settings.seconds])
            check_rows(json_file, output["turns"])
            ours.append(output["turns_per_s"])
            json_of([program("turns"), "prepare", raw_file])
            output = json_of([program("sqlite_floor"), raw_file, WRITERS, settings.seconds])
            check_rows(raw_file, output["turns"])
            floor.append(output["turns_per_s"])
    to_floor, to_syncs = ratio_of(ours, floor), ratio_of(ours, syncs)
    case = f"{WRITERS} writers"
    return [
        Row("P6", case, "fdatasync, 1 writer", alone, "syncs/s"),
        Row("P6", case, f"fdatasync, {WRITERS} writers", syncs, "syncs/s"),
        Row("P6", case, "raw SQLite, grouped", floor, "turns/s"),
        Row("P6", case, "sambung", ours, "turns/s", f"{to_floor:.2f}x raw, {to_syncs:.2f}x syncs", "0.70x raw", to_floor >= 0.7),
    ]

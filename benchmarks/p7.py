"""P7: durable turns on PostgreSQL. The floor is pgbench: the same changes as plain prepared statements, pipelined."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess

from harness import Row, Settings, WrongAnswer, free_port, output_of, program, ratio_of, scratch, sync_rate

WRITERS = 32
TURN_BYTES = 1_000
CONTEXT = {"sambung": 1, "sambung, 32,000 tokens of context read": 32_000}  # how much of its chat each turn reads back
# Whose counter a client's turns are added to: everybody's, as in Sambung's runs, or its own, which no other waits for.
OWNERS = {"pgbench, pipelined": "0::text", "pgbench, pipelined, a user each": ":client_id"}
TENANT = "00000000-0000-7000-8000-000000000001"
HERE = pathlib.Path(__file__).parent

SETTINGS = "-c search_path=sambung -c plan_cache_mode=force_generic_plan -c jit=off " \
           "-c enable_seqscan=off -c enable_bitmapscan=off"
VALUES = {
    "n": "0", "one": "1", "off": "f", "tenant": TENANT, "active": "active", "streaming": "streaming",
    "complete": "complete", "user": "user", "assistant": "assistant", "stop": "stop", "model": "canned/bench",
    "day": "2026-01-01", "counter": "/2026-01-01/canned/bench", "empty": "[]",
    "question": '[{"type":"text","text":"' + "q" * 200 + '","providerData":null}]',
    "answer": '[{"type":"text","text":"' + "a" * 800 + '","providerData":null}]',
    "asked_text": "q" * 200,
    "said_text": "a" * 800,
    "marks": "u" + "0" * 32 + " c" + "0" * 32,
    "usage": '{"inputTokens":50,"outputTokens":200,"cachedInputTokens":0,"reasoningTokens":0}',
}
CHATS = f"""
SELECT set_config('sambung.tenant_id', '{TENANT}', false);
INSERT INTO chats (tenant_id, id, owner_id, title, model, system_prompt, head_id, cancel_after_ms, state, created_at,
                   updated_at, revision, pinned, archived, active_at, has_setup)
SELECT '{TENANT}', lpad(i::text, 32, '0')::uuid, lpad(i::text, 32, '0')::uuid, 'bench', 'canned/bench', '', NULL, NULL,
       'active', 1, 1, 1, false, false, 1, false FROM generate_series(0, {WRITERS} - 1) AS i"""


def command(name: str) -> str:
    installed = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or str(installed[-1])


class Cluster:
    """A PostgreSQL server with the settings it comes with: every commit is synced."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.port = free_port()

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def sql(self, user: str, database: str, text: str) -> str:
        return output_of([command("psql"), "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(user, database), "-c", text],
                         env=os.environ | {"PGOPTIONS": "-c search_path=sambung"})

    def database(self, name: str) -> str:
        """An empty database of the two roles that Sambung wants."""
        self.sql("bench", "postgres", f"CREATE DATABASE {name} OWNER sambung_owner")
        return self.url("sambung_app", name)

    def turns(self, what: str, name: str, *rest) -> str:
        """What bench_turns prints about a database, in which it makes its tables first."""
        return output_of([program("turns"), what, self.url("sambung_app", name), *rest],
                         env=os.environ | {"SAMBUNG_MIGRATOR_URL": self.url("sambung_owner", name)})


@contextlib.contextmanager
def cluster():
    def as_server(*arguments):
        # A server refuses to run as root.
        user = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
        subprocess.run([*user, *map(str, arguments)], check=True, cwd=made.folder, stdout=subprocess.DEVNULL)

    with scratch() as folder:
        made = Cluster(folder)
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        as_server(command("initdb"), "-D", "data", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        as_server(command("pg_ctl"), "-D", "data", "-w", "-l", "log", "-o",
                  f"-p {made.port} -k {folder} -c listen_addresses=127.0.0.1", "start")
        try:
            made.sql("bench", "postgres", "CREATE ROLE sambung_owner LOGIN")
            made.sql("bench", "postgres", "CREATE ROLE sambung_app LOGIN")
            yield made
        finally:
            as_server(command("pg_ctl"), "-D", "data", "-m", "immediate", "stop")


def check_rows(server: Cluster, name: str, turns: int) -> None:
    counts = server.sql("bench", name, "SELECT (SELECT count(*) FROM messages WHERE state = 'complete'), "
                        "(SELECT count(*) FROM active_turns), (SELECT sum(requests) FROM usage_counters)")
    complete, in_flight, counted = map(int, counts.strip().split("|"))
    if (complete, in_flight, counted) != (2 * turns, 0, turns):
        raise WrongAnswer(f"{turns} turns left {complete} complete messages, {in_flight} in flight, {counted} counted")


def sambung(server: Cluster, name: str, seconds: float, tokens: int) -> float:
    server.database(name)
    output = json.loads(server.turns("write", name, WRITERS, seconds, tokens, TURN_BYTES))
    check_rows(server, name, output["turns"])
    return output["turns_per_s"]


def floor(server: Cluster, name: str, seconds: float, owner: str) -> float:
    url = server.database(name)
    server.turns("prepare", name)
    server.sql("sambung_app", name, CHATS)
    script = server.folder / f"{name}.sql"
    script.write_text((HERE / "postgres_floor.sql").read_text().replace(":owner", owner))
    values = [f"-D{key}={value}" for key, value in VALUES.items()]
    whole_seconds = max(1, round(seconds))
    output = output_of([command("pgbench"), "-n", "-M", "prepared", "-c", WRITERS, "-j", 1, "-T", whole_seconds,
                        "-f", script, *values, url], env=os.environ | {"PGOPTIONS": SETTINGS})
    check_rows(server, name, int(re.search(r"actually processed: (\d+)", output)[1]))
    return float(re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)[1])


def run(settings: Settings) -> list[Row]:
    alone, syncs = [], []
    ours, floors = {name: [] for name in CONTEXT}, {name: [] for name in OWNERS}
    with cluster() as server:
        for n in range(settings.rounds):
            alone.append(sync_rate(server.folder, 1, 1))
            syncs.append(sync_rate(server.folder, WRITERS, 1))
            for i, (name, tokens) in enumerate(CONTEXT.items()):
                ours[name].append(sambung(server, f"sambung_{n}_{i}", settings.seconds, tokens))
            for i, (name, owner) in enumerate(OWNERS.items()):
                floors[name].append(floor(server, f"floor_{n}_{i}", settings.seconds, owner))
    case = f"{WRITERS} writers"
    rows = [
        Row("P7", case, "fdatasync, 1 writer", alone, "syncs/s"),
        Row("P7", case, f"fdatasync, {WRITERS} writers", syncs, "syncs/s"),
        *[Row("P7", case, name, samples, "turns/s") for name, samples in floors.items()],
    ]
    same, apart = floors.values()
    for name, samples in ours.items():
        to_same, to_apart = ratio_of(samples, same), ratio_of(samples, apart)
        rows.append(Row("P7", case, name, samples, "turns/s", f"{to_same:.2f}x pgbench, {to_apart:.2f}x a user each"))
        if name == "sambung":
            rows[-1].target, rows[-1].met = "0.70x pgbench", to_same >= 0.7
    return rows

"""C7: searches over everything, by one user of a thousand, on SQLite and PostgreSQL, beside the index asked by hand."""

import hashlib
import os
import pathlib
import statistics

from harness import Row, Settings, WrongAnswer, json_of, output_of, program, ratio_of, scratch
from p7 import Cluster, cluster, command

MESSAGES, MESSAGES_QUICK = 1_000_000, 100_000  # and a tenth as many other rows
MAX_US = 20_000
FILL_SECONDS = 3_600
SEARCHES = {
    "rare_messages": "a rare word, in messages",
    "rare_all": "a rare word, in everything",
    "common_messages": "a frequent word, in messages",
    "common_all": "a frequent word, in everything",
}
DATABASE = "bench"
# What is asked for of each table.
COLUMNS = {"message_texts": "id, chat_id, owner_id, role, text, created_at", "chats": "id, owner_id, title, created_at",
           "notes": "id, owner_id, text"}

# Of these the index keeps each owner's words apart.
BY_OWNER = {"message_texts", "chats"}


def md5_of(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()[:8]


def on_sqlite(messages: int, count: int, settings: Settings) -> tuple[list[dict], list[dict]]:
    ours, floor = [], []
    with scratch() as folder:
        file = folder / "search.db"
        json_of([program("search"), "fill", f"sqlite:{file}", messages], timeout=FILL_SECONDS)
        for _ in range(settings.rounds):
            ours.append(json_of([program("search"), "read", f"sqlite:{file}", count]))
            floor.append(json_of([program("sqlite_search"), file, count]))
    return ours, floor


class Floor:
    """The searches as plain statements by a superuser, whom no row-level security binds, through pgbench."""

    def __init__(self, server: Cluster, filled: dict):
        self.server, self.filled = server, filled
        self.mark = md5_of(filled["tenant"])

    def statement(self, table: str, word: str) -> str:
        words, mark = [word], self.mark
        if table in BY_OWNER:
            mark = md5_of(self.filled["tenant"] + self.filled["owner"])
        else:
            words.append(r"\ue000" + self.filled["owner"].replace("-", ""))
        wanted = " & ".join(f"''{mark}{one}''" for one in words)
        return (f"SELECT {COLUMNS[table]} FROM {table} WHERE tenant_id = '{self.filled['tenant']}' "
                f"AND owner_id = '{self.filled['owner']}' AND sambung_words @@ E'{wanted}'::tsquery "
                "ORDER BY id DESC LIMIT 21;")

    def hits(self, tables: list[str], word: str) -> int:
        rows = [self.server.sql("bench", DATABASE, self.statement(table, word)) for table in tables]
        return sum(len(text.splitlines()) for text in rows)

    def measure(self, name: str, count: int) -> dict:
        words = [self.filled["rare"]] if name.startswith("rare") else self.filled["common"]
        tables = list(COLUMNS) if name.endswith("all") else ["message_texts"]
        wanted = {"rare_messages": 5, "rare_all": 10}.get(name, 20)
        if (found := self.hits(tables, words[0])) < wanted:
            raise WrongAnswer(f"{name} by hand found {found} rows")
        scripts = []
        for i, word in enumerate(words):
            script = self.server.folder / f"{name}-{i}.sql"
            script.write_text("\n".join(self.statement(table, word) for table in tables) + "\n")
            scripts += ["-f", script]
        log = self.server.folder / f"log-{name}"
        output_of([command("pgbench"), "-n", "-M", "prepared", "-c", 1, "-t", count, "-l", f"--log-prefix={log}", *scripts,
                   self.server.url("bench", DATABASE)], env=os.environ | {"PGOPTIONS": "-c search_path=sambung -c jit=off"})
        took = []
        for file in pathlib.Path(self.server.folder).glob(f"log-{name}.*"):
            took += [float(line.split()[2]) for line in file.read_text().splitlines()]
            file.unlink()
        took.sort()
        return {"p50_us": took[len(took) // 2], "p99_us": took[len(took) * 99 // 100]}


def on_postgres(messages: int, count: int, settings: Settings) -> tuple[list[dict], list[dict]]:
    ours, floors = [], []
    with cluster() as server:
        url = server.database(DATABASE)
        environment = os.environ | {"SAMBUNG_MIGRATOR_URL": server.url("sambung_owner", DATABASE)}
        filled = json_of([program("search"), "fill", url, messages], timeout=FILL_SECONDS, env=environment)
        server.sql("bench", DATABASE, "VACUUM ANALYZE")
        floor = Floor(server, filled)
        for _ in range(settings.rounds):
            ours.append(json_of([program("search"), "read", url, count], env=environment))
            floors.append({name: floor.measure(name, count) for name in SEARCHES})
    return ours, floors


def run(settings: Settings) -> list[Row]:
    messages = MESSAGES_QUICK if settings.quick else MESSAGES
    count = 200 if settings.quick else 1_000
    rows = []
    for backend, measure in {"SQLite": on_sqlite, "PostgreSQL": on_postgres}.items():
        ours, floor = measure(messages, count, settings)
        for key, what in SEARCHES.items():
            case = f"{what}, of {messages:,} messages"
            for share in ("p50_us", "p99_us"):
                mine, by_hand = [r[key][share] for r in ours], [r[key][share] for r in floor]
                name = share.removesuffix("_us")
                rows += [Row("C7", case, f"raw {backend}, {name}", by_hand, "us"),
                         Row("C7", case, f"sambung on {backend}, {name}", mine, "us", f"{ratio_of(mine, by_hand):.2f}x raw")]
            rows[-1].target, rows[-1].met = f"{MAX_US:,} us", statistics.median(rows[-1].samples) < MAX_US
    return rows

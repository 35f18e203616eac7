"""What `sambung doctor` looks at. Each check asks a probe, so that a test can break what it likes."""

from __future__ import annotations

import difflib
import os
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

State = Literal["ok", "warning", "failed"]

OLDEST_PYTHON = (3, 11)
FREE_BYTES_WANTED = 512 * 1_048_576
SLOW_SYNC = 0.05  # seconds; each message waits for one
CLOCK_OFF = 30.0  # seconds; TLS and tokens mind more than that
KINDS_OF_MEMORY_DISK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p")


@dataclass(frozen=True)
class Finding:
    """A row: what was looked at, how it is, and what mends it."""

    what: str
    state: State
    says: str
    remedy: str = ""


def package(info: Mapping[str, Any]) -> Finding:
    return Finding("package", "ok", f"sambung {info.get('version', '?')}")


def interpreter(version: tuple[int, ...], implementation: str, executable: str) -> Finding:
    says = f"{implementation} {'.'.join(map(str, version[:3]))} ({executable})"
    if version[:2] < OLDEST_PYTHON:
        return Finding("interpreter", "failed", says, "use Python 3.11 or later")
    return Finding("interpreter", "ok", says)


def libraries(info: Mapping[str, Any]) -> Finding:
    """Those that the module was linked with."""
    found = ", ".join(f"{name} {info[name]}" for name in ("openssl", "sqlite") if info.get(name))
    if not info.get("postgres"):
        return Finding("libraries", "warning", found, "to use PostgreSQL, build it with SAMBUNG_BUILD_POSTGRES=ON")
    return Finding("libraries", "ok", f"{found}, PostgreSQL's client")


def certificates(info: Mapping[str, Any], environment: Mapping[str, str]) -> Finding:
    """What vendors' certificates are checked against."""
    found = environment.get("SSL_CERT_FILE") or info.get("ca_file") or environment.get("SSL_CERT_DIR") or ""
    if not found:
        return Finding(
            "CA file", "failed", "none was found", "install ca-certificates, or name a bundle with SSL_CERT_FILE"
        )
    if not os.access(str(found), os.R_OK):
        return Finding("CA file", "failed", f"{found} cannot be read", "name another with SSL_CERT_FILE")
    return Finding("CA file", "ok", str(found))


def variables(environment: Mapping[str, str], known: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Those that are set, by name: a value may be a secret. A misspelt one is told."""
    names = {str(one[key]) for one in known for key in ("name", "alias") if one.get(key)}
    names |= {"SAMBUNG_MODEL", "SAMBUNG_TENANT", "SAMBUNG_USER", "SAMBUNG_DATABASE_URL", "SAMBUNG_MIGRATOR_URL"}
    found = sorted(name for name in environment if name in names)
    yield Finding("variables", "ok", ", ".join(found) or "none is set")
    for name in sorted(environment):
        if name.startswith("SAMBUNG_") and name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            yield Finding(
                "variables", "warning", f"{name} is not known", f"is {near[0]} meant?" if near else "nothing reads it"
            )


def secret_file(database: str) -> Finding | None:
    """The file beside a SQLite database; none where there is none."""
    file = file_of(database)
    if file is None:
        return None
    secret = Path(f"{file}.secret")
    if not secret.exists():
        return None
    mode = stat.S_IMODE(secret.stat().st_mode)
    if mode & 0o077:
        return Finding(
            "secret file", "failed", f"{secret} may be read by others (mode {mode:04o})", f"chmod 600 {secret}"
        )
    if secret.stat().st_uid != os.geteuid():
        return Finding("secret file", "warning", f"{secret} is another user's", "chown it to whoever runs sambung")
    return Finding("secret file", "ok", f"{secret} (mode {mode:04o})")


def file_of(database: str) -> str | None:
    """The file of a sqlite: URL, also as SQLAlchemy spells it."""
    if not database.startswith("sqlite:"):
        return None
    path = database[len("sqlite:") :]
    return path[3:] if path.startswith("///") else path


@dataclass(frozen=True)
class Holder:
    """The process that has a database open to write."""

    process: int
    command: str


def holder_of(
    file: str,
    locks: Callable[[], str] = lambda: Path("/proc/locks").read_text(encoding="ascii"),
    command: Callable[[int], str] | None = None,
) -> Holder | None:
    """As Linux tells it: whoever has the lock of the file beside the database."""
    try:
        inode = os.stat(f"{file}-lock").st_ino
        rows = locks().splitlines()
    except OSError:
        return None
    for row in rows:
        fields = row.split()  # 1: FLOCK ADVISORY WRITE 1234 08:01:56789 0 EOF
        if len(fields) >= 6 and fields[1] == "FLOCK" and fields[5].rpartition(":")[2] == str(inode):
            process = int(fields[4])
            return Holder(process, (command or _command)(process)) if process > 0 else None
    return None


def _command(process: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    return " ".join(word.decode("utf-8", "replace") for word in words[:3] if word)


def lock(file: str, holder: Callable[[str], Holder | None] = holder_of) -> Finding:
    found = holder(file)
    if found is None or found.process == os.getpid():
        return Finding("lock", "ok", "nobody else has the database open to write")
    return Finding(
        "lock",
        "warning",
        f"process {found.process} has it open to write: {found.command}",
        "reading works; to write, use that server or stop it",
    )


def space(folder: str, usage: Callable[[str], Any] = shutil.disk_usage) -> Finding:
    free = usage(folder).free
    says = f"{free / 1_073_741_824:.1f} GiB free at {folder}"
    if free < FREE_BYTES_WANTED:
        return Finding("space", "failed" if free < FREE_BYTES_WANTED // 16 else "warning", says, "make room")
    return Finding("space", "ok", says)


def sync_time(folder: str, measure: Callable[[str], float] | None = None) -> Finding:
    """How long a write takes to be on the disk."""
    try:
        seconds = (measure or _measured_sync)(folder)
    except OSError as wrong:
        return Finding("disk", "failed", f"nothing can be written at {folder}: {wrong.strerror}", "mend its rights")
    says = f"a write is on the disk after {seconds * 1_000:.1f} ms"
    if seconds > SLOW_SYNC:
        return Finding("disk", "warning", says, "use a faster disk, or a local one: each message waits for it")
    return Finding("disk", "ok", says)


def _measured_sync(folder: str) -> float:
    """The middle of five."""
    import tempfile

    times = []
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        for _ in range(5):
            file.write(b"\0" * 4_096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)[2]


def quick_check(file: str) -> Finding:
    """SQLite's own, on a snapshot: it disturbs nobody."""
    if not os.path.exists(file):
        return Finding("database", "ok", f"{file} is not there yet: the first question makes it")
    try:
        reader = sqlite3.connect(f"{Path(file).absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            rows = [row[0] for row in reader.execute("PRAGMA quick_check(5)")]
        finally:
            reader.close()
    except sqlite3.Error as wrong:
        return Finding("database", "failed", f"{file}: {wrong}", "restore it from a backup: sambung restore FILE")
    if rows != ["ok"]:
        return Finding("database", "failed", f"{file}: {rows[0]}", "restore it from a backup: sambung restore FILE")
    return Finding("database", "ok", f"{file}, {os.path.getsize(file) / 1_048_576:.1f} MiB, whole")


def filesystem(
    folder: str, mounts: Callable[[], str] = lambda: Path("/proc/mounts").read_text(encoding="utf-8")
) -> Finding | None:
    """A file system of the network keeps no promise of SQLite's."""
    try:
        rows = [row.split() for row in mounts().splitlines()]
    except OSError:
        return None
    real = os.path.realpath(folder)
    over = [row for row in rows if len(row) > 2 and (real == row[1] or real.startswith(row[1].rstrip("/") + "/"))]
    kind = max(over, key=lambda row: len(row[1]))[2] if over else ""
    if kind in KINDS_OF_MEMORY_DISK or kind.startswith("nfs"):
        return Finding(
            "file system",
            "failed",
            f"{folder} is on {kind}",
            "keep a SQLite database on a local disk, or use PostgreSQL",
        )
    return None


def provider(name: str, ask: Callable[[str], Any], models: int) -> Finding:
    """Whether it answers, takes the key, and offers something; and how long that takes."""
    began = time.perf_counter()
    health = ask(name)
    seconds = time.perf_counter() - began
    if health.state == "failing":
        return Finding(
            f"provider {name}",
            "failed",
            f"{health.error}: {health.hint}" if health.hint else str(health.error),
            remedy_for(name, health.error),
        )
    says = f"answers after {seconds * 1_000:.0f} ms, {models} models"
    if not models:
        return Finding(f"provider {name}", "warning", says, f"pull or enable a model at {name}")
    return Finding(f"provider {name}", "ok", says)


def remedy_for(name: str, code: str | None) -> str:
    """By what the provider failed with."""
    return {
        "unauthenticated": f"put the right key: sambung keys set {name}, or its variable",
        "permission_denied": f"let the account of {name} use the models, or take another key",
        "rate_limited": "wait, or raise the limit at the vendor",
        "quota_exceeded": f"add credit at {name}",
        "unavailable": f"see that {name} runs, and its address and proxy variables",
        "deadline_exceeded": f"see that {name} runs, and its address and proxy variables",
        "not_found": f"mend the base URL of {name}",
    }.get(code or "", f"see what {name} says of itself")


def engine(wrong: Any) -> Finding:
    """Why it does not open: an error of sambung's, which may list what is wrong."""
    issues = "; ".join(f"{one.path}: {one.message}" for one in wrong.issues)
    says = f"{wrong.message}: {issues}" if issues else str(wrong.message)
    return Finding("engine", "failed", says, remedy_for_engine(wrong.code))


def remedy_for_engine(code: str) -> str:
    """By what opening it failed with."""
    return {
        "invalid_argument": "mend the URL or the variable; URLs are sqlite:PATH and postgresql://USER@HOST/DATABASE",
        "unavailable": "see that the database runs, that its URL is right and that no other process has its file",
        "deadline_exceeded": "see that the database runs and is not overloaded",
        "unauthenticated": "mend the user and the password in the database's URL",
        "permission_denied": "let the database's user do what it is refused, or name another one in the URL",
        "unsupported": "use the version of sambung that the database was last used with, or a later one",
        "data_loss": "restore it from a backup: sambung restore FILE",
        "not_found": "mend the path or the name in the database's URL",
    }.get(code, "see what it says; a copy of the database helps to find out more: sambung backup FILE")


def clock(now: datetime, theirs: datetime | None) -> Finding:
    """Beside the one of a server, where one could be asked."""
    if theirs is None:
        if now < datetime(2025, 1, 1, tzinfo=UTC):
            return Finding("clock", "failed", f"it says {now:%Y-%m-%d %H:%M} UTC", "set it: timedatectl set-ntp true")
        return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, beside none to compare with")
    off = (now - theirs).total_seconds()
    if abs(off) > CLOCK_OFF:
        return Finding(
            "clock", "failed", f"{abs(off):.0f} s {'fast' if off > 0 else 'slow'}", "set it: timedatectl set-ntp true"
        )
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, within {max(1.0, abs(off)):.0f} s")


def terminal(environment: Mapping[str, str], is_terminal: bool, encoding: str) -> Finding:
    if not is_terminal:
        return Finding("terminal", "ok", "none: plain lines, no colours, no bars")
    kind = environment.get("TERM", "")
    if encoding.lower().replace("-", "") != "utf8":
        return Finding("terminal", "warning", f"{kind or 'TERM is not set'}, {encoding}", "export LANG=C.UTF-8")
    if kind in ("", "dumb"):
        return Finding("terminal", "warning", kind or "TERM is not set", "export TERM=xterm-256color for colours")
    return Finding("terminal", "ok", f"{kind}, {encoding}, {shutil.get_terminal_size().columns} columns")


def of_this_interpreter() -> Finding:
    return interpreter(tuple(sys.version_info[:3]), sys.implementation.name, sys.executable)

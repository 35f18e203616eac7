#!/usr/bin/env python3
"""check_layers.py: whether the rooms of Sambung keep to what they may know of each other.

Six checks:
  rooms    every `#include <sambung/...>` and `#include "..."` in include/ and src/ points to the same room or to one
           that ROOMS allows; an adapter knows no other
  mint     scopes are made where MINT says, and nowhere else
  headers  every .cpp has the header of its name, or its reason in WITHOUT_HEADER
  names    no two types of one namespace have the same name, which the linker would take for one
  public   what a public header only declares stands in no public signature
  weight   no public header pulls in a header of HEAVY, directly or through others, as g++ -M sees it

  check_layers.py              all of them, for the repository
  check_layers.py --self-test  that each finds a violation that is planted
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

import planted_layers


def rooms() -> dict[str, list[str]]:
    """A room, that is a folder of src/ and include/sambung/, and what it may include besides itself."""
    base = ["core", "telemetry", "records"]
    ports = base + ["storage", "provider", "security", "limiter", "broker"]
    of = {
        "core": [],
        "version": ["core"],
        "telemetry": ["core"],
        "records": ["core"],
        "storage": base,
        "provider": base,
        "security": base,
        "limiter": base,
        "broker": base,
        "template": base,
        "context": base + ["provider"],
        "storage/sql": base + ["storage"],
        "storage/sqlite": base + ["storage", "storage/sql"],
        "storage/postgres": base + ["storage", "storage/sql"],
        "provider/wires": base + ["provider"],
        "provider/decorators": base + ["provider"],
        "provider/vendors": base + ["provider", "provider/wires"],
        "http/client": base + ["provider"],
        "telemetry/export": base + ["provider"],
        "http/server": base + ["security"],
        "testing": ports,  # the test kit stands on the ports alone
    }
    adapters = [room for room in of if "/" in room]
    of["open"] = ports + adapters
    below = ports + ["template", "context"]
    for floor in (["base"], ["accounting", "auth"], ["vault", "templates"], ["turns"], ["erasure", "chats", "search", "events"], ["tenancy"]):
        of.update({f"services/{room}": below for room in floor})
        below = below + [f"services/{room}" for room in floor]
    of["engine"] = below
    of["sambung"] = below + ["version", "engine", "open", *adapters]
    of["rpc"] = below + ["engine", "version"]
    of["rpc/procedures"] = of["rpc"] + ["rpc"]
    carriers = [f"carriers/{protocol}" for protocol in ("rpc", "openai", "better_auth", "durable_streams")]
    of.update({carrier: of["rpc/procedures"] + ["rpc/procedures", "http/server"] for carrier in carriers})
    of["server"] = of[carriers[0]] + carriers + ["version"]
    of["server/setup"] = of["server"] + ["server", "open"]
    return of


ROOMS = rooms()

# Adapters in one room that do not know each other: the files whose path begins with one of these are one adapter.
ADAPTERS = {
    "memory storage": ["storage/memory"],
    "openai provider": ["provider/vendors/openai", "provider/wires/openai"],
    "anthropic provider": ["provider/vendors/anthropic", "provider/wires/anthropic"],
    "ollama provider": ["provider/vendors/ollama", "provider/wires/ollama"],
}

# Who may make a scope: the mint, and, on nobody's behalf, copies of whole storages and the test kit.
MINT = ["services/base/access.cpp", "storage/copy.cpp", "testing/scopes.cpp"]
MINTING = re.compile(r"\bscope_access\b")
MINT_ITSELF = ["storage/scope.hpp", "storage/scope_access.hpp"]

# A .cpp without a header of its name, and why.
WITHOUT_HEADER = {
    "broker/in_process_broker.cpp": "implements broker/broker.hpp",
    "http/client/transport.cpp": "implements provider/transport.hpp",
    "limiter/local_limiter.cpp": "implements limiter/limiter.hpp",
    "provider/known_models.cpp": "a table for provider/capabilities.hpp",
    "provider/wires/anthropic_request.cpp": "the requests of anthropic_wire.hpp",
    "provider/wires/anthropic_stream.cpp": "the answers of anthropic_wire.hpp",
    "provider/wires/ollama_request.cpp": "the requests of ollama_wire.hpp",
    "provider/wires/ollama_stream.cpp": "the answers of ollama_wire.hpp",
    "provider/wires/openai_embeddings.cpp": "the embeddings of openai_wire.hpp",
    "provider/wires/openai_request.cpp": "the requests of openai_wire.hpp",
    "rpc/procedures/chats.cpp": "declared in standard_procedures.hpp",
    "rpc/procedures/messages.cpp": "declared in standard_procedures.hpp",
    "services/auth/sign_in.cpp": "a verb of auth.hpp",
    "services/auth/sign_up.cpp": "a verb of auth.hpp",
    "services/auth/token_pairs.cpp": "verbs of auth.hpp",
    "services/chats/answer_feedback.cpp": "verbs of chats.hpp",
    "services/chats/chat_approvals.cpp": "verbs of chats.hpp",
    "services/chats/chat_appending.cpp": "verbs of chats.hpp",
    "services/chats/chat_places.cpp": "verbs of chats.hpp",
    "services/chats/chat_setups.cpp": "verbs of chats.hpp",
    "services/chats/folders.cpp": "verbs of organise.hpp",
    "services/chats/external_chats.cpp": "verbs of chats.hpp",
    "services/chats/chat_inputs.cpp": "the descriptions of chats.hpp",
    "services/chats/chat_turns.cpp": "verbs of chats.hpp",
    "services/chats/chats_with_messages.cpp": "a verb of chats.hpp",
    "services/erasure/tenant_erasure.cpp": "half of erasure.hpp",
    "services/erasure/user_erasure.cpp": "half of erasure.hpp",
    "services/templates/template_counts.cpp": "a verb of templates.hpp",
    "services/templates/template_labels.cpp": "verbs of templates.hpp",
    "services/templates/template_lists.cpp": "verbs of templates.hpp",
    "services/templates/template_transfer.cpp": "verbs of templates.hpp",
    "services/templates/template_usage.cpp": "verbs of templates.hpp",
    "services/templates/template_versions.cpp": "verbs of templates.hpp",
    "services/turns/prompt_report.cpp": "half of prompt.hpp",
    "services/chats/chat_previews.cpp": "verbs of chats.hpp",
    "services/tenancy/account_profile.cpp": "verbs of account.hpp",
    "services/tenancy/tenant_ensuring.cpp": "verbs of tenants.hpp",
    "services/tenancy/user_ensuring.cpp": "verbs of tenants.hpp",
    "services/tenancy/invitations.cpp": "declared in members.hpp",
    "services/tenancy/users.cpp": "declared in tenants.hpp",
    "storage/sqlite/sqlite_snapshot.cpp": "declared in sqlite.hpp",
    "testing/storage_conformance_changes.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_columns.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_concurrency.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_migration.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_reading.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_refusals.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_searching.cpp": "a part of storage_conformance.hpp",
    "testing/storage_conformance_tenants.cpp": "a part of storage_conformance.hpp",
    "server/changing_files.cpp": "implements server/server_core.hpp",
    "server/front_door_refusals.cpp": "what front_door.hpp refuses",
    "server/connection_caller.cpp": "who reads a stream of connection.hpp",
    "server/connection_stream.cpp": "how a stream of connection.hpp is sent",
    "server/web_socket_calls.cpp": "the calls of web_socket.hpp",
    "server/web_socket_events.cpp": "the streams of web_socket.hpp",
    "server/web_socket_reading.cpp": "the reading of web_socket.hpp",
    "server/web_socket_writing.cpp": "the writing of web_socket.hpp",
    "testing/vendor_script.cpp": "the scripts of scripted_vendor.hpp",
}

# Headers with weight, by the beginning of their path, and which public headers may have them nevertheless.
HEAVY = ["boost/beast", "openssl/", "sqlite3.h", "pqxx/", "hiredis/", "boost/asio.hpp", "boost/asio/ssl", "gtest/", "gmock/"]
MAY_HAVE = {"sambung/testing/storage_conformance.hpp": ["gtest/"]}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def place(path: pathlib.Path, root: pathlib.Path) -> str:
    """A file's path under include/sambung or src: "storage/query.hpp"."""
    relative = path.relative_to(root)
    return str(relative.relative_to("include/sambung" if relative.parts[0] == "include" else "src"))


def room_of(where: str) -> str:
    return where.rpartition("/")[0] or where.split(".")[0]


def adapter_of(where: str) -> str | None:
    return next((name for name, files in ADAPTERS.items() if where.startswith(tuple(files))), None)


def sources(root: pathlib.Path) -> list[pathlib.Path]:
    return sorted(p for top in ("include", "src") for p in (root / top).rglob("*") if p.suffix in (".hpp", ".cpp", ".ipp"))


def own_target(kind: str, name: str, path: pathlib.Path, root: pathlib.Path) -> str | None:
    """Where an include of Sambung's own points to, as place() says it; None for everything else."""
    if name.startswith("sambung/"):
        return name.removeprefix("sambung/")
    if kind == '"':
        for base in (path.parent, root / "src"):
            candidate = (base / name).resolve()
            if candidate.exists() and candidate.is_relative_to(root / "src"):
                return place(candidate, root)
    return None


def room_faults(root: pathlib.Path) -> list[str]:
    faults = []
    for path in sources(root):
        where, shown = place(path, root), str(path.relative_to(root))
        room = room_of(where)
        if room not in ROOMS:
            faults.append(f"{shown}: {room} is not a room")
            continue
        for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            target = own_target(kind, name, path, root)
            if target is None:
                continue
            if room_of(target) not in [room, *ROOMS[room]]:
                faults.append(f"{shown}: {room} may not include {name}")
            mine, other = adapter_of(where), adapter_of(target)
            if mine and other and mine != other:
                faults.append(f"{shown}: the {mine} adapter may not include {name} of the {other} adapter")
    return faults


def mint_faults(root: pathlib.Path) -> list[str]:
    return [f"{path.relative_to(root)}: scopes are made in {MINT[0]}"
            for path in sources(root)
            if place(path, root) not in MINT + MINT_ITSELF and MINTING.search(path.read_text(encoding="utf-8"))]


def header_faults(root: pathlib.Path) -> list[str]:
    units = [path for path in sources(root) if path.suffix == ".cpp"]
    alone = {place(path, root) for path in units
             if not path.with_suffix(".hpp").exists()
             and not (root / "include/sambung" / place(path, root)).with_suffix(".hpp").exists()}
    listed = {where for where in WITHOUT_HEADER if (root / "src" / where).exists()}
    return [f"src/{where}: has no header of its name and no reason" for where in sorted(alone - listed)] + \
           [f"src/{where}: has a reason and a header of its name" for where in sorted(listed - alone)]


DECLARED = re.compile(r"^(?:class|struct) (\w+);", re.MULTILINE)
DEFINED = re.compile(r"^\s*(?:class|struct) (?:SAMBUNG_\w+ )?(\w+)(?: final)?(?: :[^:;{][^;{]*)? \{", re.MULTILINE)


def types_of(text: str) -> list[str]:
    """The types that a file defines in named namespaces, each with its namespace."""
    spaces, types = [], []
    for line in text.splitlines():
        if opened := re.match(r"namespace( [\w:]+)? \{", line):
            spaces.append((opened[1] or "").strip())
        elif line.startswith("}") and "// namespace" in line and spaces:
            spaces.pop()
        elif "" not in spaces and (found := DEFINED.match(line)) and not line[0].isspace():
            types.append("::".join([*spaces, found[1]]))
    return types


def name_faults(root: pathlib.Path) -> list[str]:
    homes: dict[str, list[str]] = {}
    for path in sources(root):
        for name in types_of(path.read_text(encoding="utf-8")):
            homes.setdefault(name, []).append(str(path.relative_to(root)))
    return [f"{name} is defined in {' and '.join(files)}" for name, files in homes.items() if len(files) > 1]


def public_lines(text: str) -> list[str]:
    """The lines of a header that users may write against: not those in detail and behind private: and protected:, no comments."""
    lines, hidden = [], []
    for line in text.splitlines():
        code = line.split("//")[0]
        if re.match(r"\s*(private|protected):", code) and hidden:
            hidden[-1] = True
        elif re.match(r"\s*public:", code) and hidden:
            hidden[-1] = False
        elif not any(hidden):
            lines.append(code)
        for brace in re.findall(r"[{}]", code):
            if brace == "{":
                hidden.append(bool(re.match(r"namespace detail\b", code)))
            elif hidden:
                hidden.pop()
    return lines


def public_faults(root: pathlib.Path) -> list[str]:
    texts = {path: path.read_text(encoding="utf-8") for path in sources(root) if "include" in path.relative_to(root).parts}
    defined = {name for text in texts.values() for name in DEFINED.findall(text)}
    internal = {name for text in texts.values() for name in DECLARED.findall(text)} - defined
    faults = []
    for path, text in texts.items():
        for line in public_lines(text):
            if DECLARED.match(line) or line.strip().startswith("friend "):
                continue
            faults += [f"{path.relative_to(root)}: {name} is internal: {line.strip()}"
                       for name in internal if re.search(rf"\b{name}\b", line)]
    return faults


def heavy_includes(root: pathlib.Path, header: str) -> list[str]:
    found = subprocess.run(
        ["g++", "-std=c++20", "-M", "-x", "c++", "-I", str(root / "include"), str(root / "include" / header)],
        capture_output=True, text=True, check=False)
    if found.returncode != 0:
        return [f"include/{header}: does not preprocess: {found.stderr.strip().splitlines()[0]}"]
    included = found.stdout.replace("\\\n", " ").split()
    may_have = tuple(MAY_HAVE.get(header, ()))
    reasons = {}
    for path in included:
        for heavy in HEAVY:
            if f"/{heavy}" in path and not heavy.startswith(may_have or ("\0",)):
                reasons.setdefault(heavy, path)
    return [f"include/{header}: pulls in {path}" for path in reasons.values()]


def weight_faults(root: pathlib.Path) -> list[str]:
    headers = [str(p.relative_to(root / "include")) for p in sorted((root / "include").rglob("*.hpp"))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [fault for faults in pool.map(lambda h: heavy_includes(root, h), headers) for fault in faults]


def faults_of(root: pathlib.Path) -> list[str]:
    return [fault for check in (room_faults, mint_faults, header_faults, name_faults, public_faults, weight_faults) for fault in check(root)]


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    faults = planted_layers.misses(faults_of) if "--self-test" in sys.argv[1:] else faults_of(root)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

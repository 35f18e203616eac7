#!/usr/bin/env python3
"""check_layers.py: whether the includes of Sambung's own files respect the layers, and whether public headers stay light.

Two checks:
  layers   every `#include <sambung/...>` and `#include "..."` in include/ and src/ points to the same layer or to one
           that LAYERS allows
  weight   no public header pulls in a header of HEAVY, directly or through others, as g++ -M sees it

  check_layers.py              both, for the repository
  check_layers.py --self-test  that both find a violation that is planted
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# A layer and what it may include besides itself. A file's layer is its first folder under include/sambung or src, or
# its name for the files at the top. Arrows point down only.
PORTS = ["storage", "provider", "security", "broker", "cache", "limiter"]
BASE = ["core", "records"]
LAYERS = {
    "core": [],
    "records": ["core"],
    **{port: BASE for port in PORTS},
    "sql": BASE + ["storage"],  # what the SQL adapters of storage share
    "http": BASE + ["provider"],  # the two Beast halves: the client for providers, the parsers for the server
    "services": BASE + PORTS,
    "workspace": BASE + PORTS + ["services"],
    "engine": BASE + PORTS + ["services", "workspace"],
    "open": BASE + PORTS,
    "sambung": BASE + PORTS + ["services", "workspace", "engine", "open"],
    "rpc": BASE + PORTS + ["services", "workspace", "engine"],
    "server": BASE + PORTS + ["services", "workspace", "engine", "open", "rpc", "http"],
    "testing": BASE + PORTS,  # the test kit stands on the ports alone
}

# What single files may include beyond their layer, and why.
EXCEPTIONS = {
    "src/provider/openai": ["http"],  # the adapters on the network: compiled into sambung::providers
    "src/provider/openrouter": ["http"],
    "src/provider/anthropic": ["http"],
    "src/provider/ollama": ["http"],
}

# Adapters know their port and the records, not each other: the files whose path begins with one of these are one adapter.
ADAPTERS = {
    "memory storage": ["storage/memory"],
    "sqlite storage": ["storage/sqlite", "sql/sqlite"],
    "postgres storage": ["storage/postgres", "sql/postgres"],
    "demo provider": ["provider/demo"],
    "openai provider": ["provider/openai."],
    "anthropic provider": ["provider/anthropic"],
    "ollama provider": ["provider/ollama"],
}

# Headers with weight, by the beginning of their path, and which public headers may have them nevertheless.
HEAVY = ["boost/beast", "openssl/", "sqlite3.h", "pqxx/", "hiredis/", "boost/asio.hpp", "boost/asio/ssl", "gtest/", "gmock/"]
MAY_HAVE = {"sambung/testing/storage_conformance.hpp": ["gtest/"]}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def place(path: pathlib.Path, root: pathlib.Path) -> str:
    """A file's path under include/sambung or src: "storage/query.hpp"."""
    relative = path.relative_to(root)
    return str(relative.relative_to("include/sambung" if relative.parts[0] == "include" else "src"))


def layer_of(where: str) -> str:
    return where.split("/")[0] if "/" in where else where.split(".")[0]


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


def layer_faults(root: pathlib.Path) -> list[str]:
    faults = []
    for path in sources(root):
        where, shown = place(path, root), str(path.relative_to(root))
        layer = layer_of(where)
        if layer not in LAYERS:
            faults.append(f"{shown}: {layer} is not a layer")
            continue
        extra = [l for start, layers in EXCEPTIONS.items() if shown.startswith(start) for l in layers]
        for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            target = own_target(kind, name, path, root)
            if target is None:
                continue
            if layer_of(target) not in [layer, *LAYERS[layer], *extra]:
                faults.append(f"{shown}: {layer} may not include {name}")
            mine, other = adapter_of(where), adapter_of(target)
            if mine and other and mine != other:
                faults.append(f"{shown}: the {mine} adapter may not include {name} of the {other} adapter")
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


PLANTED = {
    "include/sambung/core/id.hpp": "#include <string>\n",
    "include/sambung/core/bad.hpp": "#include <sambung/services/chats.hpp>\n",
    "include/sambung/services/chats/chats.hpp": "#include <sambung/core/id.hpp>\n",
    "src/storage/sqlite.cpp": '#include "services/chats.hpp"\n#include "storage/memory_rows.hpp"\n#include <sambung/core/id.hpp>\n',
    "src/storage/memory_rows.hpp": "#pragma once\n",
    "src/services/chats.hpp": "#include <sambung/core/id.hpp>\n",
    "include/sambung/provider/direct.hpp": "#include <openssl/ssl.h>\n",
    "include/sambung/provider/indirect.hpp": "#include <sambung/provider/direct.hpp>\n",
}
EXPECTED = [
    "include/sambung/core/bad.hpp: core may not include sambung/services/chats.hpp",
    "src/storage/sqlite.cpp: storage may not include services/chats.hpp",
    "src/storage/sqlite.cpp: the sqlite storage adapter may not include storage/memory_rows.hpp of the memory storage adapter",
    "include/sambung/provider/direct.hpp: pulls in ",
    "include/sambung/provider/indirect.hpp: pulls in ",
]


def self_test() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, text in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = layer_faults(root) + weight_faults(root)
    missed = [f"self-test: not found: {e}" for e in EXPECTED if not any(f.startswith(e) for f in found)]
    surplus = [f"self-test: should not be found: {f}" for f in found if not f.startswith(tuple(EXPECTED))]
    return missed + surplus


def main() -> int:
    root = pathlib.Path(__file__).resolve().parent.parent
    faults = self_test() if "--self-test" in sys.argv[1:] else layer_faults(root) + weight_faults(root)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a person chose once and need not say again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def file(environment: Mapping[str, str] = os.environ) -> Path:
    home = environment.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return Path(home) / "sambung" / "config.json"


def history_file(environment: Mapping[str, str] = os.environ) -> Path:
    """What was typed into `sambung chat`, for nobody else to read."""
    home = environment.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    found = Path(home) / "sambung" / "history"
    found.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found.touch(mode=0o600, exist_ok=True)
    return found


def read(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What is in it; nothing where it is missing or no JSON object."""
    try:
        found = json.loads(file(environment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def default_model(environment: Mapping[str, str] = os.environ) -> str | None:
    chosen = environment.get("SAMBUNG_MODEL") or read(environment).get("model")
    return chosen if isinstance(chosen, str) else None


def set_default_model(name: str | None, environment: Mapping[str, str] = os.environ) -> None:
    """None: none any more."""
    kept = {key: value for key, value in read(environment).items() if key != "model"}
    if name:
        kept["model"] = name
    target = file(environment)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    os.replace(fresh, target)

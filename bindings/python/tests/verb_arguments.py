"""Arguments for any native verb: by what it is described to take, of things that are there."""

from __future__ import annotations

import dataclasses
import json
import os
import typing
from pathlib import Path

import sambung

NoteId = typing.NewType("NoteId", str)
MINE = "0192e4a0-7b2c-7def-8123-456789abcdef"  # of what is nowhere
ASKED = {"model": "demo/demo", "messages": [{"role": "user", "parts": "Hi"}]}
PASSWORD = "a long enough password"


@sambung.record("verb_notes", search=["body"], index=[("owner_id",)])
class Note:
    id: NoteId
    owner_id: sambung.UserId
    body: str


MODULE = sambung.module("verbs", [Note])


def described_verbs() -> list[dict[str, typing.Any]]:
    """As sambung_describe tells them; none without the build tree."""
    at = Path(sambung.__file__).parent.parent / "descriptions.json"
    at = Path(os.environ.get("SAMBUNG_PYTHON_DESCRIPTIONS", at))
    if not at.exists():
        return []
    told: dict[str, typing.Any] = json.loads(at.read_text())
    STRUCTS.update({one["name"]: one["fields"] for one in told["structs"]})
    ENUMS.update({one["name"]: one["values"] for one in told["enums"]})
    return typing.cast("list[dict[str, typing.Any]]", told["verbs"])


STRUCTS: dict[str, list[dict[str, typing.Any]]] = {}
ENUMS: dict[str, list[str]] = {}

# What a text or a number of this name says, where not any will do.
NAMED: dict[str, object] = {
    "by": "day",
    "colour": "red",
    "current": PASSWORD,
    "email": "eve@example.com",
    "host": "127.0.0.1",
    "key": "sk-of-nobody",
    "model": "demo/demo",
    "password": PASSWORD,
    "port": 0,
    "provider": "demo",
    "role": "member",
    "table": "verb_notes",
    "wanted": PASSWORD + "!",
}


@dataclasses.dataclass
class Things:
    """An engine with one of everything, and the native objects that verbs are of."""

    engine: sambung.Engine
    targets: dict[str, typing.Any]
    ids: dict[str, str]
    own: dict[str, typing.Any]  # arguments of one verb: "verb parameter"

    def arguments(self, verb: dict[str, typing.Any]) -> list[typing.Any]:
        return [self._argument(verb["name"], one) for one in verb["parameters"]]

    def _argument(self, verb: str, parameter: dict[str, typing.Any]) -> typing.Any:
        name = parameter["name"]
        if f"{verb} {name}" in self.own:
            return self.own[f"{verb} {name}"]
        return self._value(name, parameter["type"])

    def _value(self, name: str, kind: dict[str, typing.Any]) -> typing.Any:
        of = kind.get("of")
        match kind["kind"]:
            case "id":
                return self.ids.get(typing.cast("str", of), MINE)
            case "struct":
                return "Hi" if kind.get("or_text") else self._structure(typing.cast("str", of))
            case "enum":
                known = ENUMS[typing.cast("str", of)]
                return NAMED[name] if NAMED.get(name) in known else known[0]
            case "list":
                return "Hi" if kind.get("or_text") else []
            case "optional":
                return None
            case "variant":
                return self._value(name, typing.cast("list[dict[str, typing.Any]]", of)[0])
            case other:
                return NAMED.get(name, PLAIN[other])

    def _structure(self, of: str) -> dict[str, typing.Any]:
        return {one["name"]: self._value(one["name"], one["type"]) for one in STRUCTS[of] if one["required"]}


PLAIN: dict[str, typing.Any] = {
    "any": "x",
    "bool": True,
    "bytes": b"x",
    "duration": 60.0,
    "float": 0.5,
    "int": 1,
    "json": {},
    "json_array": [],
    "json_object": {},
    "map": {},
    "permissions": ["chat_read"],
    "secret": PASSWORD,
    "str": "some text",
    "timestamp": "2026-01-01T00:00:00.000Z",
}


def things_of(engine: sambung.Engine, name: str) -> Things:
    """`engine` has a provider "demo" that is slow, and MODULE."""
    tenant = engine.tenants.create(f"verbs {name}")
    user = engine.users.create(tenant, f"ada.{name}@example.com", role="owner")
    engine.users.set_password(user, PASSWORD)
    signed_in = engine.auth.sign_in(f"ada.{name}@example.com", PASSWORD)
    who = engine.auth.authenticate(signed_in.token)
    desk = engine.workspace(tenant, user)
    chat = desk.chats.create("Tea", model="demo/demo")
    question, answer = desk.chats.append(chat, ["Hi", {"role": "assistant", "content": "Hello"}])
    note = desk.records(Note).insert(Note(id=NoteId(MINE), owner_id=user.id, body="durian"))
    stored = desk.templates.create("greeting", "Hello")
    token = engine.api_tokens.create(tenant, user, "robot")
    issued = desk.invitations.create(f"eve.{name}@example.com", "viewer")
    turn = desk.chats.send(desk.chats.create("In flight", model="demo/demo"), "one two three four")
    stream = desk.completions.stream("demo/demo", "one two three four")
    server = sambung.Server(engine)
    server.listen()
    targets = {
        "Engine": engine._native,
        "Workspace": desk._native,
        "Account": engine.account(who)._native,
        "Turn": turn._native,
        "CompletionStream": stream._native,
        "Server": server._native,
    }
    ids: dict[str, str] = {
        "tenant_id": tenant.id,
        "user_id": user.id,
        "chat_id": chat.id,
        "message_id": answer.id,
        "session_id": signed_in.session.id,
        "token_id": token.record.id,
        "invitation_id": issued.record.id,
        "prompt_template_id": stored.prompt.id,
        "tag_id": desk.organise.create_tag("work").id,
        "folder_id": desk.organise.create_folder("home").id,
    }
    own: dict[str, typing.Any] = {
        "account_accept_invitation secret": issued.secret.reveal(),
        "auth_authenticate credential": signed_in.token.reveal(),
        "auth_check_standing identity": who,
        "auth_refresh refresh_token": engine.auth.issue_tokens(signed_in.session).refresh_token.reveal(),
        "auth_still_valid identity": who,
        "account_update changes": {"revision": 1, "name": "Ada"},
        "account_update_latest changes": {"revision": 1, "name": "Ada"},
        "chats_append messages": [{"role": "user", "parts": "Hi"}],
        "chats_edit message": question.id,
        "chats_update changes": {"title": "Coffee"},
        "completions_complete request": ASKED,
        "completions_embed request": {"model": "demo/demo", "texts": ["Hi"]},
        "completions_stream request": ASKED,
        "completions_try_prompt trial": {"model": "demo/demo", "text": "Hi"},
        "engine_account identity": who,
        "engine_workspace_of identity": who,
        "rows_get key": note.id,
        "rows_list query": {"where": []},
        "rows_search query": {"text": "durian", "where": []},
        "rows_write changes": [sambung.Change.update(note, body="rambutan").native()],
        "templates_create new": {"name": "other", "text": "Hello"},
        "templates_import_prompts archive": desk.templates.export_prompts([stored]),
        "templates_set_label arms": [{"version": 1, "weight": 1}],
        "templates_update changes": {"text": "Bye"},
    }
    return Things(engine, targets, ids, own)

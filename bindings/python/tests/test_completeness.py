"""Whatever the engine has, Python has: no procedure, no described struct, no error without its place here."""

from __future__ import annotations

import inspect
import json
import os
import re
import typing
from pathlib import Path

import pytest
import sambung
from sambung import _sambung, _types, errors

PACKAGE = Path(sambung.__file__).parent


@pytest.fixture(scope="module")
def descriptions() -> dict[str, typing.Any]:
    """As sambung_describe prints them."""
    at = os.environ.get("SAMBUNG_PYTHON_DESCRIPTIONS", PACKAGE.parent / "descriptions.json")
    if not Path(at).exists():
        pytest.skip("needs the build tree, or SAMBUNG_PYTHON_DESCRIPTIONS")
    told: dict[str, typing.Any] = json.loads(Path(at).read_text())
    return told


def _camel(name: str) -> str:
    return "".join([word[:1].upper() + word[1:] for word in name.split("_")])


# Where a procedure of the registry is on the faces that no rule finds (see _is_there), by why it is called otherwise there.
ELSEWHERE_BECAUSE = {
    "it is the engine's own, and no service's": {"healthCheck": "Engine.check"},
    "messages are a chat's, and have no service of their own": {
        "message.append": "Chats.append",
        "message.decideTool": "Chats.decide_tool",
        "message.edit": "Chats.edit",
        "message.explain": "Chats.explain",
        "message.feedback": "Chats.give_feedback",
        "message.getAlternatives": "Chats.alternatives",
        "message.getBranches": "Chats.branches",
        "message.getNewestLeaf": "Chats.newest_leaf",
        "message.getFeedback": "Chats.own_feedback",
        "message.getPendingTools": "Chats.pending_tools",
        "message.list": "Chats.messages",
        "message.preview": "Chats.preview",
        "message.continue": "Chats.continue_answer",
        "message.regenerate": "Chats.regenerate",
        "message.resume": "Chats.resume",
        "message.stop": "Chats.stop",
    },
    "a message that is answered is sent": {"message.create": "Chats.send", "message.stream": "Chats.send"},
    "what tools may do is decided in chats": {
        "grants.list": "Chats.tool_grants",
        "grants.revoke": "Chats.revoke_tool_grant",
    },
    "providers are listed by how they fare, their models by themselves": {
        "model.list": "Models.list",
        "provider.list": "Models.health",
    },
    "tags and folders are one service, which names what it lists": {
        "folder.getAll": "Organise.folders",
        "tag.getAll": "Organise.tags",
        "tag.getBySubject": "Organise.tags_of",
        "tag.getSubjects": "Organise.tagged_chats",
    },
    "whoever asks is an account": {
        "auth.getSession": "Account.current_session",
        "auth.getSignUpPolicy": "Auth.sign_up_now",
        "tenant.getAll": "Account.tenants",
        "user.deleteAccount": "Account.erase",
        "user.getProfile": "Account.profile",
        "user.listSessions": "Account.sessions",
        "user.updateSettings": "Account.update",
    },
    "erasing is for good, deleting a row is not": {"tenant.delete": "Workspace.erase_tenant"},
    "one verb with an option, or two in the place of a switch": {
        "chat.getChatsByFolder": "Chats.list",
        "chat.togglePin": "Chats.pin",
        "chat.updateFolder": "Chats.move",
    },
    "a chat is set up by a verb, not by a service": {"chat.setup.get": "Chats.setup", "chat.setup.update": "Chats.set_up"},
    "the name of a client's is longer than it has to be": {
        "chat.export": "Chats.export",
        "chat.getAllChatsWithMessages": "Chats.list_with_messages",
        "prompt.duplicateFromPublic": "Templates.duplicate",
        "prompt.getCounts": "Templates.counts",
        "prompt.getPublicTemplates": "Templates.list_public",
        "prompt.getVersionHistory": "Templates.versions",
        "prompt.label.set": "Templates.set_label",
        "prompt.restoreVersion": "Templates.restore",
    },
    "a trial is a completion": {"prompt.try": "Completions.try_prompt"},
}
ELSEWHERE = {name: where for rows in ELSEWHERE_BECAUSE.values() for name, where in rows.items()}

SERVICES = {
    "chat": ["Chats"],
    "prompt": ["Templates"],
    "tag": ["Organise"],
    "folder": ["Organise"],
    "search": ["Search"],
    "tool": ["Chats"],
    "auth": ["Auth", "Account"],
    "session": ["Account"],
    "user": ["Account", "Users"],
    "account": ["Account"],
    "tenant": ["Workspace", "Account", "Tenants"],
    "member": ["Members"],
    "invitation": ["Invitations", "Account"],
    "apiKey": ["Keys"],
    "apiToken": ["ApiTokens"],
    "token": ["ApiTokens"],
    "usage": ["Usage"],
    "quota": ["Quotas"],
    "audit": ["Audit"],
    "event": ["Events"],
}


def _classes() -> dict[str, type]:
    from sambung._sync import account, accounting, auth, chats, completions, engine, events, members, organise, search
    from sambung._sync import templates, tenants, workspace

    modules = (account, accounting, auth, chats, completions, engine, events, members, organise, search, templates, tenants)
    return {
        name: of
        for module in (*modules, workspace)
        for name, of in vars(module).items()
        if inspect.isclass(of)
    }


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _words(name: str) -> set[str]:
    return {word.removesuffix("s") for word in _snake(name).split("_")} - {""}


SAME = {
    "getAll": "list",
    "getById": "get",
    "delete": "remove",
    "deleted": "remove",
    "cancel": "stop",
    "favorite": "pin",
    "leave": "leave_tenant",
    "switch": "switch_tenant",
    "accept": "accept_invitation",
    "me": "profile",
    "export": "export_data",
    "decide": "decide_tool",
    "pending": "pending_tools",
    "grants": "tool_grants",
    "revokeGrant": "revoke_tool_grant",
}


def _is_there(procedure: str) -> bool:
    classes = _classes()
    if procedure in ELSEWHERE:
        of, method = ELSEWHERE[procedure].split(".")
        return hasattr(classes[of], method)
    service, _, verb = procedure.rpartition(".")
    service = service.split(".")[0]
    wanted = _snake(SAME.get(verb, verb))
    for of in SERVICES.get(service, ()):
        for method in vars(classes[of]):
            if method.startswith("_"):
                continue
            if (
                method == wanted
                or _words(method) == _words(wanted) | _words(service)
                or _words(method) == _words(wanted)
            ):
                return True
    return False


def test_every_procedure_has_a_method() -> None:
    with sambung.open("memory:", env={}) as engine:
        names = _sambung._procedures(engine._native)

    assert len(names) > 50
    assert [name for name in names if not _is_there(name)] == []


def test_nothing_stands_in_the_table_that_is_no_procedure() -> None:
    with sambung.open("memory:", env={}) as engine:
        names = _sambung._procedures(engine._native)

    assert [name for name in ELSEWHERE if name not in names] == []


def test_a_procedure_without_a_method_would_be_seen() -> None:
    assert not _is_there("chat.levitate")
    assert not _is_there("reminder.create")


def test_every_described_type_is_exported(descriptions: dict[str, typing.Any]) -> None:
    described = descriptions["structs"] + descriptions["enums"] + descriptions["ids"]

    # What ends in "input" is how the faces speak to the module, and nobody else does.
    names = [_camel(one["name"]) for one in described if not one["name"].endswith("_input")]
    missing = [name for name in names if not hasattr(sambung, name)]

    assert missing == []


def test_a_class_has_every_field_that_is_described(descriptions: dict[str, typing.Any]) -> None:
    for struct in descriptions["structs"]:
        if struct["kind"] == "input":
            continue
        of = getattr(_types, _camel(struct["name"]))
        assert of.__match_args__ == tuple(field["name"] for field in struct["fields"] if not field.get("internal"))
        if struct["tag"] is not None:
            assert of.type == struct["tag"]


def test_nothing_secret_is_described(descriptions: dict[str, typing.Any]) -> None:
    for struct in descriptions["structs"]:
        names = {field["name"] for field in struct["fields"]}
        assert not names & {"hash", "envelope", "password_hash"}, struct["name"]


def test_every_code_has_its_class(descriptions: dict[str, typing.Any]) -> None:
    assert {one["code"]: one["python"] for one in descriptions["errors"]} == {
        code: kind.__name__ for code, kind in errors.BY_CODE.items()
    }


def test_every_native_verb_is_used_by_the_faces(descriptions: dict[str, typing.Any]) -> None:
    faces = "".join(path.read_text() for path in (PACKAGE / "_async").glob("*.py"))

    unused = [verb["name"] for verb in descriptions["verbs"] if not re.search(rf"_sambung\.{verb['name']}\b", faces)]

    assert unused == []


def test_every_verb_of_the_faces_is_native() -> None:
    faces = "".join(path.read_text() for path in (PACKAGE / "_async").glob("*.py"))

    named = set(re.findall(r"_sambung\.([a-z]\w+)\b", faces))

    assert [name for name in sorted(named) if not hasattr(_sambung, name)] == []

"""Tenants, users, sign-in, accounts, members, keys and tokens, by both faces."""

from __future__ import annotations

import typing

import pytest
import sambung
from faces import sambung_name, unique

if typing.TYPE_CHECKING:
    from pathlib import Path

    from faces import Face

PASSWORD = "correct horse battery staple"
CHEAP = {"auth": {"password_cost": 4}}


async def test_tenants_are_made_found_renamed_and_erased(face: Face) -> None:
    engine = await face.open()
    name = sambung_name()

    tenant = await engine.tenants.create(name)

    assert await engine.tenants.find(name) == tenant == await engine.tenants.get(tenant.id)
    with pytest.raises(sambung.AlreadyExistsError):
        await engine.tenants.create(name)
    renamed = await engine.tenants.rename(tenant, sambung_name())
    with pytest.raises(sambung.ConflictError):
        await engine.tenants.rename(tenant, sambung_name())
    assert (await engine.tenants.suspend(renamed)).state == "suspended"
    assert (await engine.tenants.resume(renamed)).state == "active"
    report = await engine.tenants.erase(renamed)
    assert "chats" in {one.table for one in report.tables}
    with pytest.raises(sambung.NotFoundError):
        await engine.tenants.get(tenant)


async def test_an_application_with_a_directory_of_its_own_ensures(face: Face) -> None:
    engine = await face.open()
    key, name = sambung_name(), sambung_name()

    tenant = await engine.tenants.ensure(name, external_id=key)
    user = await engine.users.ensure("Ada", external_id=key)

    assert await engine.tenants.ensure(name, external_id=key) == tenant == await engine.tenants.find_external(key)
    assert await engine.users.ensure("Ada", external_id=key) == user == await engine.users.find_external(key)
    desk = await engine.workspace(tenant, user, role="member")
    assert (desk.who.user_id, desk.who.role) == (user.id, "member")
    with pytest.raises(TypeError):
        await engine.tenants.ensure(name)


async def test_a_workspace_is_had_by_name_and_address(face: Face) -> None:
    engine = await face.open()
    name, address = sambung_name(), unique("ada@example.com")
    with pytest.raises(sambung.NotFoundError):
        await engine.workspace(name, address)

    desk = await engine.workspace(name, address, create=True)
    again = await engine.workspace(name, address)

    assert desk.who.tenant_id == again.who.tenant_id == (await engine.tenants.find(name)).id
    assert desk.who.user_id == (await engine.users.find(address)).id
    assert (await desk.tenant()).name == name
    assert await engine.users.role(desk.who.tenant_id, desk.who.user_id) == "owner"


async def test_without_a_role_a_workspace_has_that_of_the_membership(face: Face) -> None:
    engine = await face.open()
    tenant = await engine.tenants.create(sambung_name())
    viewer = await engine.users.create(tenant, unique("v@example.com"), role="viewer")
    stranger = await engine.users.ensure("Nobody", external_id=sambung_name())

    desk = await engine.workspace(tenant, viewer, role=None)

    assert desk.who.role == "viewer"
    with pytest.raises(sambung.PermissionDeniedError):
        await desk.chats.create(model="demo/demo")
    with pytest.raises(sambung.NotFoundError):
        await engine.workspace(tenant, stranger, role=None)


async def test_a_user_signs_in_and_out(face: Face) -> None:
    engine = await face.open(settings=CHEAP)
    tenant = await engine.tenants.create(sambung_name())
    address = unique("ada@example.com")
    user = await engine.users.create(tenant, address)
    await engine.users.set_password(user, PASSWORD)

    signed_in = await engine.auth.sign_in(address, PASSWORD, origin={"address": "192.0.2.7"})

    assert signed_in.user.id == user.id
    assert signed_in.session.address == "192.0.2.7"
    assert "***" in repr(signed_in) and signed_in.token.reveal() not in repr(signed_in)
    who = await engine.auth.authenticate(signed_in.token)
    assert (who.user_id, who.tenant_id, who.how) == (user.id, tenant.id, "session")
    assert await engine.auth.still_valid(who)
    assert (await (await engine.workspace_of(who)).tenant()).id == tenant.id
    pair = await engine.auth.issue_tokens(signed_in.session)
    assert (await engine.auth.authenticate(pair.access)).how == "jwt"
    await engine.auth.refresh(pair.refresh)
    await engine.auth.sign_out(signed_in.session)
    with pytest.raises(sambung.AuthenticationError):
        await engine.auth.authenticate(signed_in.token)
    with pytest.raises(sambung.AuthenticationError):
        await engine.auth.sign_in(address, "wrong")


async def test_an_account_changes_itself(face: Face) -> None:
    engine = await face.open(settings=CHEAP)
    tenant = await engine.tenants.create(sambung_name())
    user = await engine.users.create(tenant, unique("ada@example.com"))
    account = await engine.account(user)

    changed = await account.update(name="Ada", settings={"theme": "dark"})

    assert (changed.name, changed.settings) == ("Ada", {"theme": "dark"})
    assert (await account.profile()).name == "Ada"
    with pytest.raises(sambung.ConflictError):
        await account.update(name="Lovelace", revision=user.revision)
    assert [one.tenant.id async for one in account.tenants()] == [tenant.id]
    assert [one async for one in account.sessions()] == []
    assert "users" in {one.table async for one in account.export_data()}


async def test_members_are_invited_raised_and_removed(face: Face) -> None:
    engine = await face.open()
    desk = await face.desk_of(engine)
    address = unique("grace@example.com")
    guest = await engine.users.create(await engine.tenants.create(sambung_name()), address)

    issued = await desk.invitations.create(address, role="member")
    assert [one.email async for one in desk.invitations.list()] == [address]
    account = await engine.account(guest)
    joined = await account.accept_invitation(issued.secret)

    assert joined.role == "member"
    assert (await desk.members.set_role(guest, "admin")).role == "admin"
    assert (await desk.members.get(guest.id)).role == "admin"
    assert (await desk.members.suspend(guest)).state == "suspended"
    assert (await desk.members.resume(guest)).state == "active"
    member = [one async for one in desk.members.list() if one.user_id == guest.id][0]
    await desk.members.remove(member)
    with pytest.raises(sambung.NotFoundError):
        await desk.members.get(guest)
    with pytest.raises(sambung.ConflictError):
        await desk.members.set_role(desk.who.user_id, "viewer")


async def test_api_tokens_are_shown_once(face: Face) -> None:
    engine = await face.open()
    desk = await face.desk_of(engine)

    issued = await desk.api_tokens.create("laptop", scopes=["chat_read"], lifetime=3600.0)

    secret = issued.secret if isinstance(issued.secret, str) else issued.secret.reveal()
    assert secret.startswith("smb_")
    assert issued.record.scopes == ("chat_read",)
    who = await engine.auth.authenticate(secret)
    assert (who.how, who.scopes) == ("api_token", ("chat_read",))
    assert [one.id async for one in desk.api_tokens.list()] == [issued.record.id]
    await desk.api_tokens.revoke(issued.record)
    with pytest.raises(sambung.AuthenticationError):
        await engine.auth.authenticate(secret)
    operators = await engine.api_tokens.create(desk.who.tenant_id, desk.who.user_id, "robot")
    assert operators.record.name == "robot"
    assert await engine.api_tokens.any(desk.who.tenant_id, desk.who.user_id)


async def test_keys_are_kept_and_never_given_back(face: Face) -> None:
    from sambung import providers

    openai = providers.openai(base_url="https://api.openai.com/v1")
    engine = await face.open(providers={"openai": openai}, env={"SAMBUNG_SECRET": "s" * 16 + "t" * 16})
    desk = await face.desk_of(engine)

    key = await desk.keys.create("openai", "sk-" + "a" * 40 + "wxyz", name="mine")

    assert (key.provider, key.name, key.last_four) == ("openai", "mine", "wxyz")
    assert "aaaa" not in repr(key)
    rotated = await desk.keys.rotate(key, sambung.Secret("sk-" + "b" * 40 + "1234"))
    assert rotated.last_four == "1234"
    assert (await desk.keys.update(rotated, state="disabled")).state == "disabled"
    assert [one.id async for one in desk.keys.list()] == [key.id]
    await desk.keys.remove(key)
    assert [one async for one in desk.keys.list()] == []


async def test_keys_are_sealed_anew_under_the_newest_secret(face: Face, tmp_path: Path) -> None:
    from sambung import providers

    url, offered = f"sqlite:{tmp_path / 'keys.db'}", {"openai": providers.openai()}
    first, second = "f" * 16 + "g" * 16, "s" * 16 + "t" * 16
    with sambung.open(url, providers=offered, env={"SAMBUNG_SECRET": first}) as before:
        for number in range(3):
            desk = before.workspace(f"tenant {number}", "ada@example.com", create=True)
            desk.keys.create("openai", f"sk-{number}" + "a" * 40)
    del desk  # it has the database open
    face.at(url)
    engine = await face.open(providers=offered, env={"SAMBUNG_SECRET": second, "SAMBUNG_EARLIER_SECRETS": first})
    so_far: list[int] = []

    assert await engine.rewrap_keys(so_far.append) == 3

    assert so_far[-1] == 3
    assert so_far == sorted(so_far)
    assert await engine.rewrap_keys() == 0


async def test_what_was_changed_is_in_the_audit_log(face: Face) -> None:
    engine = await face.open()
    desk = await face.desk_of(engine)
    await desk.rename_tenant(sambung_name(), (await desk.tenant()).revision)

    actions = [one.action async for one in desk.audit.list()]

    assert any(action.startswith("tenant.") for action in actions)
    page = await engine.audit.list()
    assert len(page) > 0

"""Who is in a tenant and what they hold: members, invitations, tokens, keys, the audit log."""

from __future__ import annotations

import typing

from .. import _sambung
from .._credentials import text_of, token_options
from .._ids import id_of, optional_id_of, revision_of, user_id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from .._credentials import Lifetime, Permissions
    from .._ids import MemberLike
    from .._types import (
        ApiToken,
        AuditEntry,
        Invitation,
        InvitationId,
        IssuedInvitation,
        IssuedToken,
        KeyOwner,
        KeyState,
        Member,
        MemberRole,
        ProviderKey,
        ProviderKeyId,
        TokenId,
        User,
        UserId,
    )
    from ..secret import Secret

__all__ = ["AsyncApiTokens", "AsyncAudit", "AsyncInvitations", "AsyncKeys", "AsyncMembers"]


class AsyncMembers(AsyncService["_sambung.Workspace"]):
    """Who belongs to the tenant. Only an owner makes, lowers, suspends, resumes or removes an owner."""

    __slots__ = ()

    def list(self) -> AsyncPager[Member]:
        """All of them."""
        return AsyncPager(lambda page: self._call(_sambung.members_list, page))

    async def get(self, member: MemberLike) -> Member:
        """One of them as they are now."""
        return await self._call(_sambung.members_get, user_id_of(member))

    async def set_role(self, member: MemberLike, role: MemberRole) -> Member:
        """Raises `ConflictError` when the tenant would be left without an owner."""
        return await self._call(_sambung.members_set_role, user_id_of(member), role)

    async def suspend(self, member: MemberLike) -> Member:
        """They do not act in the tenant until they are resumed; nothing is lost."""
        return await self._call(_sambung.members_suspend, user_id_of(member))

    async def resume(self, member: MemberLike) -> Member:
        """Ends a suspension."""
        return await self._call(_sambung.members_resume, user_id_of(member))

    async def remove(self, member: MemberLike) -> None:
        """Their tokens and invitations for this tenant go with them; their running turns stop."""
        await self._call(_sambung.members_remove, user_id_of(member))


class AsyncInvitations(AsyncService["_sambung.Workspace"]):
    """Ways into the tenant for whoever holds the secret and signs in with the address."""

    __slots__ = ()

    async def create(
        self, email: str, role: MemberRole = "member", *, lifetime: Lifetime = 72 * 3600.0
    ) -> IssuedInvitation:
        """Its secret is shown once. The answer is the same whether or not the address is a user's."""
        return await self._call(_sambung.invitations_create, email, role, lifetime)

    def list(self) -> AsyncPager[Invitation]:
        """Newest first, without secrets."""
        return AsyncPager(lambda page: self._call(_sambung.invitations_list, page))

    async def revoke(self, invitation: Invitation | InvitationId) -> None:
        """Its secret opens nothing any more."""
        await self._call(_sambung.invitations_revoke, id_of(invitation))


class AsyncApiTokens(AsyncService["_sambung.Workspace"]):
    """The user's own bearer tokens for this tenant."""

    __slots__ = ()

    async def create(self, name: str, *, scopes: Permissions = None, lifetime: Lifetime | None = None) -> IssuedToken:
        """A token, whose secret is shown once; for no more than the user may do themselves."""
        return await self._call(_sambung.own_api_tokens_create, name, token_options(scopes, lifetime))

    def list(self) -> AsyncPager[ApiToken]:
        """Newest first, without secrets."""
        return AsyncPager(lambda page: self._call(_sambung.own_api_tokens_list, page))

    async def revoke(self, token: ApiToken | TokenId) -> None:
        """It opens nothing any more."""
        await self._call(_sambung.own_api_tokens_revoke, id_of(token))


class AsyncKeys(AsyncService["_sambung.Workspace"]):
    """The vault. A call to a provider uses the user's own active key, else the tenant's, else the operator's.

    No verb gives a key back.
    """

    __slots__ = ()

    async def create(
        self, provider: str, key: str | Secret, *, owner: KeyOwner = "user", name: str = ""
    ) -> ProviderKey:
        """Keeps a key, encrypted and bound to its provider and host."""
        request = {"provider": provider, "key": text_of(key), "owner": owner, "name": name}
        return await self._call(_sambung.keys_create, typing.cast("typing.Any", request))

    def list(self) -> AsyncPager[ProviderKey]:
        """One's own, and the tenant's for who may see them; newest first."""
        return AsyncPager(lambda page: self._call(_sambung.keys_list, page))

    async def rotate(
        self, key: ProviderKey | ProviderKeyId, secret: str | Secret, *, revision: int | None = None
    ) -> ProviderKey:
        """Replaces the key itself; the old one is gone at once. `revision` is the record's, unless given."""
        return await self._call(_sambung.keys_rotate, id_of(key), text_of(secret), revision_of(key, revision, "key"))

    async def update(
        self,
        key: ProviderKey | ProviderKeyId,
        *,
        name: str | None = None,
        state: KeyState | None = None,
        revision: int | None = None,
    ) -> ProviderKey:
        """Changes what is named. Raises `ConflictError` for a stale revision."""
        changes: dict[str, typing.Any] = {"revision": revision_of(key, revision, "key")}
        if name is not None:
            changes["name"] = name
        if state is not None:
            changes["state"] = state
        return await self._call(_sambung.keys_update, id_of(key), typing.cast("typing.Any", changes))

    async def remove(self, key: ProviderKey | ProviderKeyId) -> None:
        """It is gone at once."""
        await self._call(_sambung.keys_remove, id_of(key))


class AsyncAudit(AsyncService["_sambung.Workspace"]):
    """What was changed in the tenant, by whom, from where."""

    __slots__ = ()

    def list(self, *, actor: User | UserId | None = None) -> AsyncPager[AuditEntry]:
        """Newest first; of `actor` only what they did."""
        return AsyncPager(lambda page: self._call(_sambung.audit_list, page, optional_id_of(actor)))

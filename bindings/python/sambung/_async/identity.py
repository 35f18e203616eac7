"""Who there is and what they may do: tenants, users, sign-in, accounts, members, keys, tokens, the audit log."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of, optional_id_of, revision_of, user_id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from .._types import (
        AddressCollision,
        ApiToken,
        AuditEntry,
        ErasureReport,
        ExportedRecord,
        Identity,
        Invitation,
        InvitationId,
        IssuedInvitation,
        IssuedToken,
        JsonValue,
        KeyOwner,
        KeyState,
        Member,
        MemberRole,
        Membership,
        Permission,
        ProfileUpdate,
        ProviderKey,
        ProviderKeyId,
        Session,
        SessionId,
        SignedIn,
        Tenant,
        TenantId,
        TenantMembership,
        TokenId,
        TokenPair,
        User,
        UserId,
    )
    from ..options import Origin
    from ..secret import Secret

    Lifetime = typing.Union[float, timedelta]
    Permissions = typing.Union[Sequence[Permission], None]
    MemberLike = typing.Union[Member, User, UserId]

__all__ = [
    "AsyncAccount",
    "AsyncApiTokens",
    "AsyncAudit",
    "AsyncAuth",
    "AsyncEngineApiTokens",
    "AsyncEngineAudit",
    "AsyncInvitations",
    "AsyncKeys",
    "AsyncMembers",
    "AsyncTenants",
    "AsyncUsers",
]


def _text_of(secret: str | Secret) -> str:
    return secret if isinstance(secret, str) else secret.reveal()


def _token_options(scopes: Permissions, lifetime: Lifetime | None) -> _sambung.TokenOptions:
    options: _sambung.TokenOptions = {"lifetime": lifetime}
    if scopes is not None:
        options["scopes"] = list(scopes)
    return options


# The operator's.


class AsyncTenants(AsyncService["_sambung.Engine"]):
    """What takes an authority away is felt by every engine on the database within two seconds."""

    __slots__ = ()

    async def create(self, name: str) -> Tenant:
        """Raises `AlreadyExistsError` when the name is taken."""
        return await self._call(_sambung.tenants_create, name)

    async def get(self, tenant: Tenant | TenantId) -> Tenant:
        """The tenant as it is now."""
        return await self._call(_sambung.tenants_get, id_of(tenant))

    async def find(self, name: str) -> Tenant:
        """By its name."""
        return await self._call(_sambung.tenants_find, name)

    async def ensure(self, name: str, *, id: TenantId | None = None, external_id: str | None = None) -> Tenant:
        """For an application with a directory of its own: the tenant of this id, or of this key there.

        It is made if it is not there yet; one that is there stays as it is.
        """
        if (id is None) == (external_id is None):
            raise TypeError("ensure() takes either id= or external_id=")
        if id is not None:
            return await self._call(_sambung.tenants_ensure, id, name)
        return await self._call(_sambung.tenants_ensure_external, external_id or "", name)

    async def find_external(self, external_id: str) -> Tenant:
        """By the application's own key for it."""
        return await self._call(_sambung.tenants_find_external, external_id)

    def list(self) -> AsyncPager[Tenant]:
        """All of them, newest first."""
        return AsyncPager(lambda page: self._call(_sambung.tenants_list, page))

    async def rename(self, tenant: Tenant | TenantId, name: str, *, revision: int | None = None) -> Tenant:
        """`revision` is the record's, unless given; raises `ConflictError` when it is stale."""
        return await self._call(_sambung.tenants_rename, id_of(tenant), name, revision_of(tenant, revision, "tenant"))

    async def suspend(self, tenant: Tenant | TenantId) -> Tenant:
        """Nobody acts in it until it is resumed; its running turns end."""
        return await self._call(_sambung.tenants_suspend, id_of(tenant))

    async def resume(self, tenant: Tenant | TenantId) -> Tenant:
        """Ends a suspension."""
        return await self._call(_sambung.tenants_resume, id_of(tenant))

    async def erase(self, tenant: Tenant | TenantId) -> ErasureReport:
        """Erases every row of the tenant, in every table, and reads each again. Interrupted, it goes on."""
        return await self._call(_sambung.tenants_erase, id_of(tenant))


class AsyncUsers(AsyncService["_sambung.Engine"]):
    """The people, whatever tenants they belong to."""

    __slots__ = ()

    async def create(self, tenant: Tenant | TenantId, email: str, role: MemberRole = "member") -> User:
        """A user and a membership of the tenant, in one step. Raises `AlreadyExistsError` for a known address."""
        return await self._call(_sambung.users_create, id_of(tenant), email, role)

    async def get(self, user: User | UserId) -> User:
        """The user as they are now."""
        return await self._call(_sambung.users_get, id_of(user))

    async def find(self, email: str) -> User:
        """By any spelling of the address."""
        return await self._call(_sambung.users_find, email)

    async def ensure(self, name: str, *, id: UserId | None = None, external_id: str | None = None) -> User:
        """A user of the application's own directory, made if they are not there yet; member of nothing."""
        if (id is None) == (external_id is None):
            raise TypeError("ensure() takes either id= or external_id=")
        if id is not None:
            return await self._call(_sambung.users_ensure, id, name)
        return await self._call(_sambung.users_ensure_external, external_id or "", name)

    async def find_external(self, external_id: str) -> User:
        """By the application's own key for them."""
        return await self._call(_sambung.users_find_external, external_id)

    def list(self) -> AsyncPager[User]:
        """All of them, newest first."""
        return AsyncPager(lambda page: self._call(_sambung.users_list, page))

    async def renew_addresses(self) -> tuple[AddressCollision, ...]:
        """Brings old addresses into the form in which they are compared; gives those that collide."""
        return await self._call(_sambung.users_renew_addresses)

    async def role(self, tenant: Tenant | TenantId, user: MemberLike) -> MemberRole:
        """The user's role in the tenant."""
        return await self._call(_sambung.users_role, id_of(tenant), user_id_of(user))

    async def suspend(self, user: User | UserId) -> User:
        """They may not sign in until they are resumed; nothing is lost."""
        return await self._call(_sambung.users_suspend, id_of(user))

    async def resume(self, user: User | UserId) -> User:
        """Ends a suspension."""
        return await self._call(_sambung.users_resume, id_of(user))

    async def set_password(self, user: User | UserId, password: str | Secret) -> None:
        """Sets or replaces the password and ends every session."""
        await self._call(_sambung.users_set_password, id_of(user), _text_of(password))

    async def join(self, tenant: Tenant | TenantId, user: User | UserId, role: MemberRole = "member") -> Membership:
        """Makes an existing user a member."""
        return await self._call(_sambung.users_join, id_of(tenant), id_of(user), role)

    async def erase(self, user: User | UserId) -> ErasureReport:
        """Erases the user and everything of theirs in every tenant. Interrupted, it goes on."""
        return await self._call(_sambung.users_erase, id_of(user))


class AsyncAuth(AsyncService["_sambung.Engine"]):
    """How a user proves who they are. Whoever calls with an address learns nothing about whether it is known."""

    __slots__ = ()

    async def sign_up(
        self,
        email: str,
        password: str | Secret,
        name: str = "",
        *,
        invitation: str | Secret | None = None,
        origin: Origin | None = None,
    ) -> SignedIn:
        """A new user and a session.

        Args:
            email: Their address.
            password: Theirs.
            name: To show.
            invitation: The secret of one lets in whatever the policy is.
            origin: Where the call came from, for sessions and the audit log.
        """
        request = {
            "email": email,
            "password": _text_of(password),
            "name": name,
            "invitation": None if invitation is None else _text_of(invitation),
        }
        return await self._call(_sambung.auth_sign_up, typing.cast("typing.Any", request), origin)

    async def sign_in(self, email: str, password: str | Secret, *, origin: Origin | None = None) -> SignedIn:
        """A new session. Raises `AuthenticationError` in the same words whatever was wrong."""
        return await self._call(_sambung.auth_sign_in, email, _text_of(password), origin)

    async def issue_tokens(self, session: Session | SessionId) -> TokenPair:
        """Access and refresh token bound to a session."""
        return await self._call(_sambung.auth_issue_tokens, id_of(session))

    async def refresh(self, refresh_token: str | Secret, *, origin: Origin | None = None) -> TokenPair:
        """Exchanges a refresh token, once."""
        return await self._call(_sambung.auth_refresh, _text_of(refresh_token), origin)

    async def sign_out(self, session: Session | SessionId, *, origin: Origin | None = None) -> None:
        """Ends a session and all that hangs on it."""
        await self._call(_sambung.auth_sign_out, id_of(session), origin)

    async def authenticate(self, credential: str | Secret, *, tenant: Tenant | TenantId | None = None) -> Identity:
        """Who presents an API token, a JWT or a session token, told apart by their form.

        Args:
            credential: As it was presented, without "Bearer".
            tenant: The active one for this call; None: theirs.

        Raises:
            AuthenticationError: It does not prove who they are.
        """
        return await self._call(_sambung.auth_authenticate, _text_of(credential), optional_id_of(tenant))

    async def still_valid(self, identity: Identity) -> bool:
        """Whether they would still be let in with the same authority: for what is held open."""
        return await self._call(_sambung.auth_still_valid, identity)

    async def check_standing(self, identity: Identity) -> None:
        """Raises unless they may act now."""
        await self._call(_sambung.auth_check_standing, identity)


class AsyncEngineApiTokens(AsyncService["_sambung.Engine"]):
    """Bearer tokens of users, made by the operator."""

    __slots__ = ()

    async def create(
        self,
        tenant: Tenant | TenantId,
        user: MemberLike,
        name: str,
        *,
        scopes: Permissions = None,
        lifetime: Lifetime | None = None,
    ) -> IssuedToken:
        """A token, whose secret is shown once.

        Args:
            tenant: Where it holds.
            user: Whose it is: a member.
            name: To recognise it by.
            scopes: Names of permissions; None: chats and models.
            lifetime: Seconds or a timedelta; None: until it is revoked.
        """
        return await self._call(
            _sambung.api_tokens_create, id_of(tenant), user_id_of(user), name, _token_options(scopes, lifetime)
        )

    async def any(self, tenant: Tenant | TenantId, user: MemberLike) -> bool:
        """Whether the user has one."""
        return await self._call(_sambung.api_tokens_any, id_of(tenant), user_id_of(user))


class AsyncEngineAudit(AsyncService["_sambung.Engine"]):
    """What was changed, by whom, from where: in every tenant."""

    __slots__ = ()

    def list(self, *, actor: User | UserId | None = None) -> AsyncPager[AuditEntry]:
        """Newest first; of `actor` only what they did."""
        return AsyncPager(lambda page: self._call(_sambung.engine_audit_list, page, optional_id_of(actor)))


# A user's own.


class AsyncAccount(AsyncService["_sambung.Account"]):
    """What a user may do about themselves, whatever tenant they are in."""

    __slots__ = ()

    @property
    def who(self) -> Identity:
        """Who it is."""
        return self._native.who

    async def profile(self) -> User:
        """Their record."""
        return await self._call(_sambung.account_profile)

    async def update(
        self,
        *,
        name: str | None = None,
        image: str | None = None,
        settings: Mapping[str, JsonValue] | None = None,
        revision: int | None = None,
    ) -> User:
        """Changes what is named.

        Args:
            name: To show.
            image: https: or data: URL of a picture; "" removes it.
            settings: The application's own.
            revision: Of the user that the caller saw: raises `ConflictError` when it is stale; None: as it is now.
        """
        changes: ProfileUpdate = {
            "revision": 1 if revision is None else revision,
            "name": name,
            "image": image,
            "settings": settings,
        }
        if revision is None:
            return await self._call(_sambung.account_update_latest, changes)
        return await self._call(_sambung.account_update, changes)

    async def change_password(self, current: str | Secret, wanted: str | Secret) -> None:
        """Ends every other session and every token pair."""
        await self._call(_sambung.account_change_password, _text_of(current), _text_of(wanted))

    async def current_session(self) -> Session:
        """The session that the caller came with."""
        return await self._call(_sambung.account_current_session)

    def sessions(self) -> AsyncPager[Session]:
        """Newest first."""
        return AsyncPager(lambda page: self._call(_sambung.account_sessions, page))

    async def revoke_session(self, session: Session | SessionId) -> None:
        """Ends one."""
        await self._call(_sambung.account_revoke_session, id_of(session))

    async def revoke_other_sessions(self) -> None:
        """Ends every one but the caller's own."""
        await self._call(_sambung.account_revoke_other_sessions)

    def tenants(self) -> AsyncPager[TenantMembership]:
        """The tenants that they belong to."""
        return AsyncPager(lambda page: self._call(_sambung.account_tenants, page))

    async def create_tenant(self, name: str) -> Tenant:
        """A new tenant with the user as its owner."""
        return await self._call(_sambung.account_create_tenant, name)

    async def switch_tenant(self, tenant: Tenant | TenantId) -> Identity:
        """Makes it the active one of the caller's session."""
        return await self._call(_sambung.account_switch_tenant, id_of(tenant))

    async def leave_tenant(self, tenant: Tenant | TenantId) -> None:
        """Raises `ConflictError` for the last owner."""
        await self._call(_sambung.account_leave_tenant, id_of(tenant))

    async def resume_tenant(self, tenant: Tenant | TenantId) -> Tenant:
        """Ends a suspension that an owner made."""
        return await self._call(_sambung.account_resume_tenant, id_of(tenant))

    async def accept_invitation(self, secret: str | Secret) -> TenantMembership:
        """Redeems an invitation's secret, once."""
        return await self._call(_sambung.account_accept_invitation, _text_of(secret))

    def export_data(self) -> AsyncPager[ExportedRecord]:
        """Everything that is stored about the user."""
        return AsyncPager(lambda page: self._call(_sambung.account_export_data, page))

    async def erase(self, password: str | Secret) -> None:
        """Erases the user and their data in every tenant."""
        await self._call(_sambung.account_erase, _text_of(password))


# In a tenant.


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
        return await self._call(_sambung.own_api_tokens_create, name, _token_options(scopes, lifetime))

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
        request = {"provider": provider, "key": _text_of(key), "owner": owner, "name": name}
        return await self._call(_sambung.keys_create, typing.cast("typing.Any", request))

    def list(self) -> AsyncPager[ProviderKey]:
        """One's own, and the tenant's for who may see them; newest first."""
        return AsyncPager(lambda page: self._call(_sambung.keys_list, page))

    async def rotate(
        self, key: ProviderKey | ProviderKeyId, secret: str | Secret, *, revision: int | None = None
    ) -> ProviderKey:
        """Replaces the key itself; the old one is gone at once. `revision` is the record's, unless given."""
        return await self._call(_sambung.keys_rotate, id_of(key), _text_of(secret), revision_of(key, revision, "key"))

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

"""Signing in, and what the operator does about credentials: tokens of users, the audit log."""

from __future__ import annotations

import typing

from .. import _sambung
from .._credentials import text_of, token_options
from .._ids import id_of, optional_id_of, user_id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from .._credentials import Lifetime, Permissions
    from .._ids import MemberLike
    from .._types import (
        AuditEntry,
        Identity,
        IssuedToken,
        Session,
        SessionId,
        SignedIn,
        SignUpPolicy,
        Tenant,
        TenantId,
        TokenPair,
        User,
        UserId,
    )
    from ..options import Origin
    from ..secret import Secret

__all__ = ["AsyncAuth", "AsyncEngineApiTokens", "AsyncEngineAudit"]


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
            "password": text_of(password),
            "name": name,
            "invitation": None if invitation is None else text_of(invitation),
        }
        return await self._call(_sambung.auth_sign_up, typing.cast("typing.Any", request), origin)

    async def sign_up_now(self) -> SignUpPolicy:
        """Who may sign up by themselves at this moment: "first_user" only while nobody has a password."""
        return await self._call(_sambung.auth_sign_up_now)

    async def sign_in(self, email: str, password: str | Secret, *, origin: Origin | None = None) -> SignedIn:
        """A new session. Raises `AuthenticationError` in the same words whatever was wrong."""
        return await self._call(_sambung.auth_sign_in, email, text_of(password), origin)

    async def issue_tokens(self, session: Session | SessionId) -> TokenPair:
        """Access and refresh token bound to a session."""
        return await self._call(_sambung.auth_issue_tokens, id_of(session))

    async def refresh(self, refresh_token: str | Secret, *, origin: Origin | None = None) -> TokenPair:
        """Exchanges a refresh token, once."""
        return await self._call(_sambung.auth_refresh, text_of(refresh_token), origin)

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
        return await self._call(_sambung.auth_authenticate, text_of(credential), optional_id_of(tenant))

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
            _sambung.api_tokens_create, id_of(tenant), user_id_of(user), name, token_options(scopes, lifetime)
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

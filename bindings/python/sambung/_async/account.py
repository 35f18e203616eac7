"""What a user does about themselves, in whichever tenant."""

from __future__ import annotations

import typing

from .. import _sambung
from .._credentials import text_of
from .._ids import id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from .._types import (
        ExportedRecord,
        Identity,
        JsonValue,
        ProfileUpdate,
        Session,
        SessionId,
        Tenant,
        TenantId,
        TenantMembership,
        User,
    )
    from ..secret import Secret

__all__ = ["AsyncAccount"]


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
        await self._call(_sambung.account_change_password, text_of(current), text_of(wanted))

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
        return await self._call(_sambung.account_accept_invitation, text_of(secret))

    def export_data(self) -> AsyncPager[ExportedRecord]:
        """Everything that is stored about the user."""
        return AsyncPager(lambda page: self._call(_sambung.account_export_data, page))

    async def erase(self, password: str | Secret) -> None:
        """Erases the user and their data in every tenant."""
        await self._call(_sambung.account_erase, text_of(password))

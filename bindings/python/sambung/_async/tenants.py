"""Tenants and users, as the operator sees them."""

from __future__ import annotations

import typing

from .. import _sambung
from .._credentials import text_of
from .._ids import id_of, revision_of, user_id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from .._ids import MemberLike
    from .._types import AddressCollision, ErasureReport, MemberRole, Membership, Tenant, TenantId, User, UserId
    from ..secret import Secret

__all__ = ["AsyncTenants", "AsyncUsers"]


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
        await self._call(_sambung.users_set_password, id_of(user), text_of(password))

    async def join(self, tenant: Tenant | TenantId, user: User | UserId, role: MemberRole = "member") -> Membership:
        """Makes an existing user a member."""
        return await self._call(_sambung.users_join, id_of(tenant), id_of(user), role)

    async def erase(self, user: User | UserId) -> ErasureReport:
        """Erases the user and everything of theirs in every tenant. Interrupted, it goes on."""
        return await self._call(_sambung.users_erase, id_of(user))

"""AsyncEngine: everything that is shared. One per process, for every thread and every loop."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of, is_id
from ..errors import AlreadyExistsError, NotFoundError
from ._core import AsyncService, shielded
from .account import AsyncAccount
from .accounting import AsyncTenantQuotas, AsyncTenantUsage
from .auth import AsyncAuth, AsyncEngineApiTokens, AsyncEngineAudit
from .tenants import AsyncTenants, AsyncUsers
from .workspace import AsyncWorkspace

if typing.TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from .._faces import AsyncioEngine, SyncEngine
    from .._types import Identity, MemberRole, ModelInfo, ProviderHealth, Tenant, TenantId, User, UserId

__all__ = ["AsyncEngine", "AsyncModels"]


class AsyncEngine(AsyncService["_sambung.Engine"]):
    """Storage, providers, turns, in this process. `sambung.open_async()` makes one.

    Any number of threads and loops may use one at the same time. Close it: ``async with``, or `aclose`.
    """

    __slots__ = ()

    # Who there is.

    @property
    def tenants(self) -> AsyncTenants:
        """The customers of the application: the walls that no row crosses."""
        return AsyncTenants(self._core, self._native, self._timeout)

    @property
    def users(self) -> AsyncUsers:
        """The people, whatever tenants they belong to."""
        return AsyncUsers(self._core, self._native, self._timeout)

    @property
    def auth(self) -> AsyncAuth:
        """How a user proves who they are."""
        return AsyncAuth(self._core, self._native, self._timeout)

    @property
    def audit(self) -> AsyncEngineAudit:
        """What was changed, in every tenant."""
        return AsyncEngineAudit(self._core, self._native, self._timeout)

    @property
    def api_tokens(self) -> AsyncEngineApiTokens:
        """Bearer tokens of users, made by the operator."""
        return AsyncEngineApiTokens(self._core, self._native, self._timeout)

    @property
    def models(self) -> AsyncModels:
        """What the providers offer, and how they fare."""
        return AsyncModels(self._core, self._native, self._timeout)

    async def workspace(
        self,
        tenant: Tenant | TenantId | str,
        user: User | UserId | str,
        *,
        role: MemberRole | None = "owner",
        create: bool = False,
    ) -> AsyncWorkspace:
        """What one user may do in one tenant. The application vouches for who it is, and for their role.

        Args:
            tenant: A record, an id, or a name.
            user: A record, an id, or an address of email.
            role: In what role they act, whatever their membership says; None: in that of their membership.
            create: Whether a tenant of that name and a user of that address are made if they are not there.

        Raises:
            NotFoundError: A name or an address that nobody has, without `create`; no membership, without `role`.
        """
        tenant_id = await self._tenant_of(tenant, create)
        user_id = await self._user_of(user, tenant_id, role or "member", create)
        native = await self._call(_sambung.engine_workspace, tenant_id, user_id, role)
        return AsyncWorkspace(self._core, native, self._timeout)

    async def workspace_of(self, identity: Identity) -> AsyncWorkspace:
        """What somebody may do who has signed in, in their active tenant: see `auth.authenticate`."""
        native = await self._call(_sambung.engine_workspace_of, identity)
        return AsyncWorkspace(self._core, native, self._timeout)

    async def account(self, identity: Identity | User | UserId) -> AsyncAccount:
        """What a user may do about themselves, whatever tenant they are in."""
        user_id = identity if isinstance(identity, str) else getattr(identity, "id", None)
        who = identity if user_id is None else {"user_id": user_id}
        native = await self._call(_sambung.engine_account, typing.cast("Identity", who))
        return AsyncAccount(self._core, native, self._timeout)

    def usage(self, tenant: Tenant | TenantId) -> AsyncTenantUsage:
        """What a tenant has used, for the operator."""
        return AsyncTenantUsage(self._core, self._native, self._timeout, id_of(tenant))

    def quotas(self, tenant: Tenant | TenantId) -> AsyncTenantQuotas:
        """What a tenant may use: the operator's quotas, which its own people cannot change."""
        return AsyncTenantQuotas(self._core, self._native, self._timeout, id_of(tenant))

    # The engine itself.

    async def check(self) -> None:
        """Whether storage answers; raises if not."""
        await self._call(_sambung.engine_check)

    async def rewrap_keys(self, progress: Callable[[int], object] | None = None) -> int:
        """Seals every stored provider key with the newest secret again; gives how many were.

        May run beside everything else, and again: then it goes on.

        Args:
            progress: Told now and then how many were sealed so far, on this thread.
        """
        if progress is None:
            return await self._call(_sambung.engine_rewrap_keys)
        return await self._watched(_sambung.engine_rewrap_keys, lambda: progress(self._native.sealed))

    def with_options(self, *, timeout: float | None) -> AsyncEngine:
        """The same engine; each call through what this gives may take `timeout` seconds, None: as long as it takes."""
        return AsyncEngine(self._core, self._native, timeout)

    def as_sync(self) -> SyncEngine:
        """The same engine, with calls that block."""
        from .._faces import sync_engine

        return sync_engine(self._core, self._native, self._timeout)

    def as_async(self) -> AsyncioEngine:
        """The same engine, with calls that are awaited."""
        from .._faces import asyncio_engine

        return asyncio_engine(self._core, self._native, self._timeout)

    # Its end.

    @property
    def closed(self) -> bool:
        """Whether it takes no calls any more."""
        return self._core.closed

    async def aclose(self, grace: float = 10.0) -> None:
        """Takes no new calls, gives turns so many seconds to finish, parks the rest with their text, and ends.

        Does nothing the second time.
        """
        await shielded(lambda: self._core.close(grace))

    async def __aenter__(self) -> AsyncEngine:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return repr(self._core)

    # Names and addresses.

    async def _tenant_of(self, tenant: Tenant | TenantId | str, create: bool) -> TenantId:
        if not isinstance(tenant, str):
            return id_of(tenant)
        if is_id(tenant):
            return typing.cast("TenantId", tenant)
        try:
            return (await self.tenants.find(tenant)).id
        except NotFoundError:
            if not create:
                raise
        try:
            return (await self.tenants.create(tenant)).id
        except AlreadyExistsError:  # somebody else made it meanwhile
            return (await self.tenants.find(tenant)).id

    async def _user_of(self, user: User | UserId | str, tenant: TenantId, role: MemberRole, create: bool) -> UserId:
        if not isinstance(user, str):
            return id_of(user)
        if is_id(user):
            return typing.cast("UserId", user)
        try:
            found = (await self.users.find(user)).id
        except NotFoundError:
            if not create:
                raise
            try:
                return (await self.users.create(tenant, user, role)).id
            except AlreadyExistsError:
                found = (await self.users.find(user)).id
        if create:
            try:
                await self.users.join(tenant, found, role)
            except AlreadyExistsError:
                pass
        return found


class AsyncModels(AsyncService["_sambung.Engine"]):
    """What the providers offer, and how they fare."""

    __slots__ = ()

    async def list(self) -> tuple[ModelInfo, ...]:
        """Every provider's models as "provider/model", then the aliases; remembered for a while.

        With what is known of each: how long a chat it takes, and what its tokens cost today.
        """
        return await self._call(_sambung.models_list)

    async def health(self) -> tuple[ProviderHealth, ...]:
        """How the last call of each provider ended."""
        return await self._call(_sambung.models_health)

    async def check(self, provider: str) -> ProviderHealth:
        """Asks a provider whether its account works, if that is not known from a moment ago."""
        return await self._call(_sambung.models_check, provider)

"""AsyncWorkspace: what one user may do in one tenant. What it cannot reach, it cannot name."""

from __future__ import annotations

import typing

from .. import _sambung
from ._core import AsyncService
from .accounting import AsyncQuotas, AsyncUsage
from .chats import AsyncChats
from .completions import AsyncCompletions
from .events import AsyncEvents
from .members import AsyncApiTokens, AsyncAudit, AsyncInvitations, AsyncKeys, AsyncMembers
from .organise import AsyncOrganise
from .records import AsyncCollection
from .search import AsyncSearch
from .templates import AsyncTemplates

if typing.TYPE_CHECKING:
    from .._types import ErasureReport, Identity, Tenant

__all__ = ["AsyncWorkspace"]

N = typing.TypeVar("N")


class AsyncWorkspace(AsyncService["_sambung.Workspace"]):
    """Everything in here is this tenant's and, where it is a person's, this user's.

    Calls raise `PermissionDeniedError` while the tenant, the user or their place in it is suspended.
    """

    __slots__ = ()

    @property
    def who(self) -> Identity:
        """Who acts: their tenant, user and role."""
        return self._native.who

    @property
    def chats(self) -> AsyncChats:
        """The user's conversations."""
        return AsyncChats(self._core, self._native, self._timeout)

    @property
    def completions(self) -> AsyncCompletions:
        """Calls of models without a chat: nothing is stored but what they used."""
        return AsyncCompletions(self._core, self._native, self._timeout)

    @property
    def templates(self) -> AsyncTemplates:
        """Prompts that are kept."""
        return AsyncTemplates(self._core, self._native, self._timeout)

    @property
    def organise(self) -> AsyncOrganise:
        """The user's tags and folders."""
        return AsyncOrganise(self._core, self._native, self._timeout)

    @property
    def search(self) -> AsyncSearch:
        """Everything that the user has, by the words in it."""
        return AsyncSearch(self._core, self._native, self._timeout)

    @property
    def events(self) -> AsyncEvents:
        """What changes, as it happens."""
        return AsyncEvents(self._core, self._native, self._timeout)

    @property
    def keys(self) -> AsyncKeys:
        """The vault: keys to model vendors."""
        return AsyncKeys(self._core, self._native, self._timeout)

    @property
    def members(self) -> AsyncMembers:
        """Who belongs to the tenant."""
        return AsyncMembers(self._core, self._native, self._timeout)

    @property
    def invitations(self) -> AsyncInvitations:
        """Ways into the tenant."""
        return AsyncInvitations(self._core, self._native, self._timeout)

    @property
    def api_tokens(self) -> AsyncApiTokens:
        """The user's own bearer tokens for this tenant."""
        return AsyncApiTokens(self._core, self._native, self._timeout)

    @property
    def audit(self) -> AsyncAudit:
        """What was changed in the tenant."""
        return AsyncAudit(self._core, self._native, self._timeout)

    @property
    def usage(self) -> AsyncUsage:
        """What was used of which model."""
        return AsyncUsage(self._core, self._native, self._timeout)

    @property
    def quotas(self) -> AsyncQuotas:
        """The most that the tenant and its users may use."""
        return AsyncQuotas(self._core, self._native, self._timeout)

    def records(self, kind: type[N]) -> AsyncCollection[N]:
        """The application's own records of one class: see `sambung.record`."""
        return AsyncCollection(self._core, self._native, self._timeout, kind)

    async def tenant(self) -> Tenant:
        """The tenant itself."""
        return await self._call(_sambung.workspace_tenant)

    async def rename_tenant(self, name: str, revision: int) -> Tenant:
        """Raises `ConflictError` unless `revision` is the stored one."""
        return await self._call(_sambung.workspace_rename_tenant, name, revision)

    async def erase_tenant(self) -> ErasureReport:
        """Erases every row of the tenant, in every table, and reads each again."""
        return await self._call(_sambung.workspace_erase_tenant)

    async def suspend_tenant(self) -> Tenant:
        """Nobody acts in it until an owner, or the operator, resumes it."""
        return await self._call(_sambung.workspace_suspend_tenant)

    def with_options(self, *, timeout: float | None) -> AsyncWorkspace:
        """The same workspace; each call through what this gives may take `timeout` seconds."""
        return AsyncWorkspace(self._core, self._native, timeout)

"""What was used, and what may be used."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import optional_id_of, user_id_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from datetime import date

    from .._types import (
        Member,
        Quota,
        QuotaMeasure,
        QuotaPeriod,
        QuotaStatus,
        QuotaSubject,
        TenantId,
        UsageGrouping,
        UsageOf,
        UsageSum,
        User,
        UserId,
    )
    from ..table import Table

    Day = typing.Union[str, date]

__all__ = ["AsyncQuotas", "AsyncTenantQuotas", "AsyncTenantUsage", "AsyncUsage"]


def _request(from_: Day | None, to: Day | None, of: UsageOf, user: User | UserId | None) -> _sambung.UsageRequest:
    return {
        "from_": None if from_ is None else str(from_),
        "to": None if to is None else str(to),
        "of": of,
        "user_id": optional_id_of(user),
    }


def _key(
    subject: QuotaSubject, period: QuotaPeriod, measure: QuotaMeasure, user: User | UserId | None
) -> _sambung.QuotaKey:
    return {"subject": subject, "period": period, "measure": measure, "user_id": optional_id_of(user)}


class AsyncUsage(AsyncService["_sambung.Workspace"]):
    """Turns count when they end; calls without a chat are written once a second.

    Days are of UTC, as dates or as "2026-01-31". Without `from_` the month of `to`; without `to` today.
    """

    __slots__ = ()

    async def summary(
        self,
        from_: Day | None = None,
        to: Day | None = None,
        *,
        of: UsageOf = "self",
        user_id: User | UserId | None = None,
        by: UsageGrouping = "none",
    ) -> tuple[UsageSum, ...]:
        """One sum for each group, the most requests first; of more than 1,000 groups only those.

        Args:
            from_: The first day.
            to: The last day.
            of: Of the user alone, or of the tenant.
            user_id: Of the tenant's only this user's.
            by: "none" is one sum of everything, also when that is nothing.
        """
        return await self._call(_sambung.usage_summary, _request(from_, to, of, user_id), by)

    def daily(
        self,
        from_: Day | None = None,
        to: Day | None = None,
        *,
        of: UsageOf = "self",
        user_id: User | UserId | None = None,
    ) -> AsyncPager[UsageSum]:
        """One sum for each day with any usage, newest first."""
        request = _request(from_, to, of, user_id)
        return AsyncPager(lambda page: self._call(_sambung.usage_daily, request, page))

    async def table(
        self,
        from_: Day | None = None,
        to: Day | None = None,
        *,
        of: UsageOf = "self",
        user_id: User | UserId | None = None,
        by: UsageGrouping = "day",
    ) -> Table[UsageSum]:
        """As `summary`, for pandas, polars and whatever else reads Arrow."""
        from ..table import Table

        return Table(await self.summary(from_, to, of=of, user_id=user_id, by=by))


class AsyncQuotas(AsyncService["_sambung.Workspace"]):
    """The most that the tenant and its users may use: what its owners set, and what the operator did."""

    __slots__ = ()

    async def set(
        self,
        limit: int,
        *,
        subject: QuotaSubject = "tenant",
        period: QuotaPeriod = "month",
        measure: QuotaMeasure = "tokens",
        user_id: User | UserId | None = None,
    ) -> Quota:
        """Sets or replaces one.

        Args:
            limit: Tokens or micro-dollars; 0 allows nothing.
            subject: Whom it limits: the tenant as a whole, each user, or one.
            period: Calendar days or months of UTC.
            measure: "tokens" or "money".
            user_id: Of the subject "user", and of no other.
        """
        return await self._call(_sambung.quotas_set, _key(subject, period, measure, user_id), limit)

    async def remove(
        self,
        *,
        subject: QuotaSubject = "tenant",
        period: QuotaPeriod = "month",
        measure: QuotaMeasure = "tokens",
        user_id: User | UserId | None = None,
    ) -> None:
        """Raises `NotFoundError` when there is none."""
        await self._call(_sambung.quotas_remove, _key(subject, period, measure, user_id))

    def list(self) -> AsyncPager[Quota]:
        """All of the tenant, also the operator's."""
        return AsyncPager(lambda page: self._call(_sambung.quotas_list, page))

    async def mine(self) -> tuple[QuotaStatus, ...]:
        """What limits the user, and how much of it is used."""
        return await self._call(_sambung.quotas_mine)

    async def of(self, user: User | Member | UserId) -> tuple[QuotaStatus, ...]:
        """What limits another user, and how much of it is used."""
        return await self._call(_sambung.quotas_of, user_id_of(user))


class AsyncTenantUsage(AsyncService["_sambung.Engine"]):
    """What a tenant has used, for the operator: see `Workspace.usage`."""

    __slots__ = ("_tenant",)

    def __init__(self, core: typing.Any, native: _sambung.Engine, timeout: float | None, tenant: TenantId) -> None:
        super().__init__(core, native, timeout)
        self._tenant = tenant

    async def summary(
        self,
        from_: Day | None = None,
        to: Day | None = None,
        *,
        user_id: User | UserId | None = None,
        by: UsageGrouping = "none",
    ) -> tuple[UsageSum, ...]:
        """One sum for each group, the most requests first."""
        return await self._call(_sambung.engine_usage_summary, self._tenant, _request(from_, to, "tenant", user_id), by)

    def daily(
        self, from_: Day | None = None, to: Day | None = None, *, user_id: User | UserId | None = None
    ) -> AsyncPager[UsageSum]:
        """One sum for each day with any usage, newest first."""
        request = _request(from_, to, "tenant", user_id)
        return AsyncPager(lambda page: self._call(_sambung.engine_usage_daily, self._tenant, request, page))

    async def table(
        self,
        from_: Day | None = None,
        to: Day | None = None,
        *,
        user_id: User | UserId | None = None,
        by: UsageGrouping = "day",
    ) -> Table[UsageSum]:
        """As `summary`, for pandas, polars and whatever else reads Arrow."""
        from ..table import Table

        return Table(await self.summary(from_, to, user_id=user_id, by=by))


class AsyncTenantQuotas(AsyncService["_sambung.Engine"]):
    """The operator's quotas of one tenant, which its own people cannot change: see `Workspace.quotas`."""

    __slots__ = ("_tenant",)

    def __init__(self, core: typing.Any, native: _sambung.Engine, timeout: float | None, tenant: TenantId) -> None:
        super().__init__(core, native, timeout)
        self._tenant = tenant

    async def set(
        self,
        limit: int,
        *,
        subject: QuotaSubject = "tenant",
        period: QuotaPeriod = "month",
        measure: QuotaMeasure = "tokens",
        user_id: User | UserId | None = None,
    ) -> Quota:
        """Sets or replaces one: `limit` is tokens or micro-dollars, 0 allows nothing."""
        return await self._call(
            _sambung.engine_quotas_set, self._tenant, _key(subject, period, measure, user_id), limit
        )

    async def remove(
        self,
        *,
        subject: QuotaSubject = "tenant",
        period: QuotaPeriod = "month",
        measure: QuotaMeasure = "tokens",
        user_id: User | UserId | None = None,
    ) -> None:
        """Raises `NotFoundError` when there is none."""
        await self._call(_sambung.engine_quotas_remove, self._tenant, _key(subject, period, measure, user_id))

    def list(self) -> AsyncPager[Quota]:
        """All of the tenant, also its own."""
        return AsyncPager(lambda page: self._call(_sambung.engine_quotas_list, self._tenant, page))

    async def mine(self) -> tuple[QuotaStatus, ...]:
        """What limits the tenant as a whole, and how much of it is used."""
        return await self._call(_sambung.engine_quotas_mine, self._tenant)

    async def of(self, user: User | Member | UserId) -> tuple[QuotaStatus, ...]:
        """What limits a user, and how much of it is used."""
        return await self._call(_sambung.engine_quotas_of, self._tenant, user_id_of(user))

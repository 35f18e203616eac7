"""AsyncServer: Sambung over HTTP, in this process."""

from __future__ import annotations

import typing

from .. import _sambung
from ._core import AsyncService
from .engine import AsyncEngine

if typing.TYPE_CHECKING:
    from types import TracebackType

    from .._types import ServerOptions

__all__ = ["AsyncServer"]


class AsyncServer:
    """/rpc speaks oRPC, /v1 speaks OpenAI's chat completions::

    async with AsyncServer(engine) as server:
        port = await server.listen("127.0.0.1", 8787)
    """

    __slots__ = ("_engine", "_options", "_service")

    def __init__(self, engine: AsyncEngine, **options: typing.Unpack[ServerOptions]) -> None:
        self._engine = engine
        self._options = options
        self._service: AsyncService[_sambung.Server] | None = None

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Accepts connections at an address and gives the port; 0: any free one. For several addresses, again."""
        service = await self._opened()
        return await service._call(_sambung.server_listen, host, port)

    async def listen_admin(self, address: str = "127.0.0.1:9464") -> int:
        """Accepts operators, who may ask for /healthz, /readyz and /admin/status.

        Args:
            address: "127.0.0.1:9464", port 0 for any free one, or "unix:/run/sambung/admin.sock". One that is no
                loopback address needs the option `admin_token`, of at least 32 bytes.

        Returns:
            The port; 0 of a UNIX socket.
        """
        service = await self._opened()
        return await service._call(_sambung.server_listen_admin, address)

    async def _opened(self) -> AsyncService[_sambung.Server]:
        service = self._service
        if service is None:
            engine = self._engine
            native = await engine._call(_sambung.server_open, self._options)
            service = self._service = AsyncService(engine._core, native, engine._timeout)
        return service

    async def shutdown(self, grace: float = 10.0) -> None:
        """Accepts no more, lets requests and turns finish for so long, and shuts the engine's turns down."""
        service, self._service = self._service, None
        if service is not None and not self._engine.closed:
            await service._call(_sambung.server_shutdown, grace)

    async def __aenter__(self) -> AsyncServer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.shutdown()

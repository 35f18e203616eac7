"""What a reader of server-sent events is told of an error."""

from __future__ import annotations

import json

from .errors import Error


def error_event(error: Exception) -> bytes:
    """Of an error of the engine its code and message; of any other nothing."""
    if isinstance(error, Error):
        told = {"code": error.code, "message": error.message}
    else:
        from ._log import logger

        logger().error("a stream of events broke off", exc_info=error)
        told = {"code": "internal", "message": "internal error"}
    return b"event: error\ndata: %s\n\n" % json.dumps(told, ensure_ascii=False).encode()

"""Secrets and tokens as callers give them."""

from __future__ import annotations

import typing

if typing.TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from . import _sambung
    from ._types import Permission
    from .secret import Secret

    Lifetime = typing.Union[float, timedelta]
    Permissions = typing.Union[Sequence[Permission], None]


def text_of(secret: str | Secret) -> str:
    return secret if isinstance(secret, str) else secret.reveal()


def token_options(scopes: Permissions, lifetime: Lifetime | None) -> _sambung.TokenOptions:
    options: _sambung.TokenOptions = {"lifetime": lifetime}
    if scopes is not None:
        options["scopes"] = list(scopes)
    return options

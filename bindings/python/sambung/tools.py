"""Tools: functions of the application's that a model may call while it answers.

::

    @sambung.tool
    def weather(call: sambung.ToolCall, city: Annotated[str, "City and country"], days: int = 1) -> str:
        \"\"\"The weather in a city.\"\"\"
        return look_up(city, days, on_behalf_of=call.user_id)
"""

from __future__ import annotations

import functools
import inspect
import json
import re
import typing

from ._parameters import documented, shape_of_parameters, signature_of

if typing.TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ._types import ToolCall

    Verdict = typing.Union[bool, "Allow", "Deny", "Ask"]
    Approver = Callable[[ToolCall], typing.Union[Verdict, Awaitable[Verdict]]]
    """Asked before each call whose arguments are in order; what it raises denies the call."""

__all__ = ["Allow", "Ask", "Deny", "Policy", "Tool", "tool"]

P = typing.ParamSpec("P")
R_co = typing.TypeVar("R_co", covariant=True)
R = typing.TypeVar("R")

Policy = typing.Literal["allow", "ask", "deny"]
"""Whether a tool may be called: as the model likes; if the user agrees; not at all."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Allow:
    """As far as the application is concerned the call may be made; a tool whose policy it is still asks the user."""

    def __repr__(self) -> str:
        return "Allow()"


class Ask:
    """The call may be made if the user agrees."""

    def __repr__(self) -> str:
        return "Ask()"


class Deny:
    """The call may not be made; the model reads the reason."""

    __match_args__ = ("reason",)

    def __init__(self, reason: str = "") -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Deny({self.reason!r})"


class Tool(typing.Generic[P, R_co]):
    """A function with what a model is told of it. It is called as the function itself is.

    Attributes:
        name: 1 to 64 letters, digits, "-" and "_".
        description: The first part of its docstring.
        schema: The JSON Schema of its arguments.
        timeout: How many seconds a call may take; None: as the settings say.
        policy: Whether it may be called.
    """

    name: str
    description: str
    timeout: float | None
    policy: Policy
    is_coroutine: bool

    def __init__(
        self,
        function: Callable[P, R_co],
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: float | None = None,
        policy: Policy = "allow",
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        signature = signature_of(function)
        description_there, described = documented(inspect.getdoc(function) or "")
        self.name = name or function.__name__
        if not _NAME.fullmatch(self.name):
            raise TypeError(f"tool {self.name!r}: a name is 1 to 64 letters, digits, '-' and '_'")
        self.description = description_there if description is None else description
        self.timeout = timeout
        self.policy = policy
        self.is_coroutine = inspect.iscoroutinefunction(inspect.unwrap(function))
        try:
            self._call_name, self._shape = shape_of_parameters(function, signature, described)
        except TypeError as error:
            raise TypeError(f"tool {self.name}: {error}") from None

    @property
    def schema(self) -> dict[str, typing.Any]:
        return self._shape.schema

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        return self._function(*args, **kwargs)

    def __get__(self, instance: object, owner: type | None = None) -> Tool[..., R_co]:
        """Of a method: the same, bound to its object."""
        if instance is None:
            return self
        bound = Tool.__new__(Tool)
        bound.__dict__.update(self.__dict__)
        bound._function = self._function.__get__(instance, owner)
        return bound

    def __repr__(self) -> str:
        return f"<sambung tool {self.name}>"

    def specification(self) -> dict[str, typing.Any]:
        """As the engine takes it."""
        return {
            "name": self.name,
            "description": self.description,
            "schema": self.schema,
            "timeout": self.timeout,
            "approval": self.policy,
        }

    def bound(self, call: ToolCall, arguments: typing.Any) -> Callable[[], typing.Any]:
        """The call to make, with arguments that were checked; raises for what cannot be converted."""
        if isinstance(arguments, str):
            arguments = json.loads(arguments)
        given = self._shape.of(arguments)
        if self._call_name is not None:
            given[self._call_name] = call
        return functools.partial(self._function, **given)

    def text_of(self, result: object) -> str:
        """What the model reads of a result: a text as it is, everything else as JSON."""
        if isinstance(result, str):
            return result
        return json.dumps(result, default=plain, ensure_ascii=False, allow_nan=False)


@typing.overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...
@typing.overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout: float | None = None,
    policy: Policy = "allow",
) -> Callable[[Callable[P, R]], Tool[P, R]]: ...
def tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout: float | None = None,
    policy: Policy = "allow",
) -> Tool[P, R] | Callable[[Callable[P, R]], Tool[P, R]]:
    """Makes a function, a method or a coroutine function one that a model may call. It stays callable.

    Its hints become JSON Schema, its docstring the description, `Annotated[T, "text"]` or the docstring's "Args:" those
    of its parameters. A parameter that is hinted `ToolCall` gets the call and is hidden from the model.

    Args:
        function: What is called: with arguments that were checked and converted.
        name: What the model calls it; the function's name, unless given.
        description: What the model is told; the docstring's first part, unless given.
        timeout: How many seconds a call may take.
        policy: Whether it may be called; "ask" asks the user each time.

    Raises:
        TypeError: A hint that is missing or has no schema.
    """

    def decorate(one: Callable[P, R]) -> Tool[P, R]:
        return Tool(one, name=name, description=description, timeout=timeout, policy=policy)

    return decorate if function is None else decorate(function)


def tools_of(given: Sequence[typing.Any]) -> Mapping[str, Tool[..., typing.Any]]:
    """Tools by name; plain functions become some, and texts name an entry point of the group "sambung.tools"."""
    found: dict[str, Tool[..., typing.Any]] = {}
    for one in given:
        if isinstance(one, str):
            from .providers import entry_point

            one = entry_point("sambung.tools", one)
        made = one if isinstance(one, Tool) else Tool(one)
        if made.name in found:
            raise TypeError(f"two tools are called {made.name}")
        found[made.name] = made
    return found


def plain(value: object) -> object:
    """What the json module is given for what it does not know."""
    import datetime
    import enum
    import uuid

    for name in ("to_dict", "model_dump"):
        convert = getattr(value, name, None)
        if convert is not None and not isinstance(value, type):
            return convert()
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON")

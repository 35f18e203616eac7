"""What a span of an answer, a call or a tool says: attributes, and metrics beside them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sambung
from opentelemetry import metrics, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider
    from opentelemetry.util.types import AttributeValue

REQUESTED = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "max_tokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "stop": "gen_ai.request.stop_sequences",
}
USED = {
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cached_input_tokens": "gen_ai.usage.cache_read.input_tokens",
    "cache_write_tokens": "gen_ai.usage.cache_creation.input_tokens",
    "reasoning_tokens": "gen_ai.usage.reasoning.output_tokens",
}
# As the conventions call vendors that Sambung calls otherwise.
VENDORS = {"gemini": "gcp.gemini", "mistral": "mistral_ai", "xai": "x_ai"}


class Telemetry:
    """Where spans and measurements of one engine go. Safe to use from any thread."""

    def __init__(self, tracers: TracerProvider | None, meters: MeterProvider | None, capture_content: bool) -> None:
        self.tracer = trace.get_tracer("sambung", sambung.__version__, tracers)
        meter = metrics.get_meter("sambung", sambung.__version__, meters)
        self.capture_content = capture_content
        self._tokens = meter.create_histogram("gen_ai.client.token.usage", "{token}", "Tokens of input and output.")
        self._duration = meter.create_histogram("gen_ai.client.operation.duration", "s", "How long a call took.")

    def operation(self, name: str, model: str | None, options: Mapping[str, Any]) -> Operation:
        return Operation(self, name, model, options)

    def measure(self, seconds: float, usage: Any, attributes: Mapping[str, AttributeValue]) -> None:
        self._duration.record(seconds, attributes)
        if usage is None:
            return
        for kind, count in (("input", usage.input_tokens), ("output", getattr(usage, "output_tokens", 0))):
            self._tokens.record(count, {**attributes, "gen_ai.token.type": kind})


class Operation:
    """A call of a model, or a whole answer with all its calls. It is ended once."""

    def __init__(self, of: Telemetry, name: str, model: str | None, options: Mapping[str, Any]) -> None:
        self._of = of
        self._name = name
        self._model = model
        self._began = time.monotonic()
        self._ended = False
        self.span: Span = of.tracer.start_span(
            f"{name} {model}" if model else name, kind=SpanKind.CLIENT, attributes=_request(name, model, options)
        )

    def is_of(self, model: str | None) -> None:
        """What answers, once that is known."""
        if model and self._model is None:
            self._model = model
            self.span.update_name(f"{self._name} {model}")
            self.span.set_attributes(_model(model))

    def asked(self, messages: Any) -> None:
        if self._of.capture_content:
            self.span.set_attribute("gen_ai.input.messages", as_json(messages))

    def said(self, parts: Iterable[sambung.Part], reason: str | None) -> None:
        if self._of.capture_content:
            told = [{"role": "assistant", "parts": [part.to_dict() for part in parts], "finish_reason": reason or ""}]
            self.span.set_attribute("gen_ai.output.messages", as_json(told))

    def end(
        self,
        usage: Any = None,
        *,
        reason: str | None = None,
        error: BaseException | str | None = None,
        attributes: Mapping[str, AttributeValue] | None = None,
    ) -> None:
        if self._ended:
            return
        self._ended = True
        measured: dict[str, AttributeValue] = {"gen_ai.operation.name": self._name, **_model(self._model)}
        if error is not None:
            measured["error.type"] = error_type(error)
            self.span.set_status(Status(StatusCode.ERROR, str(error)))
            self.span.set_attribute("error.type", error_type(error))
        if reason:
            self.span.set_attribute("gen_ai.response.finish_reasons", [reason])
        if usage is not None:
            self.span.set_attributes(
                {name: count for member, name in USED.items() if (count := getattr(usage, member, None)) is not None}
            )
        self.span.set_attributes(attributes or {})
        self._of.measure(time.monotonic() - self._began, usage, measured)
        self.span.end()


def error_type(error: BaseException | str) -> str:
    """The code of an error of Sambung's, else its class; a text is a code."""
    if isinstance(error, str):
        return error
    return error.code if isinstance(error, sambung.Error) else type(error).__qualname__


def _request(name: str, model: str | None, options: Mapping[str, Any]) -> dict[str, AttributeValue]:
    made: dict[str, AttributeValue] = {"gen_ai.operation.name": name, **_model(model)}
    for option, attribute in REQUESTED.items():
        value = options.get(option)
        if value is not None:
            made[attribute] = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
    return made


def _model(model: str | None) -> dict[str, AttributeValue]:
    if not model:
        return {}
    provider, slash, name = model.partition("/")
    if not slash:  # an alias
        return {"gen_ai.request.model": model}
    return {"gen_ai.provider.name": VENDORS.get(provider, provider), "gen_ai.request.model": name}


def as_json(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, default=lambda one: one.to_dict() if hasattr(one, "to_dict") else str(one)
    )

"""Sambung for OpenTelemetry: a span for each answer, each call of a model and of a tool; tokens and durations.

::

    instrument(engine)                          # names, counts and times
    instrument(engine, capture_content=True)    # also what was said

The names are those of OpenTelemetry's conventions for generative AI. Only its API is needed: what exports is yours.
"""

from sambung.integrations.opentelemetry.hooks import instrument, uninstrument

__all__ = ["instrument", "uninstrument"]

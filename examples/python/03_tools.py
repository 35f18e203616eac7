"""Functions of yours that a model may call. Hints become JSON Schema, docstrings what the model is told."""

import json
from collections.abc import Iterator
from typing import Annotated, Literal

import sambung


@sambung.tool
def weather(
    call: sambung.ToolCall,
    city: Annotated[str, "City and country"],
    days: int = 1,
    unit: Literal["celsius", "fahrenheit"] = "celsius",
) -> dict[str, object]:
    """The weather in a city."""
    # call.user_id says on whose behalf: a tool shows nobody what that user may not see.
    return {"city": city, "days": days, "degrees": 33 if unit == "celsius" else 91}


async def approve(call: sambung.ToolCall) -> bool:
    """Asked before each call. Only True allows."""
    return call.role != "viewer"


class Scripted(sambung.Provider):
    """Stands for a model that calls the tool once, and then says what came of it."""

    def stream(self, request: sambung.CompletionRequest) -> Iterator[str | sambung.CompletionEvent]:
        results = [part for part in request.messages[-1].parts if isinstance(part, sambung.ToolResultPart)]
        if results:
            yield f"It has {json.loads(results[0].text)['degrees']} degrees."
        else:
            yield sambung.ToolCallDelta(index=0, id="call_1", name="weather", arguments='{"city": "Ipoh, Malaysia"}')


with sambung.open("memory:", providers={"own": Scripted()}, tools=[weather], approve=approve) as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    chat = desk.chats.create("Weather", model="own/model")
    print(desk.chats.send(chat, "Is it warm in Ipoh?").text())

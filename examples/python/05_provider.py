"""A model of your own: a generator. A slow reader makes `yield` wait, a stopped answer closes the generator."""

from collections.abc import AsyncIterator

import sambung


class Echo(sambung.Provider):
    def models(self) -> list[str]:
        return ["loud", "quiet"]

    async def stream(self, request: sambung.CompletionRequest) -> AsyncIterator[str]:
        said = "".join(part.text for part in request.messages[-1].parts if isinstance(part, sambung.TextPart))
        for word in said.split():
            yield word.upper() + " " if request.model == "loud" else word + " "


with sambung.open("memory:", providers={"echo": Echo()}) as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    print([model.id for model in desk.completions.models()])
    print(desk.completions.stream("echo/loud", "apa khabar").text())

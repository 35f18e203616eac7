"""ChatSambung and SambungChatMessageHistory: the standard tests of LangChain, and what they do not ask."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("langchain_tests")

import sambung
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables.history import RunnableWithMessageHistory
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests
from pydantic import BaseModel
from sambung.integrations.langchain import ChatSambung, SambungChatMessageHistory


class Clever(sambung.Provider):
    """Calls the tool that it is offered, until it has a result; keeps to a schema; else says something."""

    def models(self) -> Any:
        return ["model", "other"]

    def stream(self, request: sambung.CompletionRequest) -> Any:
        asked = _text(request.messages[-1])
        schema = _schema(request)
        if request.tools and not any(part.type == "tool_result" for part in request.messages[-1].parts):
            function: Any = _chosen(request)["function"]
            yield sambung.ToolCallDelta(
                index=0,
                id="call_1",
                name=function["name"],
                arguments=json.dumps(_filled(function.get("parameters") or {}, asked)),
            )
        elif schema is not None:
            yield json.dumps(_filled(schema, asked))
        else:
            yield from ("You ", "said: ", asked or "nothing")
        yield sambung.UsageReport(
            usage=sambung.TokenUsage(
                input_tokens=11, output_tokens=7, cached_input_tokens=5, reasoning_tokens=3, cache_write_tokens=2
            ),
            raw="",
        )


def _text(message: Any) -> str:
    return "".join(part.text for part in message.parts if part.type == "text")


def _chosen(request: Any) -> Any:
    name = getattr(request.choice, "name", request.choice) if request.choice else None
    named = [one for one in request.tools if one["function"]["name"] == name]
    return (named or list(request.tools))[0]


def _schema(request: Any) -> dict[str, Any] | None:
    form = request.format
    if not form:
        return None
    if form == "json_object":
        return {"properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}}}
    schema = form["schema"] if isinstance(form, dict) else form.schema
    return dict(schema) if schema else {"properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}}}


def _filled(schema: dict[str, Any], asked: str) -> dict[str, Any]:
    """A value for each property: what stands in quotes where there is something."""
    quoted = re.search(r"'([^']+)'", asked)
    values = {"integer": 3, "number": 3.0, "boolean": True, "array": [], "object": {}}
    return {
        name: values.get(one.get("type", "string"), quoted[1] if quoted else "something")
        for name, one in (schema.get("properties") or {}).items()
    }


@pytest.fixture
def desk() -> Iterator[sambung.Workspace]:
    with sambung.open("memory:", providers={"clever": Clever()}, env={}) as engine:
        yield engine.workspace("acme", "ada@example.com", create=True)


class OfSambung:
    """What both suites are told."""

    desk: sambung.Workspace

    @pytest.fixture(autouse=True)
    def _with_desk(self, desk: sambung.Workspace) -> None:
        type(self).desk = desk

    @pytest.fixture
    def model(self, desk: sambung.Workspace, request: pytest.FixtureRequest) -> BaseChatModel:
        given = getattr(request, "param", None) or {}
        return ChatSambung(**{**self.standard_chat_model_params, "desk": desk, "model": "clever/model", **given})

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatSambung

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"desk": type(self).desk, "model": "clever/model"}

    @property
    def standard_chat_model_params(self) -> dict[str, Any]:
        return {"temperature": 0, "max_tokens": 100, "timeout": 60, "stop": []}

    @property
    def supports_json_mode(self) -> bool:
        return True

    @property
    def supported_usage_metadata_details(self) -> Any:
        return {"invoke": [], "stream": []}

    @property
    def model_override_value(self) -> str:
        return "clever/other"


class TestUnit(OfSambung, ChatModelUnitTests):
    pass


class TestIntegration(OfSambung, ChatModelIntegrationTests):
    pass


class TestBySchema(OfSambung, ChatModelIntegrationTests):
    """The same, where a form is the vendor's own schema."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "json_schema"}


# They are coroutines, which pytest runs where they say so.
for suite in (TestUnit, TestIntegration, TestBySchema):
    for name in dir(suite):
        if inspect.iscoroutinefunction(function := getattr(suite, name)):
            setattr(suite, name, pytest.mark.asyncio(function))


# Models --------------------------------------------------------------------------------------------------------------


def test_usage_is_told_in_detail(desk: sambung.Workspace) -> None:
    model = ChatSambung(desk=desk, model="clever/model")
    for message in (model.invoke("x"), model.invoke("x", config={}), asyncio.run(model.ainvoke("x"))):
        assert message.usage_metadata == {
            "input_tokens": 11,
            "output_tokens": 7,
            "total_tokens": 18,
            "input_token_details": {"cache_read": 5, "cache_creation": 2},
            "output_token_details": {"reasoning": 3},
        }


def test_what_a_tenant_may_not_use_is_not_called(desk: sambung.Workspace) -> None:
    with pytest.raises(sambung.NotFoundError):
        ChatSambung(desk=desk, model="nobody/model").invoke("x")


def test_a_block_that_cannot_be_sent_is_told(desk: sambung.Workspace) -> None:
    model = ChatSambung(desk=desk, model="clever/model")
    with pytest.raises(ValueError, match="audio"):
        model.invoke([HumanMessage([{"type": "audio", "base64": "x", "mime_type": "audio/wav"}])])


# Histories -----------------------------------------------------------------------------------------------------------

TURN: list[BaseMessage] = [
    HumanMessage("What is the weather?"),
    AIMessage(
        "Let me look.",
        tool_calls=[
            {"name": "weather", "args": {"city": "Ipoh"}, "id": "c1", "type": "tool_call"},
            {"name": "weather", "args": {"city": "Kuala"}, "id": "c2", "type": "tool_call"},
        ],
    ),
    ToolMessage("33 degrees", tool_call_id="c1"),
    ToolMessage("there is no such city", tool_call_id="c2", status="error"),
    AIMessage("It is 33 degrees."),
]


def told(messages: list[BaseMessage]) -> list[tuple[Any, ...]]:
    return [
        (
            one.type,
            one.content,
            getattr(one, "tool_calls", None),
            getattr(one, "tool_call_id", None),
            getattr(one, "status", None),
        )
        for one in messages
    ]


@pytest.fixture
def history(desk: sambung.Workspace) -> SambungChatMessageHistory:
    return SambungChatMessageHistory(desk, desk.chats.create("t", model="clever/model"))


def test_a_history_gives_back_what_it_was_given(history: SambungChatMessageHistory, desk: sambung.Workspace) -> None:
    history.add_messages(TURN)
    history.add_messages([HumanMessage("And now?"), AIMessage("Still.")])

    assert told(history.messages) == told([*TURN, HumanMessage("And now?"), AIMessage("Still.")])
    roles = [one.role for one in desk.chats.messages(history.chat)]
    assert roles == ["assistant", "user", "assistant", "user"]  # calls and results are one answer, as of a turn


def test_a_history_takes_messages_one_by_one(history: SambungChatMessageHistory) -> None:
    for message in TURN[:4]:
        history.add_message(message)

    assert told(history.messages) == told(TURN[:4])
    with pytest.raises(ValueError, match="c9"):
        history.add_message(ToolMessage("x", tool_call_id="c9"))
    assert told(history.messages) == told(TURN[:4])


def test_a_history_works_on_a_loop(history: SambungChatMessageHistory) -> None:
    async def work() -> list[BaseMessage]:
        await history.aadd_messages(TURN)
        return await history.aget_messages()

    assert told(asyncio.run(work())) == told(TURN)


def test_pictures_and_files_are_kept(history: SambungChatMessageHistory) -> None:
    content: Any = [
        {"type": "text", "text": "What is it?"},
        {"type": "image", "base64": "aGk=", "mime_type": "image/png"},
        {"type": "image", "url": "https://example.com/a.png"},
        {"type": "file", "base64": "aGk=", "mime_type": "application/pdf", "filename": "a.pdf"},
    ]

    history.add_messages([HumanMessage(content)])

    assert history.messages[0].content == content


def test_a_cleared_history_is_empty_and_goes_on(history: SambungChatMessageHistory) -> None:
    history.add_messages(TURN)

    history.clear()
    assert history.messages == []
    history.add_messages([SystemMessage("Be kind."), HumanMessage("Hi")])
    assert told(history.messages) == told([SystemMessage("Be kind."), HumanMessage("Hi")])


@pytest.mark.filterwarnings("ignore:RunnableWithMessageHistory is deprecated")
def test_a_chain_goes_on_with_its_session(desk: sambung.Workspace) -> None:
    def of(session_id: str) -> SambungChatMessageHistory:
        return SambungChatMessageHistory.for_session(desk, session_id, model="clever/model")

    chain: Any = RunnableWithMessageHistory(ChatSambung(desk=desk, model="clever/model") | StrOutputParser(), of)
    chain.invoke([HumanMessage("one")], config={"configurable": {"session_id": "s"}})
    chain.invoke([HumanMessage("two")], config={"configurable": {"session_id": "s"}})

    assert [one.content for one in of("s").messages] == ["one", "You said: one", "two", "You said: two"]


def test_a_turn_reads_what_a_history_holds(desk: sambung.Workspace, history: SambungChatMessageHistory) -> None:
    history.add_messages(TURN)

    with desk.chats.send(history.chat, "Thanks") as turn:
        turn.text()

    assert [one.type for one in history.messages[-2:]] == ["human", "ai"]


class Person(BaseModel):
    name: str
    age: int


def test_a_form_may_come_with_the_raw_answer(desk: sambung.Workspace) -> None:
    model = ChatSambung(desk=desk, model="clever/model").with_structured_output(
        Person, include_raw=True, method="json_schema"
    )

    found: Any = model.invoke("Who is 'Ada'?")

    assert (found["parsed"], found["parsing_error"]) == (Person(name="Ada", age=3), None)
    assert isinstance(found["raw"], AIMessage)

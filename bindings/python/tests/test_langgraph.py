"""SambungSaver: the conformance package of LangGraph, and graphs that run on it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Any, TypedDict

import pytest

pytest.importorskip("langgraph.checkpoint.conformance")

import sambung
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from sambung.integrations.langgraph import SambungSaver
from sambung.integrations.langgraph.tables import StoredPiece, StoredValue


@pytest.fixture
def engine(storage: tuple[str, dict[str, Any]]) -> Iterator[sambung.Engine]:
    url, options = storage
    with sambung.open(url, modules=[SambungSaver.module], env={}, **options) as made:
        yield made


@pytest.fixture
def desk(engine: sambung.Engine) -> sambung.Workspace:
    return someone(engine, uuid.uuid4().hex)


def someone(engine: sambung.Engine, tenant: str) -> sambung.Workspace:
    return engine.workspace(tenant, f"{uuid.uuid4().hex}@example.com", create=True)


def test_the_conformance_package_is_passed(desk: sambung.Workspace) -> None:
    @checkpointer_test(name="SambungSaver")
    async def saver() -> AsyncGenerator[BaseCheckpointSaver[str], None]:
        yield SambungSaver(desk)

    report = asyncio.run(validate(saver))

    for name, result in report.results.items():
        assert result.detected, name
        assert result.passed, (name, result.failures)


def joined(before: list[str], more: list[str]) -> list[str]:
    return [*before, *more]


class State(TypedDict):
    said: Annotated[list[str], joined]
    fixed: str


def graph_of(saver: SambungSaver) -> Any:
    def greet(state: State) -> dict[str, list[str]]:
        return {"said": ["hello"]}

    def ask(state: State) -> dict[str, list[str]]:
        return {"said": [str(interrupt("who?"))]}

    made = StateGraph(State)
    made.add_node("greet", greet)
    made.add_node("ask", ask)
    made.add_edge(START, "greet")
    made.add_edge("greet", "ask")
    made.add_edge("ask", END)
    return made.compile(checkpointer=saver)


def test_a_graph_stops_and_goes_on_with_another_saver(desk: sambung.Workspace) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}

    graph_of(SambungSaver(desk)).invoke({"said": [], "fixed": "x"}, config)
    done = graph_of(SambungSaver(desk)).invoke(Command(resume="ada"), config)

    assert done["said"] == ["hello", "ada"]
    history = list(graph_of(SambungSaver(desk)).get_state_history(config))
    assert history[0].values == done
    assert [one.config["configurable"]["checkpoint_id"] for one in history] == sorted(
        (one.config["configurable"]["checkpoint_id"] for one in history), reverse=True
    )


def test_a_graph_runs_on_a_loop(desk: sambung.Workspace) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}

    async def work() -> Any:
        graph = graph_of(SambungSaver(desk))
        await graph.ainvoke({"said": [], "fixed": "x"}, config)
        return await graph.ainvoke(Command(resume="ada"), config)

    assert asyncio.run(work())["said"] == ["hello", "ada"]


def test_a_step_stores_what_changed(desk: sambung.Workspace) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}
    graph = graph_of(SambungSaver(desk))

    graph.invoke({"said": [], "fixed": "x" * 1_000}, config)
    graph.invoke(Command(resume="ada"), config)

    values = list(desk.records(StoredValue).list({"owner_id": desk.who.user_id, "thread": "1"}))
    assert len([one for one in values if one.channel == "fixed"]) == 1
    assert len([one for one in values if one.channel == "said"]) > 1


def test_large_values_are_whole(desk: sambung.Workspace) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}
    large = "0123456789" * 350_000
    saver = SambungSaver(desk)

    graph_of(saver).invoke({"said": [], "fixed": large}, config)

    assert graph_of(SambungSaver(desk)).get_state(config).values["fixed"] == large
    where = {"owner_id": desk.who.user_id, "thread": "1"}
    assert list(desk.records(StoredPiece).list(where))
    saver.copy_thread("1", "2")
    saver.delete_thread("1")
    assert not list(desk.records(StoredPiece).list(where))
    assert graph_of(saver).get_state({"configurable": {"thread_id": "2"}}).values["fixed"] == large


def test_another_user_sees_no_thread(engine: sambung.Engine) -> None:
    config: Any = {"configurable": {"thread_id": "1"}}
    tenant = uuid.uuid4().hex
    ada = SambungSaver(someone(engine, tenant))
    ben = SambungSaver(someone(engine, tenant))

    graph_of(ada).invoke({"said": [], "fixed": "x"}, config)

    assert ben.get_tuple(config) is None
    assert not list(ben.list(None))
    ben.delete_thread("1")
    assert ada.get_tuple(config) is not None


def test_pruning_keeps_what_a_delta_channel_is_made_of(desk: sambung.Workspace) -> None:
    saver = SambungSaver(desk)
    config: Any = {"configurable": {"thread_id": "1", "checkpoint_ns": ""}}
    for number, values in enumerate(({}, {"log": "seed"}, {}, {})):
        checkpoint: Any = {
            "v": 1,
            "id": f"{number}",
            "ts": "",
            "channel_values": values,
            "versions_seen": {},
            "channel_versions": {"log": f"{number}"},
            "updated_channels": None,
        }
        metadata: Any = {
            "source": "loop",
            "step": number,
            "parents": {},
            "counters_since_delta_snapshot": {"log": (1, 1)},
        }
        config = saver.put(config, checkpoint, metadata, {"log": f"{number}"})
        saver.put_writes(config, [("log", f"write {number}")], "task")

    saver.prune(["1"], strategy="keep_latest")

    assert [one.checkpoint["id"] for one in saver.list(config and {"configurable": {"thread_id": "1"}})] == [
        "3",
        "2",
        "1",
    ]
    history = saver.get_delta_channel_history(config=config, channels=["log"])["log"]
    assert history["seed"] == "seed"
    assert [write[2] for write in history["writes"]] == ["write 1", "write 2"]

"""saver.py FILE TURNS MEASURED [deltas]: what one more turn costs a LangGraph chat that SambungSaver keeps.

A chat of TURNS turns, then MEASURED more, as peers/langgraph.mjs has them; prints one line of JSON. With `deltas` the channel of the
messages is one whose steps are stored, and not its value.
"""

from __future__ import annotations

import json
import pathlib
import re
import statistics
import sys
import time
import typing

import sambung
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.channels import DeltaChannel
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from sambung.integrations.langgraph import SambungSaver

QUESTION, ANSWER = "q" * 200, "a" * 800


class Messages(typing.TypedDict):
    messages: typing.Annotated[list[AnyMessage], add_messages]


def appended(before: list[AnyMessage], writes: typing.Sequence[list[AnyMessage]]) -> list[AnyMessage]:
    return [*before, *(message for messages in writes for message in messages)]


class Deltas(typing.TypedDict):
    messages: typing.Annotated[list[AnyMessage], DeltaChannel(appended)]


def written() -> int:
    return int(re.search(r"wchar: (\d+)", pathlib.Path("/proc/self/io").read_text())[1])


def main() -> None:
    file, turns, measured = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with sambung.open(f"sqlite:{file}", env={}, modules=[SambungSaver.module]) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        graph = StateGraph(Deltas if "deltas" in sys.argv[4:] else Messages)
        graph.add_node("model", lambda state: {"messages": [AIMessage(ANSWER)]})
        graph.add_edge(START, "model")
        graph.add_edge("model", END)
        chat = graph.compile(checkpointer=SambungSaver(desk))
        thread = {"configurable": {"thread_id": "bench"}}
        past = [kind(text) for _ in range(turns - 1) for kind, text in ((HumanMessage, QUESTION), (AIMessage, ANSWER))]
        chat.invoke({"messages": [*past, HumanMessage(QUESTION)]}, thread)

        took, before = [], written()
        for _ in range(measured):
            begin = time.perf_counter()
            state = chat.invoke({"messages": [HumanMessage(QUESTION)]}, thread)
            took.append((time.perf_counter() - begin) * 1e6)
        size = (written() - before) / (measured * len(QUESTION + ANSWER))
        if len(state["messages"]) != 2 * (turns + measured):
            sys.exit(f"wrong: {len(state['messages'])} messages")
    print(json.dumps({"us": statistics.median(took), "bytes": size}))


if __name__ == "__main__":
    main()

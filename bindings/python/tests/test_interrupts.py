"""Ctrl-C, wherever a program waits: prompt, raised once, and nothing is lost by it."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest
from programs import finished, interrupted, run, start

# Of Ctrl-C, in seconds: what is promised, or what tells it from a hang.
PROMPT = 0.1 if "SAMBUNG_STRICT_TIMES" in os.environ else 5.0


@pytest.mark.parametrize(
    "call",
    [
        "desk.completions.complete('mine/any', 'Hi')",
        "turn.text()",
        "turn.answer()",
        "next(iter(desk.completions.stream('mine/any', 'Hi')))",
    ],
)
def test_ctrl_c_ends_a_call_and_stops_no_turn(call: str) -> None:
    process = start(
        f"""
        gate = threading.Event()

        class Slow(sambung.Provider):
            def stream(self, request):
                gate.wait(20)
                yield "kept"

        with sambung.open("memory:", providers={{"mine": Slow()}}, env={{}}) as engine:
            desk = desk_of(engine)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            try:
                print("ready", flush=True)
                {call}
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            gate.set()
            print(desk.chats.resume(turn.message_id).text(), flush=True)
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    begun = interrupted(process)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - begun < PROMPT
    assert finished(process) == "kept\n"


def test_ctrl_c_ends_the_grace_of_a_close() -> None:
    process = start(
        """
        class Slow(sambung.Provider):
            async def stream(self, request):
                yield "kept"
                await asyncio.sleep(60)

        engine = sambung.open("memory:", providers={"mine": Slow()}, env={})
        desk = desk_of(engine)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
        for event in turn:
            if event.type == "text":
                break
        try:
            print("ready", flush=True)
            engine.close(30)
        except KeyboardInterrupt:
            print("interrupted", engine.closed, flush=True)
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    begun = interrupted(process)
    assert process.stdout.readline() == "interrupted True\n"
    assert time.monotonic() - begun < 5.0
    assert finished(process) == ""


def test_a_reader_goes_on_without_a_gap_behind_ctrl_c() -> None:
    out = run(
        """
        over = threading.Event()

        def interrupt():
            while not over.wait(0.15):  # long enough to take up the turn again on a slow machine
                os.kill(os.getpid(), signal.SIGINT)

        with sambung.open("memory:", providers={"mine": Counting()}, env={}) as engine:
            desk = desk_of(engine)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            message_id, pieces, interrupted = turn.message_id, {}, 0
            signals = threading.Thread(target=interrupt)
            signals.start()
            while not over.is_set():
                try:
                    turn = desk.chats.resume(message_id, after=max(pieces, default=0))
                    for event in turn:
                        pieces[turn.last_event] = getattr(event, "text", "")
                    over.set()
                except KeyboardInterrupt:
                    interrupted += 1
            while signals.is_alive():
                try:
                    signals.join()
                except KeyboardInterrupt:
                    pass
            said = "".join(pieces[number] for number in sorted(pieces))
            print(interrupted > 0, said == COUNTED)
        """
    )

    assert out == "True True\n"


def test_the_same_reader_goes_on_without_a_gap_behind_ctrl_c() -> None:
    """Interrupted wherever a call waits, which is where a reader mostly is."""
    out = run(
        """
        over = threading.Event()

        def interrupt():
            while not over.wait(0.02):
                os.kill(os.getpid(), signal.SIGINT)

        def raised(number, frame):
            if frame.f_code.co_name == "_call":
                raise KeyboardInterrupt

        signal.signal(signal.SIGINT, raised)
        with sambung.open("memory:", providers={"mine": Counting()}, env={}) as engine:
            desk = desk_of(engine)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            signals = threading.Thread(target=interrupt)
            signals.start()
            said, interrupted = "", 0
            while not over.is_set():
                try:
                    for event in turn:
                        said += getattr(event, "text", "")
                    over.set()
                except KeyboardInterrupt:
                    interrupted += 1
            signals.join()
            print(interrupted > 0, said == COUNTED)
        """
    )

    assert out == "True True\n"


TOOL = """
        class Caller(sambung.Provider):
            def stream(self, request):
                if any(part.type == "tool_result" for part in request.messages[-1].parts):
                    yield "kept"
                else:
                    yield sambung.ToolCallDelta(index=0, id="call-1", name="work", arguments="{}")

        gate = threading.Event()
        begun = threading.Event()

        @sambung.tool
        def work() -> str:
            begun.set()
            gate.wait(20)
            return "done"
"""


def test_ctrl_c_twice_ends_two_calls_and_the_turn_goes_on() -> None:
    process = start(
        TOOL
        + """
        with sambung.open("memory:", providers={"mine": Caller()}, tools=[work], env={}) as engine:
            desk = desk_of(engine)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            for wait in (turn.text, turn.answer):
                try:
                    print("ready", flush=True)
                    wait()
                except KeyboardInterrupt:
                    print("interrupted", flush=True)
            gate.set()
            print(desk.chats.resume(turn.message_id).text(), flush=True)
        """
    )
    assert process.stdout is not None
    for _ in range(2):
        assert process.stdout.readline() == "ready\n"
        begun = interrupted(process)
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - begun < PROMPT
    assert finished(process) == "kept\n"


def test_ctrl_c_while_a_tool_works_ends_the_wait_and_not_the_tool() -> None:
    process = start(
        TOOL
        + """
        with sambung.open("memory:", providers={"mine": Caller()}, tools=[work], env={}) as engine:
            desk = desk_of(engine)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            begun.wait(20)
            try:
                print("ready", flush=True)
                turn.answer()
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            gate.set()
            answer = turn.answer()
            print([part.text for part in answer.parts if part.type == "tool_result"], flush=True)
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    begun = interrupted(process)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - begun < PROMPT
    assert finished(process) == "['done']\n"


def test_ctrl_c_in_a_loop_with_a_tool_on_it_cancels_the_task_alone() -> None:
    process = start(
        """
        class Caller(sambung.Provider):
            async def stream(self, request):
                yield sambung.ToolCallDelta(index=0, id="call-1", name="work", arguments="{}")

        ended = []

        @sambung.tool
        async def work() -> str:
            print("ready", flush=True)
            try:
                await asyncio.sleep(20)
            finally:
                ended.append(1)

        async def main():
            async with sambung.open_async("memory:", providers={"mine": Caller()}, tools=[work], env={}) as engine:
                desk = await engine.workspace("acme", "ada@example.com", create=True)
                turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
                try:
                    await turn.answer()
                finally:
                    print("interrupted", flush=True)
                    await engine.aclose(0.0)

        try:
            asyncio.run(main())
        except KeyboardInterrupt:
            print(ended, flush=True)
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    begun = interrupted(process)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - begun < PROMPT
    assert finished(process) == "[1]\n"

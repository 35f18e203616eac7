"""Fork, spawn, exit, signals: in processes of their own, so that a hang is a failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import sambung

PACKAGE = str(Path(sambung.__file__).parent.parent)
BEGIN = """
import asyncio, multiprocessing, os, signal, sys, threading, time
import sambung
from sambung.testing import ScriptedProvider

def desk_of(engine):
    return engine.workspace("acme", "ada@example.com", create=True)

def until_it_waits(thread):
    # and not for the lock of the interpreter, which nobody has meanwhile
    asleep = 0
    while asleep < 5:
        with open(f"/proc/self/task/{thread.native_id}/stat") as stat:
            asleep = asleep + 1 if stat.read().rpartition(")")[2].split()[0] == "S" else 0
        time.sleep(0.005)

COUNTED = "".join(f"{number} " for number in range(200))

class Counting(sambung.Provider):
    async def stream(self, request):
        for word in COUNTED.split():
            yield word + " "
            await asyncio.sleep(0.003)
"""


def _start(code: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(code)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _interrupt(process: subprocess.Popen[str]) -> float:
    """Ctrl-C, once its main thread sleeps: in the call behind the line that it has printed. When that was."""
    until = time.monotonic() + 60
    while psutil.Process(process.pid).status() != psutil.STATUS_SLEEPING:
        assert time.monotonic() < until, "it does not wait"
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    return time.monotonic()


def _run(code: str, expected: int = 0) -> str:
    process = _start(code)
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"it hangs: {process.communicate()}") from None
    assert process.returncode == expected, err
    return out


def test_a_forked_child_is_refused_and_ends() -> None:
    out = _run(
        """
        engine = sambung.open("memory:", env={})
        desk = desk_of(engine)
        turn = desk.chats.send(desk.chats.create(model="demo/demo"), "a turn in flight")
        child = os.fork()
        if child == 0:
            try:
                desk.chats.create(model="demo/demo")
            except sambung.UnavailableError as error:
                print(error.message, flush=True)
            engine.close()
            with sambung.open("memory:", env={}) as mine:
                print(desk_of(mine).chats.create("child's", model="demo/demo").title, flush=True)
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        turn.text()
        engine.close()
        print("parent is well")
        """
    )
    assert "open one in this process" in out
    assert "child's" in out
    assert "parent is well" in out


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str) -> None:
    code = f"""
        def work(n):
            with sambung.open("memory:", env={{}}) as engine:
                return desk_of(engine).chats.create(str(n), model="demo/demo")

        if __name__ == "__main__":
            with sambung.open("memory:", env={{}}) as engine:
                desk_of(engine)
                with multiprocessing.get_context({method!r}).Pool(2) as pool:
                    print([chat.title for chat in pool.map(work, range(3))])
    """
    # spawn imports the main module again: it must be a file
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "main.py"
        script.write_text(BEGIN + textwrap.dedent(code))
        done = subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "PYTHONPATH": PACKAGE},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['0', '1', '2']"


def test_the_interpreter_ends_with_turns_and_tools_running() -> None:
    begun = time.monotonic()
    _run(
        """
        class Slow(sambung.Provider):
            def stream(self, request):
                threading.Event().wait(60)
                yield "late"

        engine = sambung.open("memory:", providers={"mine": Slow()}, env={})
        desk = desk_of(engine)
        for _ in range(3):
            desk.chats.send(desk.chats.create(model="mine/any"), "Go")
        """
    )
    assert time.monotonic() - begun < 20


def test_the_interpreter_ends_while_a_thread_waits_in_a_call() -> None:
    _run(
        """
        class Slow(sambung.Provider):
            def stream(self, request):
                threading.Event().wait(60)
                yield "late"

        engine = sambung.open("memory:", providers={"mine": Slow()}, env={})
        desk = desk_of(engine)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")

        def read():
            try:
                turn.text()
            except sambung.Error:
                pass

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        until_it_waits(reader)
        """
    )


def test_os_exit_leaves_at_once() -> None:
    _run(
        """
        engine = sambung.open("memory:", env={})
        desk = desk_of(engine)
        desk.chats.send(desk.chats.create(model="demo/demo"), "Go")
        os._exit(7)
        """,
        expected=7,
    )


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
    process = _start(
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
    begun = _interrupt(process)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - begun < 1.0
    assert process.stdout.read() == "kept\n"
    assert process.wait(120) == 0
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def test_a_server_answers_in_this_process() -> None:
    out = _run(
        """
        import http.client
        with sambung.open("memory:", env={}) as engine, sambung.Server(engine) as server:
            port = server.listen("127.0.0.1", 0)
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health")
            print(connection.getresponse().status)
            connection.close()

        async def run():
            async with sambung.open_async("memory:", env={}) as engine:
                async with sambung.AsyncServer(engine, allowed_hosts=["chat.example.com"]) as server:
                    print(await server.listen() > 0)

        asyncio.run(run())
        """
    )
    assert out.split()[-1] == "True"


def test_ctrl_c_ends_the_grace_of_a_close() -> None:
    process = _start(
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
    begun = _interrupt(process)
    assert process.stdout.readline() == "interrupted True\n"
    assert time.monotonic() - begun < 5.0
    assert process.wait(120) == 0
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def test_a_reader_goes_on_without_a_gap_behind_ctrl_c() -> None:
    out = _run(
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
    out = _run(
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

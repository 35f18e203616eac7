"""Fork, spawn, exit: in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from programs import BEGIN, PACKAGE, run


def test_a_forked_child_is_refused_and_ends() -> None:
    out = run(
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
    run(
        """
        class Slow(sambung.Provider):
            def stream(self, request):
                threading.Event().wait(60)
                yield "late"

        class Calling(sambung.Provider):
            def stream(self, request):
                yield sambung.ToolCallDelta(index=0, id="call-1", name=request.model, arguments="{}")

        working = threading.Semaphore(0)

        @sambung.tool
        def block() -> str:
            working.release()
            threading.Event().wait(60)
            return "late"

        @sambung.tool
        async def sleep() -> str:
            working.release()
            await asyncio.sleep(60)
            return "late"

        models = {"mine": Slow(), "calling": Calling()}
        engine = sambung.open("memory:", providers=models, tools=[block, sleep], env={})
        desk = desk_of(engine)
        for model in ("mine/any", "calling/block", "calling/sleep"):
            desk.chats.send(desk.chats.create(model=model), "Go")
        for _ in range(2):
            assert working.acquire(timeout=30)
        """
    )
    assert time.monotonic() - begun < 20


def test_the_interpreter_ends_while_a_thread_waits_in_a_call() -> None:
    run(
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
    run(
        """
        engine = sambung.open("memory:", env={})
        desk = desk_of(engine)
        desk.chats.send(desk.chats.create(model="demo/demo"), "Go")
        os._exit(7)
        """,
        expected=7,
    )


def test_a_server_answers_in_this_process() -> None:
    out = run(
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



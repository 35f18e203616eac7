"""Outcomes through the bridge: loops, cancelling, limits of time, signals, forks."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import threading
import time
import typing
import warnings

import pytest
from native import LIMIT, chat_of, desk_of, outcomes, opened
from sambung import _sambung, errors


def held_open(engine_options: dict[str, typing.Any] | None = None) -> dict[str, typing.Any]:
    """A model that says a word a second: a turn of it is in flight for as long as a test wants."""
    return {"providers": {"demo": _sambung.provider_demo({"delay": 1.0})}, **(engine_options or {})}


def test_an_outcome_comes_under_its_ticket() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        bridge = _sambung.Bridge(engine)
        chat = chat_of(desk)
        found = _sambung.chats_get(desk, bridge, None, chat.id)
        missing = _sambung.chats_get(desk, bridge, None, "0192e4a0-7b2c-7def-8123-456789abcdef")
        told = outcomes(bridge, {found, missing})

    assert found != missing
    assert told[found] == (0, chat)
    assert told[missing][0] == 1 and isinstance(told[missing][1], errors.NotFoundError)


def test_many_calls_at_once_each_have_their_own() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        bridge = _sambung.Bridge(engine)
        tickets = {_sambung.chats_create(desk, bridge, None, {"title": str(i), "model": "demo/demo"}): i for i in range(500)}
        told = outcomes(bridge, set(tickets))

    assert all(value.title == str(tickets[ticket]) for ticket, (_, value) in told.items())
    assert len(told) == 500


def test_the_descriptor_is_quiet_when_nothing_is_there() -> None:
    with opened() as engine:
        bridge = _sambung.Bridge(engine)
        ticket = _sambung.engine_check(engine, bridge, None)
        outcomes(bridge, {ticket})

        assert select.select([bridge.fileno()], [], [], 0)[0] == []
        assert bridge.take() == []
        assert not bridge.wait(0.01)


def test_what_is_left_behind_rings_again() -> None:
    with opened() as engine:
        bridge = _sambung.Bridge(engine)
        tickets = {_sambung.engine_check(engine, bridge, None) for _ in range(5)}
        seen: set[int] = set()
        while len(seen) < 5:
            assert bridge.wait(LIMIT)
            (one,) = bridge.take(1)
            seen.add(one[0])

    assert seen == tickets


def test_loop_after_loop() -> None:
    async def one_call(engine: _sambung.Engine) -> int:
        loop = asyncio.get_running_loop()
        bridge = _sambung.Bridge(engine)
        done: asyncio.Future[int] = loop.create_future()
        loop.add_reader(bridge.fileno(), lambda: done.set_result(bridge.take()[0][0]))
        ticket = _sambung.engine_check(engine, bridge, None)
        try:
            return await asyncio.wait_for(done, LIMIT) - ticket
        finally:
            loop.remove_reader(bridge.fileno())
            bridge.close()

    with opened() as engine:
        assert [asyncio.run(one_call(engine)) for _ in range(10)] == [0] * 10


def test_what_completes_for_a_closed_bridge_is_dropped() -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "Hello", {})
        bridge = _sambung.Bridge(engine)
        _sambung.turn_answer(turn, bridge, None)
        bridge.close()
        assert bridge.fileno() == -1 and bridge.take() == []
        del bridge
        gc.collect()
        _sambung.turn_stop(turn, None, LIMIT)


def test_a_call_that_is_cancelled_says_so() -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk).id, "one two three", {})
        bridge = _sambung.Bridge(engine)
        ticket = _sambung.turn_answer(turn, bridge, None)
        bridge.cancel(ticket)
        kind, why = outcomes(bridge, {ticket}, 5.0)[ticket]

        assert kind == 1 and isinstance(why, errors.OperationCancelledError)
        bridge.cancel(ticket)  # which has gone
        bridge.cancel(2**40)
        assert _sambung.turn_stop(turn, None, LIMIT).state == "cancelled"


@pytest.mark.parametrize("over_bridge", [False, True])
def test_a_limit_of_time_ends_a_call(over_bridge: bool) -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk).id, "one two three four five six", {})
        begun = time.monotonic()
        if over_bridge:
            bridge = _sambung.Bridge(engine)
            ticket = _sambung.turn_answer(turn, bridge, 0.1)
            kind, why = outcomes(bridge, {ticket})[ticket]
            assert kind == 1 and isinstance(why, errors.DeadlineExceededError)
        else:
            with pytest.raises(errors.DeadlineExceededError) as raised:
                _sambung.turn_answer(turn, None, 0.1)
            assert isinstance(raised.value, TimeoutError)
        assert time.monotonic() - begun < 2.0
        _sambung.turn_stop(turn, None, LIMIT)


def test_a_signal_ends_a_call_that_blocks_and_no_turn() -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk).id, "one two three four five six", {})
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            _sambung.turn_answer(turn, None, None)
        took = time.monotonic() - begun
        timer.join()

        assert took < 1.0
        assert _sambung.turn_wait(turn, None, LIMIT)  # it goes on
        _sambung.turn_stop(turn, None, LIMIT)


def test_a_signals_handler_that_does_not_raise_ends_nothing() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
    try:
        with opened(providers={"demo": _sambung.provider_demo({"delay": 0.1})}) as engine:
            desk = desk_of(engine)
            turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk).id, "one two three four", {})
            timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
            timer.start()
            answer = _sambung.turn_answer(turn, None, LIMIT)
            timer.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert answer.state == "complete" and heard == [signal.SIGUSR1]


def test_calls_of_eight_threads_do_not_wait_for_each_other() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        made: list[str] = []

        def create() -> None:
            for _ in range(50):
                made.append(chat_of(desk).id)

        threads = [threading.Thread(target=create) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(LIMIT)
    assert len(set(made)) == 400


def in_child(function: typing.Callable[[], None]) -> int:
    """What a forked child exits with; -1 when it hangs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from 3.12 on, of threads: that is what is tested
        child = os.fork()
    if child == 0:
        try:
            function()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001
            print(repr(error))
            os._exit(1)
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def test_a_forked_child_is_refused_and_hangs_nowhere() -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        bridge = _sambung.Bridge(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "one two three", {})
        waiting = _sambung.turn_wait(turn, bridge, None)

        def child() -> None:
            nonlocal turn
            for call in (
                lambda: _sambung.chats_get(desk, None, None, chat.id),
                lambda: _sambung.chats_get(desk, bridge, None, chat.id),
                lambda: _sambung.turn_wait(turn, None, None),
                lambda: _sambung.Bridge(engine),
                lambda: bridge.take(),
                turn.ready,
            ):
                with pytest.raises(errors.UnavailableError, match="fork"):
                    call()
            engine.close(1.0)  # nothing of the parent's is closed here
            bridge.close()
            turn = None
            gc.collect()
            _sambung._close_all(1.0)
            with opened() as own:
                assert chat_of(desk_of(own)).title == "Tea"

        assert in_child(child) == 0
        assert outcomes(bridge, {waiting})[waiting][0] == 0  # the parent goes on
        _sambung.turn_stop(turn, None, LIMIT)


def test_a_closed_engine_refuses_calls() -> None:
    with opened() as engine:
        desk = desk_of(engine)
        bridge = _sambung.Bridge(engine)
        engine.close(0.0)
        assert engine.closed
        for call in (
            lambda: _sambung.tenants_list(engine, None, LIMIT, {}),
            lambda: _sambung.chats_list(desk, None, LIMIT, {}, {}),
            lambda: _sambung.chats_list(desk, bridge, None, {}, {}),
            lambda: _sambung.Bridge(engine),
        ):
            with pytest.raises(errors.UnavailableError):
                call()
        engine.close(0.0)  # again, which is nothing


def test_closing_is_bounded_while_a_turn_runs_and_somebody_waits() -> None:
    with opened(**held_open()) as engine:
        desk = desk_of(engine)
        chat = chat_of(desk)
        turn = _sambung.chats_send(desk, None, LIMIT, chat.id, "one two three four five six", {})
        ended: list[BaseException | object] = []

        def read() -> None:
            try:
                ended.append(_sambung.turn_answer(turn, None, None))
            except BaseException as error:  # noqa: BLE001
                ended.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        begun = time.monotonic()
        engine.close(0.1)
        took = time.monotonic() - begun
        reader.join(LIMIT)

    assert took < 5.0
    assert len(ended) == 1


def test_engines_opened_and_closed_leave_no_descriptor() -> None:
    def descriptors() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))

    with opened():
        pass
    before = descriptors()
    for _ in range(50):
        with opened() as engine:
            chat_of(desk_of(engine))
        del engine
    assert descriptors() <= before + 3

"""interrupts.py TIMES: how long a call that waits goes on behind a SIGINT. Prints one line of JSON, in milliseconds."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

import sambung
from sambung import providers


def main() -> None:
    sent, taken = 0.0, []
    with sambung.open("memory:", env={}, providers={"slow": providers.demo(delay=60)}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        turn = desk.chats.send(desk.chats.create(model="slow/demo"), "Tell")

        def press() -> None:
            nonlocal sent
            sent = time.perf_counter()
            os.kill(os.getpid(), signal.SIGINT)

        for number in range(int(sys.argv[1])):
            timer = threading.Timer(0.1 + 0.007 * number, press)  # anywhere between two looks
            timer.start()
            try:
                turn.answer()
                sys.exit("wrong: the answer came")
            except KeyboardInterrupt:
                taken.append((time.perf_counter() - sent) * 1e3)
            timer.join()
        turn.stop()
    print(json.dumps({"worst_ms": max(taken)}))


if __name__ == "__main__":
    main()

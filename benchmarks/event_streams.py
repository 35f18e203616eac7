"""What R1, R2 and R5 share: servers that tell events to many sockets, and the load that holds them."""

import contextlib
import dataclasses
import json
import subprocess

from harness import LOAD_CORE, PEERS, SYSTEM_CORE, WrongAnswer, npm_install, pinned, program, running
from streams import allow_many_connections

SOCKETS = 10_000
QUICK_SOCKETS = 1_000
RAMP_MS = 2_000


@dataclasses.dataclass
class EventSystem:
    """A running server; `wire` is what the load speaks to it."""

    name: str
    wire: str
    users: int
    port: int
    process: subprocess.Popen

    @property
    def pid(self) -> int:
        return self.process.pid

    def begin(self, command: str) -> None:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ended(self) -> int:
        """The answer to the command that was begun."""
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended")
        return int(line)

    def ask(self, command: str) -> int:
        self.begin(command)
        return self.ended()


class Load:
    """The sockets, a process of its own."""

    def __init__(self, system: EventSystem, process: subprocess.Popen):
        self.system, self.process = system, process

    def begin(self, command: str) -> None:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ended(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the load has ended")
        figures = json.loads(line)
        if figures["wrong"]:
            raise WrongAnswer(f"{self.system.name}: {figures['wrong']} sockets were wrong, the first: {figures['first_wrong']}")
        return figures

    def ask(self, command: str) -> dict:
        self.begin(command)
        return self.ended()

    def open(self, sockets: int, ramp_ms: int = RAMP_MS) -> dict:
        figures = self.ask(f"open {ramp_ms}")
        if figures["opened"] != sockets:
            raise WrongAnswer(f"{self.system.name}: {figures['opened']} of {sockets} sockets were opened")
        return figures

    def told(self, command: str, events: int) -> dict:
        """What arrived of so many events, which the server tells at this command."""
        self.begin(f"collect {events}")
        self.system.begin(command)
        figures = self.ended()
        self.system.ended()
        if figures["events"] != events:
            raise WrongAnswer(f"{self.system.name}: {figures['events']} of {events} events arrived")
        return figures


@contextlib.contextmanager
def load_of(system: EventSystem, sockets: int):
    command = [program("event_load"), system.wire, system.port, sockets, system.users]
    with running(command, LOAD_CORE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Load(system, process)


@contextlib.contextmanager
def served(name: str, wire: str, command: list, users: int, folder):
    allow_many_connections()
    with open(folder / f"{name}.log", "a") as log:
        with running(command, SYSTEM_CORE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{name} does not start: {(folder / f'{name}.log').read_text()[-500:]}")
            yield EventSystem(name, wire, users, int(line), process)


def sambung_events(wire: str, users: int, folder, name: str = "sambung"):
    return served(name, wire, [program("event_server"), users], users, folder)


def peer(name: str, wire: str, folder):
    npm_install()
    return served(name, wire, ["node", PEERS / "sockets.mjs", name], 0, folder)


def floor(folder):
    return served("floor", "plain", [program("event_floor")], 0, folder)

"""A conversation in a terminal: its chat, what it is answered by, what is attached to the next message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from sambung.cli.answer import Answered, failure_of, read_turn, stop_running, text_of, used
from sambung.cli.attachments import content_of
from sambung.cli.chat_choice import chosen_chat, title_from
from sambung.cli.output import print_json, printable, short
from sambung.cli.run import complain
from sambung.cli.screen import screen_for

if TYPE_CHECKING:
    import sambung
    from sambung.cli.session import Session


class Leave(Exception):
    """Whoever types wants to go."""


class Conversation:
    """The chat is made with the first message: whoever looks around leaves nothing behind."""

    def __init__(
        self, session: Session, desk: sambung.Workspace, model: str, system: str, *, tells_usage: bool = False
    ) -> None:
        self.session = session
        self.desk = desk
        self.model = model
        self.system = system
        self.chat: sambung.Chat | None = None
        self.attached: list[str] = []
        self._tells_usage = tells_usage
        self._offered: list[str] | None = None

    def title(self) -> str:
        return printable(self.chat.title or "a chat without title") if self.chat else "a new chat"

    def offered_models(self) -> list[str]:
        """Asked for once."""
        if self._offered is None:
            self._offered = [one.id for one in self.desk.completions.models()]
        return self._offered

    def go_on_with(self, name: str, *, model_given: bool, system_given: bool) -> None:
        chat = chosen_chat(self.desk, name)
        changes: dict[str, Any] = {}
        if model_given and self.model != chat.model:
            changes["model"] = self.model
        if system_given and self.system != chat.system_prompt:
            changes["system_prompt"] = self.system
        self.chat = self.desk.chats.update(chat, **changes) if changes else chat
        self.model, self.system = self.chat.model, self.chat.system_prompt

    def follow_running(self) -> None:
        """The end of the conversation so far; an answer that still runs is followed."""
        newest = self.newest()
        if newest is None:
            return
        if newest.state in ("pending", "streaming"):
            self.session.hint("its answer still runs:")
            self.show(self.desk.chats.resume(newest.id, after=0))
        elif newest.role == "assistant":
            screen = screen_for(self.session)
            screen.restart(text_of(newest.parts))
            screen.close()

    def newest(self) -> sambung.Message | None:
        return next(iter(self.path(1)), None)

    def path(self, limit: int = 50) -> list[sambung.Message]:
        """The newest messages, newest first."""
        return list(self.desk.chats.messages(self.chat).page(limit=limit)) if self.chat else []

    def demanded_chat(self) -> sambung.Chat:
        """The chat as it is now. Complains before the first message."""
        if self.chat is None:
            raise click.UsageError("nothing has been said yet")
        self.chat = self.desk.chats.get(self.chat.id)
        return self.chat

    def last_by(self, role: str) -> sambung.Message:
        """The newest message of a role. Complains when there is none."""
        self.demanded_chat()
        for message in self.path(200):
            if message.role == role:
                return message
        raise click.UsageError(f"there is no message by the {role} yet")

    def change(self, **changes: Any) -> None:
        """Of the chat, if there is one already."""
        if self.chat is not None:
            self.chat = self.desk.chats.update(self.demanded_chat(), **changes)

    def send(self, text: str, **options: Any) -> bool:
        """Whether the answer was interrupted."""
        if self.chat is None:
            self.chat = self.desk.chats.create(title_from(text), model=self.model, system_prompt=self.system)
        content = content_of(text, self.attached)
        turn = self.desk.chats.send(self.chat, content, **options)
        self.attached.clear()
        return self.show(turn)

    def show(self, turn: sambung.Turn) -> bool:
        """Reads it to its end. Ctrl-C while it is being stopped leaves."""
        try:
            answered = read_turn(self.desk, turn, screen_for(self.session))
        except KeyboardInterrupt:
            raise Leave from None
        self._tell(answered)
        return answered.interrupted

    def stop_running(self) -> None:
        """Ctrl-C while it is being stopped leaves."""
        try:
            if self.chat is not None:
                stop_running(self.desk, self.chat)
        except KeyboardInterrupt:
            raise Leave from None

    def _tell(self, answered: Answered) -> None:
        if self.session.as_json:
            print_json(answered.message)
        if answered.interrupted:
            self.session.hint("(stopped; what came is kept)")
        if failed := failure_of(answered):
            complain(failed)
        if self._tells_usage:
            message = answered.message
            click.echo(used(message.usage, message.cost_microusd, answered.seconds), err=True)

    def say_goodbye(self) -> None:
        if self.chat is None:
            self.session.hint("(left)")
        else:
            self.session.hint(f"(left; go on with: sambung chat --chat {short(self.chat.id)})")

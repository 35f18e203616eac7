"""Mistakes, one a line marked `# mistake`: each must be reported by mypy and by pyright, and nothing else."""

import sambung


def with_records(desk: sambung.Workspace, chat: sambung.Chat, answer: sambung.Message) -> None:
    desk.chats.get(answer)  # mistake
    desk.chats.get(answer.id)  # mistake
    desk.chats.get_message(chat.id)  # mistake
    desk.chats.send(chat, "Hi", temprature=0.2)  # mistake
    desk.chats.send(chat, "Hi", temperature="hot")  # mistake
    desk.chats.send(chat)  # mistake
    desk.chats.create("No model")  # mistake
    desk.chats.update(chat, titel="x")  # mistake
    desk.chats.decide_tool(answer, "call", "perhaps")  # mistake
    chat.title = "changed"  # mistake
    chat.titel  # mistake
    sambung.Chat(title="without the rest")  # mistake
    desk.members.set_role(desk.who.user_id, "king")  # mistake
    desk.usage.summary(by="week")  # mistake
    desk.chats.send(chat, "Hi").text().nothing  # mistake


def of_the_other_face(engine: sambung.AsyncEngine, sync_engine: sambung.Engine) -> None:
    for _ in engine.tenants.list():  # mistake
        pass
    with engine:  # mistake
        pass
    sync_engine.tenants.create("a").nothing  # mistake
    engine.tenants.create("a").name  # mistake


async def never_awaited(desk: sambung.AsyncWorkspace, chat: sambung.Chat) -> sambung.Chat:
    text: str = desk.chats.get(chat)  # mistake
    return desk.chats.get(chat)  # mistake


def of_the_module() -> None:
    sambung.opne("memory:")  # mistake
    sambung.open("memory:", tool=[])  # mistake
    sambung.open(3)  # mistake
    sambung.Error("what", code="unheard_of")  # mistake


@sambung.tool
def weather(city: str, days: int = 1) -> str:
    """The weather."""
    return city * days


def of_tools() -> None:
    weather(3)  # mistake
    number: int = weather("Ipoh")  # mistake

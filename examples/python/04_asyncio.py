"""The same names on a loop: await what waits. Two answers at once; leaving early needs no clean-up."""

import asyncio

import sambung


async def ask(desk: sambung.AsyncWorkspace, question: str) -> str:
    chat = await desk.chats.create(question, model="demo/demo")
    turn = await desk.chats.send(chat, question)
    return await turn.text()


async def main() -> None:
    async with sambung.open_async("memory:") as engine:
        desk = await engine.workspace("acme", "ada@example.com", create=True)
        for answer in await asyncio.gather(ask(desk, "One?"), ask(desk, "Two?")):
            print(answer)
        async for chat in desk.chats.list():
            print(chat.title, chat.created_at.isoformat(timespec="seconds"))


asyncio.run(main())

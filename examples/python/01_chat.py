"""A first chat: an engine in memory, a tenant, a user, a question, an answer."""

import sambung

with sambung.open("memory:") as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    chat = desk.chats.create("Onboarding", model="demo/demo")
    with desk.chats.send(chat, "Apa khabar?") as turn:
        for piece in turn.text_stream:
            print(piece, end="", flush=True)
    print()

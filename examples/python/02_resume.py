"""An answer belongs to the engine, not to its reader: who leaves goes on where they were, and others read along."""

import sambung

with sambung.open("memory:") as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    chat = desk.chats.create("Onboarding", model="demo/demo")

    turn = desk.chats.send(chat, "Apa khabar?")
    first = next(turn)  # sambung.TurnStarted
    turn.close()  # stops reading, nothing else

    with desk.chats.resume(turn.message_id, after=turn.last_event) as again:
        for event in again:
            match event:
                case sambung.TextDelta(text=text):
                    print(text, end="", flush=True)
                case sambung.TurnFinished(state=state, usage=usage):
                    print(f"\n{state}, {usage.output_tokens if usage else 0} tokens")

    print(desk.chats.get_message(turn.message_id).state)

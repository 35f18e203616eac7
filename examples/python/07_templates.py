"""Prompts that are kept, with variables that are checked and versions that stay."""

import sambung

with sambung.open("memory:") as engine:
    desk = engine.workspace("acme", "ada@example.com", create=True)
    saved = desk.templates.create(
        "Summary",
        "Sum this up in {{count}} words: {{text}}",
        variables=[{"name": "count", "type": "integer", "min": 1, "max": 500}, {"name": "text", "type": "long_text"}],
    )

    try:
        desk.templates.render(saved, count=1_000)
    except sambung.InvalidArgumentError as wrong:
        for issue in wrong.issues:
            print(issue.path, issue.message)

    chat = desk.chats.create("Summaries", model="demo/demo")
    turn = desk.chats.send(chat, template=saved, variables={"count": 5, "text": "It rained the whole day."})
    print(turn.text())

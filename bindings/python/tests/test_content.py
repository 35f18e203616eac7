"""Templates, tags and folders, search, usage and quotas, by both faces."""

from __future__ import annotations

import typing

import pytest
import sambung
from sambung.testing import ScriptedProvider

if typing.TYPE_CHECKING:
    from faces import Face

MODEL = "demo/demo"


async def test_a_template_is_kept_rendered_and_sent(face: Face) -> None:
    script = ScriptedProvider(["Selamat pagi"])
    desk = await face.desk(providers={"mine": script})
    stored = await desk.templates.create(
        "greeting",
        "Greet {{name}} in {{language}}.",
        variables=[{"name": "name"}, {"name": "language", "default": "Malay", "required": False}],
        category="small talk",
    )

    rendered = await desk.templates.render(stored, name="Ada")
    chat = await desk.chats.create(model="mine/any")
    await (await desk.chats.send(chat, template=stored, variables={"name": "Ada", "language": "Tamil"})).text()

    assert rendered.messages[0].text == "Greet Ada in Malay."
    assert script.requests[0].messages[-1].parts[0].text == "Greet Ada in Tamil."
    assert [one.name async for one in desk.templates.list("small talk")] == ["greeting"]
    assert (await desk.templates.counts()).own == 1


async def test_a_chat_is_set_up_with_a_template(face: Face) -> None:
    script = ScriptedProvider(["Ahoy", "Ahoy again"])
    desk = await face.desk(providers={"mine": script})
    pirate = await desk.templates.create(
        "pirate", [{"role": "system", "text": "Speak as {{who}}."}], variables=[{"name": "who"}]
    )
    chat = await desk.chats.create(model="mine/any")

    setup = await desk.chats.set_up(chat, template=pirate, variables={"who": "a pirate"}, follow_label=True)
    await (await desk.chats.send(chat, "Where to?")).text()

    assert (await desk.chats.setup(chat)) == setup
    assert setup.prompt is not None
    assert setup.prompt.id == pirate.prompt.id
    assert setup.prompt.follow_label
    assert [one.parts[0].text for one in script.requests[0].messages] == ["Speak as a pirate.", "Where to?"]
    with pytest.raises(sambung.ConflictError):
        await desk.chats.set_up(chat)
    await desk.chats.set_up(chat, revision=setup.revision)
    assert not (await desk.chats.get(chat)).has_setup


async def test_an_answer_has_a_form_with_and_without_a_template(face: Face) -> None:
    script = ScriptedProvider(["{}", "{}"])
    desk = await face.desk(providers={"mine": script})
    asks = await desk.templates.create("asks", "Greet.", config={"response_format": {"type": "json_object"}})
    chat = await desk.chats.create(model="mine/any")

    await (await desk.chats.send(chat, template=asks)).text()
    await (await desk.chats.send(chat, "Greet.", format="json_object")).text()

    for request in script.requests:
        assert request.format is not None
        assert request.format.how == "json_object"


async def test_a_missing_variable_stores_nothing(face: Face) -> None:
    desk = await face.desk()
    stored = await desk.templates.create("greeting", "Greet {{name}}.", variables=[{"name": "name"}])
    chat = await desk.chats.create(model=MODEL)

    with pytest.raises(sambung.InvalidArgumentError) as caught:
        await desk.chats.send(chat, template=stored)

    assert any("name" in issue.path for issue in caught.value.issues)
    assert [one async for one in desk.chats.messages(chat)] == []


async def test_a_template_has_versions_and_labels(face: Face) -> None:
    desk = await face.desk()
    first = await desk.templates.create("greeting", "Hello.")

    second = await desk.templates.update(first, text="Good day.", note="politer")

    assert [one.number async for one in desk.templates.versions(first)] == [2, 1]
    assert (await desk.templates.version(first, 1)).messages[0].text == "Hello."
    await desk.templates.set_label(first, "production", 1)
    assert [one.name for one in await desk.templates.labels(first)] == ["production"]
    assert (await desk.templates.render(first)).messages[0].text == "Hello."
    assert (await desk.templates.diff(first, 1, 2)).messages
    with pytest.raises(sambung.ConflictError):
        await desk.templates.update(first, text="Stale.")
    await desk.templates.remove_label(first, "production")
    restored = await desk.templates.restore(second, 1)
    assert restored.version.messages[0].text == "Hello."
    archive = await desk.templates.export_prompts()
    assert (await desk.templates.import_prompts(archive)).unchanged == 1
    copy = await desk.templates.duplicate(first)
    await desk.templates.remove(copy)
    assert [one.name async for one in desk.templates.search("greeting")] == ["greeting"]


async def test_tags_and_folders_keep_order(face: Face) -> None:
    desk = await face.desk()
    chat = await desk.chats.create("Plan", model=MODEL)

    tags = await desk.organise.set_tags(chat, ["work", "later"])
    folder = await desk.organise.create_folder("Projects")
    await desk.chats.move(chat, folder)

    assert {tag.name for tag in tags} == {"work", "later"}
    assert [one async for one in desk.organise.tagged_chats(tags[0])] == [chat.id]
    assert [one.id async for one in desk.chats.list(folder=folder)] == [chat.id]
    renamed = await desk.organise.rename_tag(tags[0], "play")
    assert renamed.name == "play"
    await desk.organise.merge_tags(tags[1], tags[0])
    assert [one.name for one in await desk.organise.tags_of(chat)] == ["play"]
    inner = await desk.organise.create_folder("Inner", folder)
    await desk.organise.rename_folder(inner, "Within")
    await desk.organise.move_folder(inner.id, None)
    await desk.organise.remove_folder(folder)
    assert [one.name async for one in desk.organise.folders()] == ["Within"]
    await desk.organise.remove_tag(tags[0])
    assert [one async for one in desk.organise.tags()] == []
    await desk.organise.create_tag("new", "red")


async def test_search_finds_chats_and_messages(face: Face) -> None:
    desk = await face.desk(providers={"mine": ScriptedProvider(["The lagoon is calm."])})
    chat = await desk.chats.create("Lagoon", model="mine/any")
    await (await desk.chats.send(chat, "How is the water?")).answer()

    page = await desk.search.query("lagoon").page()

    assert isinstance(page, sambung.SearchPage)
    assert {hit.kind for hit in page} == {"chat", "message"}
    hit = [one async for one in desk.search.query("calm", kinds=["message"])][0]
    assert [piece.text for piece in hit.passage if piece.is_match] == ["calm"]
    assert hit.chat_id == chat.id


async def test_usage_and_quotas(face: Face) -> None:
    engine = await face.open(providers={"mine": ScriptedProvider(["some words"] * 3)})
    desk = await face.desk_of(engine)
    chat = await desk.chats.create(model="mine/any")
    await (await desk.chats.send(chat, "Say some words")).answer()

    (total,) = await desk.usage.summary()
    by_model = await desk.usage.summary(by="model")
    days = [one async for one in desk.usage.daily()]

    assert total.requests == 1
    assert [one.model for one in by_model] == ["mine/any"]
    assert sum(day.requests for day in days) == 1
    assert (await engine.usage(desk.who.tenant_id).summary())[0].requests == 1
    assert len(await desk.usage.table()) == 1

    quota = await desk.quotas.set(1, measure="tokens", period="day")
    assert (quota.limit, quota.authority) == (1, "tenant")
    assert [one.limit for one in await desk.quotas.mine()] == [1]
    with pytest.raises(sambung.QuotaExceededError):
        await desk.chats.send(chat, "More")
    assert [one.id async for one in desk.quotas.list()] == [quota.id]
    await desk.quotas.remove(measure="tokens", period="day")
    operators = engine.quotas(desk.who.tenant_id)
    assert (await operators.set(10**9)).authority == "platform"
    assert len(await operators.of(desk.who.user_id)) == 1


async def test_models_and_their_health(face: Face) -> None:
    engine = await face.open()

    assert "demo/demo" in {model.id for model in await engine.models.list()}
    (demo,) = [model for model in await engine.models.list() if model.id == "demo/demo"]
    assert demo.price is not None
    assert (demo.owned_by, demo.price.input, demo.price.output) == ("sambung", 0, 0)
    assert {one.name for one in await engine.models.health()} == {"demo"}
    assert (await engine.models.check("demo")).state == "healthy"
    await engine.check()


async def test_what_models_read_and_cost_is_told(face: Face) -> None:
    class Known(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            yield "ok"

        def models(self) -> typing.Sequence[sambung.ModelInfo | str]:
            return [sambung.ModelInfo(id="large", owned_by="us", created=7), "small"]

        def capabilities(self) -> dict[str, dict[str, bool | int | str]]:
            return {"*": {"context_tokens": 8_000, "max_output_tokens": 4_096}, "large": {"context_tokens": 128_000}}

    prices = {"prices": [{"model": "mine/large", "from": "2024-01-01", "input": 150_000, "output": 600_000}]}
    engine = await face.open(providers={"mine": Known()}, prices=prices)

    large, small = await engine.models.list()

    assert (large.id, large.owned_by, large.created) == ("mine/large", "us", 7)
    assert (large.context_tokens, large.max_output_tokens, small.context_tokens) == (128_000, 4_096, 8_000)
    assert large.price is not None
    assert (large.price.input, large.price.output) == (150_000, 600_000)
    assert small.price is None


async def test_what_changes_is_heard_behind_what_was_heard_last(face: Face) -> None:
    desk = await face.desk()
    first = await anext(aiter(desk.events.follow()))
    assert isinstance(first, sambung.EventsReady)

    chat = await desk.chats.create(model=MODEL)
    await desk.events.tell(desk.who.user_id, "hello", {"x": 1})
    heard: list[sambung.DeskEvent] = []
    async for event in desk.events.follow(behind=first.position):
        heard.append(event)
        if isinstance(event, sambung.EventTold):
            break

    changed = [one for one in heard if isinstance(one, sambung.RecordChanged)]
    assert [(one.table, one.id, one.change) for one in changed] == [("chats", chat.id, "created")]
    assert heard[-1] == sambung.EventTold(name="hello", body={"x": 1})
    with pytest.raises(sambung.InvalidArgumentError):
        await desk.events.tell(desk.who.user_id, "", None)

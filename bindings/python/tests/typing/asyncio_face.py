"""Every method of the asyncio face, with the type that it gives. `sync_face.py` is made from this: see test_typing.py."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NewType, assert_never, assert_type

import sambung
from sambung import providers

NoteId = NewType("NoteId", str)


@sambung.record("notes", search=["body"], index=[("owner_id",)])
class Note:
    id: NoteId
    owner_id: sambung.UserId
    body: str
    revision: int = 1


@dataclasses.dataclass
class Person:
    name: str


async def opening() -> None:
    async with sambung.open_async("memory:", modules=[sambung.module("desk", [Note])]) as engine:
        assert_type(engine, sambung.AsyncEngine)
        assert_type(engine.closed, bool)
        assert_type(await engine.check(), None)
        assert_type(await engine.rewrap_keys(), int)
        assert_type(await engine.rewrap_keys(progress=print), int)
        assert_type(engine.with_options(timeout=1.0), sambung.AsyncEngine)
        assert_type(
            await engine.workspace("acme", "ada@example.com", role="admin", create=True), sambung.AsyncWorkspace
        )
        assert_type(await engine.aclose(), None)


async def identities(engine: sambung.AsyncEngine, tenant: sambung.Tenant, user: sambung.User) -> None:
    assert_type(await engine.tenants.create("acme"), sambung.Tenant)
    assert_type(await engine.tenants.get(tenant.id), sambung.Tenant)
    assert_type(await engine.tenants.find("acme"), sambung.Tenant)
    assert_type(await engine.tenants.ensure("acme", external_id="7"), sambung.Tenant)
    assert_type(await engine.tenants.find_external("7"), sambung.Tenant)
    assert_type(engine.tenants.list(), sambung.AsyncPager[sambung.Tenant])
    assert_type(await engine.tenants.rename(tenant, "acme"), sambung.Tenant)
    assert_type(await engine.tenants.suspend(tenant), sambung.Tenant)
    assert_type(await engine.tenants.resume(tenant), sambung.Tenant)
    assert_type(await engine.tenants.erase(tenant), sambung.ErasureReport)
    assert_type(await engine.users.create(tenant, "ada@example.com"), sambung.User)
    assert_type(await engine.users.get(user), sambung.User)
    assert_type(await engine.users.find("ada@example.com"), sambung.User)
    assert_type(await engine.users.ensure("Ada", external_id="7"), sambung.User)
    assert_type(await engine.users.find_external("7"), sambung.User)
    assert_type(engine.users.list(), sambung.AsyncPager[sambung.User])
    assert_type(await engine.users.renew_addresses(), tuple[sambung.AddressCollision, ...])
    assert_type(await engine.users.role(tenant, user), sambung.MemberRole)
    assert_type(await engine.users.suspend(user), sambung.User)
    assert_type(await engine.users.resume(user), sambung.User)
    assert_type(await engine.users.set_password(user, sambung.Secret("x")), None)
    assert_type(await engine.users.join(tenant, user, "viewer"), sambung.Membership)
    assert_type(await engine.users.erase(user), sambung.ErasureReport)
    signed_in = await engine.auth.sign_in("ada@example.com", "x")
    assert_type(signed_in, sambung.SignedIn)
    assert_type(signed_in.token, sambung.Secret)
    assert_type(await engine.auth.sign_up("ada@example.com", "x", invitation="smi_"), sambung.SignedIn)
    assert_type(await engine.auth.sign_up_now(), sambung.SignUpPolicy)
    assert_type(await engine.auth.issue_tokens(signed_in.session), sambung.TokenPair)
    assert_type(await engine.auth.refresh("smr_"), sambung.TokenPair)
    assert_type(await engine.auth.sign_out(signed_in.session.id), None)
    who = await engine.auth.authenticate(signed_in.token)
    assert_type(who, sambung.Identity)
    assert_type(await engine.auth.still_valid(who), bool)
    assert_type(await engine.auth.check_standing(who), None)
    assert_type(engine.audit.list(), sambung.AsyncPager[sambung.AuditEntry])
    assert_type(await engine.api_tokens.create(tenant, user, "robot"), sambung.IssuedToken)
    assert_type(await engine.api_tokens.any(tenant, user), bool)
    assert_type(await engine.models.list(), tuple[sambung.ModelInfo, ...])
    for model in await engine.models.list():
        assert_type(model.context_tokens, int | None)
        assert_type(model.price, sambung.Price | None)
    assert_type(await engine.models.health(), tuple[sambung.ProviderHealth, ...])
    assert_type(await engine.models.check("demo"), sambung.ProviderHealth)
    assert_type(await engine.workspace_of(who), sambung.AsyncWorkspace)
    account = await engine.account(who)
    assert_type(account.who, sambung.Identity)
    assert_type(await account.profile(), sambung.User)
    assert_type(await account.update(name="Ada", settings={"theme": "dark"}, revision=7), sambung.User)
    assert_type(await account.change_password("a", "b"), None)
    assert_type(await account.current_session(), sambung.Session)
    assert_type(account.sessions(), sambung.AsyncPager[sambung.Session])
    assert_type(await account.revoke_session(signed_in.session), None)
    assert_type(await account.revoke_other_sessions(), None)
    assert_type(account.tenants(), sambung.AsyncPager[sambung.TenantMembership])
    assert_type(await account.create_tenant("acme"), sambung.Tenant)
    assert_type(await account.switch_tenant(tenant), sambung.Identity)
    assert_type(await account.leave_tenant(tenant), None)
    assert_type(await account.resume_tenant(tenant), sambung.Tenant)
    assert_type(await account.accept_invitation("smi_"), sambung.TenantMembership)
    assert_type(account.export_data(), sambung.AsyncPager[sambung.ExportedRecord])
    assert_type(await account.erase("x"), None)


async def lists(desk: sambung.AsyncWorkspace) -> None:
    pager = desk.chats.list(archived=True)
    assert_type(pager, sambung.AsyncPager[sambung.Chat])
    page = await pager.page(20)
    assert_type(page, sambung.Page[sambung.Chat])
    assert_type(page[0], sambung.Chat)
    assert_type(page[1:], tuple[sambung.Chat, ...])
    assert_type(page.next_cursor, str | None)
    assert_type(await pager.table(), sambung.Table[sambung.Chat])
    async for chat in pager:
        assert_type(chat, sambung.Chat)


async def chats(
    desk: sambung.AsyncWorkspace, chat: sambung.Chat, answer: sambung.Message, folder: sambung.Folder
) -> None:
    assert_type(await desk.chats.create("x", model="demo/demo", system_prompt="Be brief."), sambung.Chat)
    assert_type(await desk.chats.get(chat.id), sambung.Chat)
    assert_type(await desk.chats.ensure("7", model="demo/demo"), sambung.Chat)
    assert_type(await desk.chats.find_external("7"), sambung.Chat)
    assert_type(desk.chats.search("x"), sambung.AsyncPager[sambung.Chat])
    assert_type(await desk.chats.setup(chat), sambung.ChatSetup)
    assert_type(await desk.chats.set_up(chat, template=None), sambung.ChatSetup)
    assert_type(await desk.chats.pin(chat), sambung.Chat)
    assert_type(await desk.chats.unpin(chat), sambung.Chat)
    assert_type(await desk.chats.archive(chat), sambung.Chat)
    assert_type(await desk.chats.unarchive(chat), sambung.Chat)
    assert_type(await desk.chats.move(chat, folder), sambung.Chat)
    assert_type(await desk.chats.update(chat, title="y"), sambung.Chat)
    assert_type(await desk.chats.rename(chat.id, "y", revision=1), sambung.Chat)
    assert_type(await desk.chats.remove(chat), None)
    assert_type(desk.chats.messages(chat, leaf=answer), sambung.AsyncPager[sambung.Message])
    assert_type(await desk.chats.get_message(answer), sambung.Message)
    assert_type(desk.chats.alternatives(answer.id), sambung.AsyncPager[sambung.Message])
    assert_type(await desk.chats.branches(chat, to_depth=3), sambung.MessageBranches)
    assert_type(await desk.chats.newest_leaf(answer), sambung.Message)
    assert_type(await desk.chats.continue_answer(answer, model="demo/demo"), sambung.AsyncTurn)
    assert_type(
        await desk.chats.append(chat, ["Hi", {"role": "assistant", "content": "Hello"}, answer]),
        tuple[sambung.Message, ...],
    )
    assert_type(desk.chats.list_with_messages(), sambung.AsyncPager[sambung.ChatWithMessages])
    assert_type(await desk.chats.export(chat, "json", leaf=answer), str)
    assert_type(await desk.chats.give_feedback(answer, 1, "clear"), sambung.Feedback)
    assert_type(await desk.chats.own_feedback(answer), sambung.Feedback | None)
    assert_type(await desk.chats.remove_feedback(answer), None)
    assert_type(await desk.chats.preview(chat, "Hi"), sambung.ContextReport)
    assert_type(await desk.chats.explain(answer), sambung.ContextReport)
    assert_type(await desk.chats.send(chat, [sambung.TextPart(text="Hi"), "there"]), sambung.AsyncTurn)
    assert_type(await desk.chats.regenerate(answer, model="demo/demo"), sambung.AsyncTurn)
    assert_type(await desk.chats.edit(answer, "Hi", max_tokens=7), sambung.AsyncTurn)
    assert_type(await desk.chats.stop(answer), sambung.Message)
    assert_type(await desk.chats.resume(answer.id, after=7), sambung.AsyncTurn)
    assert_type(await desk.chats.decide_tool(answer, "call", "once"), sambung.ToolDecision)
    assert_type(desk.chats.pending_tools(chat), sambung.AsyncPager[sambung.ToolDecision])
    grants = desk.chats.tool_grants()
    assert_type(grants, sambung.AsyncPager[sambung.ToolGrant])
    async for grant in grants:
        assert_type(await desk.chats.revoke_tool_grant(grant), None)


async def turns(desk: sambung.AsyncWorkspace, chat: sambung.Chat) -> None:
    async with await desk.chats.send(chat, "Hi", temperature=0.2, tool_choice="auto") as turn:
        assert_type(turn.message_id, sambung.MessageId)
        assert_type(turn.last_event, int)
        async for piece in turn.text_stream:
            assert_type(piece, str)
        assert_type(await turn.text(), str)
        assert_type(await turn.answer(), sambung.Message)
        assert_type(await turn.stop(), sambung.Message)
        assert_type(await turn.display(), str)
        async for chunk in turn.sse(after=3):
            assert_type(chunk, bytes)
        async for event in turn:
            assert_type(event, sambung.TurnEvent)
            match event:
                case sambung.TextDelta(text=text) | sambung.ReasoningDelta(text=text):
                    assert_type(text, str)
                case sambung.ToolCallDelta() | sambung.ToolApproval() | sambung.ToolDecided() | sambung.ToolResult():
                    pass
                case sambung.TurnStarted(chat_id=chat_id):
                    assert_type(chat_id, sambung.ChatId)
                case sambung.TurnSnapshot(parts=parts):
                    assert_type(parts, tuple[sambung.Part, ...])
                case sambung.TurnFinished(usage=usage):
                    assert_type(usage, sambung.TokenUsage | None)
                case _:
                    assert_never(event)


async def completions(desk: sambung.AsyncWorkspace) -> None:
    completion = await desk.completions.complete("demo/demo", "Hi", temperature=0.2)
    assert_type(completion, sambung.Completion)
    async with await desk.completions.stream("demo/demo", [{"role": "user", "content": "Hi"}]) as stream:
        assert_type(stream, sambung.AsyncCompletionStream)
        assert_type(stream.model, str)
        assert_type(stream.warnings, tuple[sambung.Issue, ...])
        assert_type(await stream.text(), str)
        async for event in stream:
            assert_type(event, sambung.CompletionEvent)
    parsed = await desk.completions.parse("demo/demo", "Who?", output=Person)
    assert_type(parsed, sambung.Parsed[Person])
    assert_type(parsed.value, Person)
    assert_type(await desk.completions.embed("demo/demo", ["a"]), sambung.EmbeddingBatch)
    assert_type(await desk.completions.try_prompt(model="demo/demo"), sambung.PromptTrialReport)
    assert_type(await desk.completions.models(), tuple[sambung.ModelInfo, ...])
    assert_type(await desk.completions.provider_health(), tuple[sambung.ProviderHealth, ...])


async def content(desk: sambung.AsyncWorkspace, chat: sambung.Chat, variables: Mapping[str, sambung.JsonValue]) -> None:
    stored = await desk.templates.create("greeting", "Hello {{name}}", variables=[{"name": "name"}], category="x")
    assert_type(stored, sambung.StoredPrompt)
    assert_type(await desk.templates.get(stored), sambung.StoredPrompt)
    assert_type(desk.templates.list("x"), sambung.AsyncPager[sambung.PromptTemplate])
    assert_type(desk.templates.list_public(), sambung.AsyncPager[sambung.PromptTemplate])
    assert_type(desk.templates.search("x"), sambung.AsyncPager[sambung.PromptTemplate])
    assert_type(await desk.templates.counts(), sambung.PromptCounts)
    assert_type(await desk.templates.update(stored, text="Bye"), sambung.StoredPrompt)
    assert_type(await desk.templates.remove(stored.prompt), None)
    assert_type(await desk.templates.duplicate(stored.prompt.id), sambung.StoredPrompt)
    assert_type(desk.templates.versions(stored), sambung.AsyncPager[sambung.PromptVersion])
    assert_type(await desk.templates.version(stored, 1), sambung.PromptVersion)
    assert_type(await desk.templates.restore(stored, 1), sambung.StoredPrompt)
    assert_type(desk.templates.usage(stored), sambung.AsyncPager[sambung.PromptUsage])
    assert_type(await desk.templates.diff(stored, 1, 2), sambung.VersionDiff)
    assert_type(await desk.templates.labels(stored), tuple[sambung.PromptLabel, ...])
    assert_type(await desk.templates.set_label(stored, "production", 1, protect=True), sambung.PromptLabel)
    assert_type(await desk.templates.remove_label(stored, "production"), None)
    assert_type(await desk.templates.render(stored, name="Ada"), sambung.RenderedPrompt)
    assert_type(await desk.templates.render_with(stored, variables, label="production"), sambung.RenderedPrompt)
    assert_type(await desk.templates.export_prompts([stored]), sambung.PromptArchive)
    assert_type(await desk.templates.import_prompts(await desk.templates.export_prompts()), sambung.PromptImport)
    assert_type(await desk.chats.send(chat, template=stored, variables=variables), sambung.AsyncTurn)
    tag = await desk.organise.create_tag("work", "red")
    assert_type(tag, sambung.Tag)
    assert_type(desk.organise.tags(), sambung.AsyncPager[sambung.Tag])
    assert_type(await desk.organise.rename_tag(tag, "play"), sambung.Tag)
    assert_type(await desk.organise.merge_tags(tag, tag.id), sambung.Tag)
    assert_type(await desk.organise.remove_tag(tag), None)
    assert_type(await desk.organise.set_tags(chat, ["work"]), tuple[sambung.Tag, ...])
    assert_type(await desk.organise.tags_of(chat), tuple[sambung.Tag, ...])
    assert_type(desk.organise.tagged_chats(tag), sambung.AsyncPager[sambung.ChatId])
    folder = await desk.organise.create_folder("x")
    assert_type(folder, sambung.Folder)
    assert_type(desk.organise.folders(), sambung.AsyncPager[sambung.Folder])
    assert_type(await desk.organise.rename_folder(folder, "y"), sambung.Folder)
    assert_type(await desk.organise.move_folder(folder, None, 0), sambung.Folder)
    assert_type(await desk.organise.remove_folder(folder), None)
    assert_type(await desk.search.query("x", kinds=["chat"], order="relevance").page(), sambung.SearchPage)
    async for hit in desk.search.query("x"):
        assert_type(hit, sambung.SearchHit)
    followed = desk.events.follow(chats=[chat], kinds=["changed"], behind=1)
    assert_type(followed.position, int | None)
    async for heard in followed:
        assert_type(heard, sambung.DeskEvent)
    assert_type(await desk.events.tell(desk.who.user_id, "x", {"y": 1}), None)


async def tenancy(desk: sambung.AsyncWorkspace, user: sambung.User) -> None:
    assert_type(desk.who, sambung.Identity)
    assert_type(await desk.tenant(), sambung.Tenant)
    assert_type(await desk.rename_tenant("x", 1), sambung.Tenant)
    assert_type(await desk.erase_tenant(), sambung.ErasureReport)
    assert_type(await desk.suspend_tenant(), sambung.Tenant)
    assert_type(desk.with_options(timeout=None), sambung.AsyncWorkspace)
    async for member in desk.members.list():
        assert_type(member, sambung.Member)
        assert_type(await desk.members.get(member), sambung.Member)
    assert_type(await desk.members.set_role(user, "admin"), sambung.Member)
    assert_type(await desk.members.suspend(user.id), sambung.Member)
    assert_type(await desk.members.resume(user), sambung.Member)
    assert_type(await desk.members.remove(user), None)
    issued = await desk.invitations.create("x@example.com", "viewer")
    assert_type(issued, sambung.IssuedInvitation)
    assert_type(issued.secret, sambung.Secret)
    assert_type(desk.invitations.list(), sambung.AsyncPager[sambung.Invitation])
    assert_type(await desk.invitations.revoke(issued.record), None)
    token = await desk.api_tokens.create("laptop", scopes=["chat_read"], lifetime=60.0)
    assert_type(token, sambung.IssuedToken)
    assert_type(desk.api_tokens.list(), sambung.AsyncPager[sambung.ApiToken])
    assert_type(await desk.api_tokens.revoke(token.record.id), None)
    key = await desk.keys.create("openai", sambung.Secret("sk"), owner="tenant")
    assert_type(key, sambung.ProviderKey)
    assert_type(desk.keys.list(), sambung.AsyncPager[sambung.ProviderKey])
    assert_type(await desk.keys.rotate(key, "sk"), sambung.ProviderKey)
    assert_type(await desk.keys.update(key, state="disabled"), sambung.ProviderKey)
    assert_type(await desk.keys.remove(key), None)
    assert_type(desk.audit.list(actor=user), sambung.AsyncPager[sambung.AuditEntry])


async def accounting(engine: sambung.AsyncEngine, desk: sambung.AsyncWorkspace, tenant: sambung.Tenant) -> None:
    assert_type(await desk.usage.summary(by="model", of="tenant"), tuple[sambung.UsageSum, ...])
    assert_type(desk.usage.daily("2026-01-01"), sambung.AsyncPager[sambung.UsageSum])
    assert_type(await desk.usage.table(), sambung.Table[sambung.UsageSum])
    assert_type(await desk.quotas.set(7, measure="money"), sambung.Quota)
    assert_type(await desk.quotas.remove(measure="money"), None)
    assert_type(desk.quotas.list(), sambung.AsyncPager[sambung.Quota])
    assert_type(await desk.quotas.mine(), tuple[sambung.QuotaStatus, ...])
    assert_type(await desk.quotas.of(desk.who.user_id), tuple[sambung.QuotaStatus, ...])
    assert_type(await engine.usage(tenant).summary(), tuple[sambung.UsageSum, ...])
    assert_type(engine.usage(tenant.id).daily(), sambung.AsyncPager[sambung.UsageSum])
    assert_type(await engine.usage(tenant).table(), sambung.Table[sambung.UsageSum])
    assert_type(await engine.quotas(tenant).set(7), sambung.Quota)
    assert_type(await engine.quotas(tenant).remove(), None)
    assert_type(await engine.quotas(tenant).mine(), tuple[sambung.QuotaStatus, ...])
    assert_type(engine.quotas(tenant).list(), sambung.AsyncPager[sambung.Quota])
    assert_type(await engine.quotas(tenant).of(desk.who.user_id), tuple[sambung.QuotaStatus, ...])


async def own_records(desk: sambung.AsyncWorkspace) -> None:
    notes = desk.records(Note)
    assert_type(notes, sambung.AsyncCollection[Note])
    note = await notes.insert(Note(id=NoteId("x"), owner_id=desk.who.user_id, body="y"))
    assert_type(note, Note)
    assert_type(note.body, str)
    assert_type(await notes.get(note.id), Note)
    assert_type(notes.list({"body": ("!=", "x")}, order="-id"), sambung.AsyncPager[Note])
    assert_type(notes.search("x"), sambung.AsyncPager[Note])
    assert_type(await notes.update(note, body="z"), Note)
    assert_type(await notes.erase(note), None)
    assert_type(await notes.write([sambung.Change.insert(note)]), None)


async def servers(engine: sambung.AsyncEngine) -> None:
    async with sambung.AsyncServer(engine, allowed_hosts=["chat.example.com"], admin_token="x" * 40) as server:
        assert_type(await server.listen("127.0.0.1", 0), int)
        assert_type(await server.listen_admin("127.0.0.1:0"), int)
        assert_type(await server.shutdown(1.0), None)


def natives() -> None:
    demo = providers.demo(delay=0)
    assert_type(demo, sambung.NativeProvider)
    assert_type(providers.retrying(providers.cached(demo, max_entries=7), max_retries=1), sambung.NativeProvider)
    assert_type(providers.fallback(demo, (demo, "demo")), sambung.NativeProvider)
    assert_type(providers.rate_limited(providers.retrying(sambung.Provider())), sambung.NativeProvider)
    assert_type(providers.env({}), dict[str, sambung.NativeProvider])


def others(error: sambung.Error, report: Any) -> None:
    assert_type(error.code, sambung.ErrorCode)
    assert_type(error.issues, tuple[sambung.Issue, ...])
    assert_type(error.retry_after, float | None)
    assert_type(sambung.copy_database("memory:", "memory:"), sambung.CopyReport)
    assert_type(sambung.build_info(), dict[str, str])


@sambung.tool
def weather(call: sambung.ToolCall, city: str, days: int = 1) -> str:
    """The weather."""
    return f"{city} {days} {call.user_id}"


@sambung.tool(name="other", timeout=1.0, policy="ask")
async def other(city: str) -> dict[str, int]:
    """Another."""
    return {city: 1}


async def tools(call: sambung.ToolCall) -> None:
    assert_type(weather(call, "Ipoh", days=2), str)
    assert_type(weather.name, str)
    assert_type(await other("Ipoh"), dict[str, int])


class Shop:
    @sambung.tool
    def stock(self, item: str) -> int:
        """How many."""
        return len(item)


def methods() -> None:
    assert_type(Shop().stock("x"), int)


class MyModel(sambung.Provider):
    async def stream(self, request: sambung.CompletionRequest) -> AsyncIterator[str]:
        yield request.model


class MyBlockingModel(sambung.Provider):
    def stream(self, request: sambung.CompletionRequest) -> Iterator[str | sambung.CompletionEvent]:
        yield sambung.TextDelta(text=request.model)


def opened_with(shop: Shop) -> None:
    sambung.open(
        "memory:", tools=[weather, other, shop.stock, "named/elsewhere"], approve=lambda call: call.name == "x"
    )
    sambung.open("memory:", providers={"mine": MyModel(), "demo": providers.demo()}, env={}, prices="prices.json")

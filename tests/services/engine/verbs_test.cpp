// Every verb is a plain function whose operation stands by itself: it is run here when what it was got from has gone.
// AddressSanitizer sees what would be read of it.
#include "support/people.hpp"
#include "support/thrown.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <array>
#include <future>

namespace sambung::verbs_test {

using namespace sambung::tests;

struct note {
  std::string id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, text))
inline auto describe_record(record_of<note>) { return record<note>("verb_notes").searchable(&note::text); }

namespace {

namespace asio = boost::asio;

constexpr auto address = "ada@acme.example";

desk_options everything_allowed() {
  desk_options options;
  options.auth.secrets = secret_ring::make({secret("a secret of thirty-two bytes or more")}).value();
  options.auth.sign_up = sign_up_policy::open;
  options.modules.push_back(module_schema("notes").table<note>());
  return options;
}

// What the place of the handles of `make` had may be something else now.
void overwrite_the_stack() {
  std::array<char volatile, 16'384> used;
  for (auto& one : used) one = '\xee';
}

// Runs what `make` gives, whose handles have gone with it.
template <class Make>
auto later(Make make) {
  auto operation = make();
  overwrite_the_stack();
  return sync_wait(std::move(operation));
}

class Verbs : public ::testing::Test {
 protected:
  Verbs() {
    d.model->take_keys_for("vendor.example").otherwise([](completion_request const&) { return say("hello"); });
  }

  engine& sdk() { return *d.engine; }
  workspace at() { return sdk().workspace(principal::trusted(d.tenant, d.user, member_role::owner)); }
  sambung::account me() { return sdk().account(identity::trusted(d.user)); }

  desk d{everything_allowed()};
};

TEST_F(Verbs, OfTheEngineStandByThemselves) {
  later([&] { return sdk().check(); });
  EXPECT_EQ(later([&] { return sdk().rewrap_keys(); }), 0);
  EXPECT_FALSE(later([&] { return sdk().models().models(); }).empty());
  EXPECT_TRUE(later([&] { return sdk().models().check("scripted"); }));
  EXPECT_FALSE(later([&] { return sdk().audit().list(); }).items.empty());
  later([&] { return sdk().usage(d.tenant).summary(); });
  later([&] { return sdk().usage(d.tenant).daily(); });
  later([&] { return sdk().shutdown(std::chrono::seconds(0)); });
}

TEST_F(Verbs, OfTenantsStandByThemselves) {
  auto const made = later([&] { return sdk().tenants().create("a tenant with a name that is not short"); });
  EXPECT_EQ(later([&] { return sdk().tenants().get(made.id); }).name, made.name);
  EXPECT_EQ(later([&] { return sdk().tenants().find(made.name); }).id, made.id);
  EXPECT_EQ(later([&] { return sdk().tenants().list(); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return sdk().tenants().rename(made.id, "another name", 1); }).revision, 2);
  EXPECT_EQ(later([&] { return sdk().tenants().suspend(made.id); }).state, tenant_state::suspended);
  EXPECT_EQ(later([&] { return sdk().tenants().resume(made.id); }).state, tenant_state::active);
  later([&] { return sdk().tenants().erase(made.id); });
}

TEST_F(Verbs, OfADirectoryStandByThemselves) {
  std::string const key = "a key of the application's that is not short";
  auto const home = later([&] { return sdk().tenants().ensure(key, "a tenant with a name that is not short"); });
  EXPECT_EQ(later([&] { return sdk().tenants().ensure(home.id, "another"); }).name, home.name);
  EXPECT_EQ(later([&] { return sdk().tenants().find_external(key); }).id, home.id);
  auto const made = later([&] { return sdk().users().ensure(key, "a user with a name that is not short"); });
  EXPECT_EQ(later([&] { return sdk().users().ensure(made.id, "another"); }).name, made.name);
  EXPECT_EQ(later([&] { return sdk().users().find_external(key); }).id, made.id);
  new_chat const from("a title that is not short at all", "scripted/model");
  auto const chat = later([&] { return at().chats().ensure(key, from); });
  EXPECT_EQ(later([&] { return at().chats().find_external(key); }).id, chat.id);
  EXPECT_EQ(later([&] { return sdk().workspace(d.tenant, d.user); }).who().role(), member_role::owner);
  later([&] { return sdk().auth().check_standing(identity::trusted(d.user)); });
}

TEST_F(Verbs, OfUsersStandByThemselves) {
  auto const other = sync_wait(sdk().tenants().create("globex"));
  auto const made = later([&] { return sdk().users().create(d.tenant, "bob@acme.example", member_role::member); });
  EXPECT_EQ(later([&] { return sdk().users().get(made.id); }).email, made.email);
  EXPECT_EQ(later([&] { return sdk().users().find("bob@acme.example"); }).id, made.id);
  EXPECT_EQ(later([&] { return sdk().users().list(); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return sdk().users().role(d.tenant, made.id); }), member_role::member);
  EXPECT_EQ(later([&] { return sdk().users().suspend(made.id); }).state, user_state::suspended);
  EXPECT_EQ(later([&] { return sdk().users().resume(made.id); }).state, user_state::active);
  later([&] { return sdk().users().set_password(made.id, secret(right_password)); });
  later([&] { return sdk().users().join(other.id, made.id, member_role::member); });
  EXPECT_TRUE(later([&] { return sdk().users().renew_addresses(); }).empty());
  later([&] { return sdk().api_tokens().create(d.tenant, made.id, "a token of the operator's"); });
  EXPECT_TRUE(later([&] { return sdk().api_tokens().any(d.tenant, made.id); }));
  later([&] { return sdk().users().erase(made.id); });
}

TEST_F(Verbs, OfAuthStandByThemselves) {
  give_password(d, d.user, right_password);
  later([&] { return sdk().auth().sign_up({"bob@acme.example", secret(right_password)}); });
  auto const in = later([&] { return sdk().auth().sign_in(address, secret(right_password)); });
  auto const who = later([&] { return sdk().auth().authenticate(std::string(in.token.view())); });
  EXPECT_EQ(who.user(), d.user);
  EXPECT_TRUE(later([&] { return sdk().auth().still_valid(who); }));
  auto const pair = later([&] { return sdk().auth().issue_tokens(in.session.id); });
  later([&] { return sdk().auth().refresh(std::string(pair.refresh.view())); });
  later([&] { return sdk().auth().sign_out(in.session.id); });
  EXPECT_FALSE(later([&] { return sdk().auth().still_valid(who); }));
}

TEST_F(Verbs, OfAnAccountStandByThemselves) {
  give_password(d, d.user, right_password);
  auto const session = sync_wait(sdk().auth().sign_in(address, secret(right_password))).session.id;
  auto const in = [&] { return d.account(d.user, session); };
  auto const seen = later([&] { return me().profile(); });
  later([&] {
    profile_update changes(seen.revision);
    changes.name = "a name that is longer than a short string";
    return me().update(std::move(changes));
  });
  later([&] { return me().update_latest(profile_update()); });
  later([&] { return in().change_password(secret(right_password), secret("another horse")); });
  EXPECT_EQ(later([&] { return in().current_session(); }).id, sync_wait(in().sessions()).items.front().id);
}

TEST_F(Verbs, OfSessionsAndPlacesStandByThemselves) {
  auto const here = d.add_session(d.user, d.tenant);
  auto const there = d.add_session(d.user);
  EXPECT_EQ(later([&] { return me().sessions(); }).items.size(), 2U);
  later([&] { return me().revoke_session(there); });
  later([&] { return d.account(d.user, here).revoke_other_sessions(); });
  auto const made = later([&] { return me().create_tenant("a tenant of one's own"); });
  EXPECT_EQ(later([&] { return me().tenants(); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return d.account(d.user, here).switch_tenant(made.id); }).place()->tenant, made.id);
  sync_wait(sdk().workspace(principal::trusted(made.id, d.user, member_role::owner)).suspend_tenant());
  EXPECT_EQ(later([&] { return me().resume_tenant(made.id); }).state, tenant_state::active);
  sync_wait(sdk().users().join(made.id, d.add_user("bob"), member_role::owner));
  later([&] { return me().leave_tenant(made.id); });
  later([&] { return me().export_data(); });
}

TEST_F(Verbs, OfAnAccountsEndStandByThemselves) {
  auto const bob = sync_wait(sdk().users().create(d.tenant, "bob@acme.example", member_role::member));
  auto const self = [&] { return sdk().account(identity::trusted(bob.id)); };
  auto const asked = sync_wait(
      sdk().users().create(sync_wait(sdk().tenants().create("globex")).id, "eve@globex.example", member_role::owner));
  auto const invited = later([&] { return at().invitations().create("eve@globex.example"); });
  EXPECT_EQ(later([&] { return at().invitations().list(); }).items.size(), 1U);
  later(
      [&] { return sdk().account(identity::trusted(asked.id)).accept_invitation(std::string(invited.secret.view())); });
  auto const vain = sync_wait(at().invitations().create("nobody@acme.example"));
  later([&] { return at().invitations().revoke(vain.record.id); });
  later([&] { return self().erase(secret_string()); });
  EXPECT_EQ(code_of(sdk().users().get(bob.id)), errc::not_found);
}

TEST_F(Verbs, OfMembersAndTheTenantStandByThemselves) {
  auto const bob = d.add_user("bob", member_role::member);
  EXPECT_EQ(later([&] { return at().members().list(); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return at().members().get(bob); }).role, member_role::member);
  EXPECT_EQ(later([&] { return at().members().set_role(bob, member_role::admin); }).role, member_role::admin);
  EXPECT_EQ(later([&] { return at().members().suspend(bob); }).state, membership_state::suspended);
  EXPECT_EQ(later([&] { return at().members().resume(bob); }).state, membership_state::active);
  later([&] { return at().members().remove(bob); });
  auto const home = later([&] { return at().tenant(); });
  EXPECT_EQ(later([&] { return at().rename_tenant("a name of many letters", home.revision); }).id, d.tenant);
  later([&] { return at().suspend_tenant(); });
  sync_wait(sdk().tenants().resume(d.tenant));
  later([&] { return at().erase_tenant(); });
}

TEST_F(Verbs, OfChatsStandByThemselves) {
  auto const made = later([&] { return at().chats().create("a title that is not short at all", "scripted/model"); });
  new_chat from("another title that is not short", "scripted/model");
  auto const other = later([&] { return at().chats().create(from); });
  EXPECT_EQ(later([&] { return at().chats().get(made.id); }).title, made.title);
  EXPECT_EQ(later([&] { return at().chats().list(); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return at().chats().search("another"); }).items.size(), 1U);
  EXPECT_EQ(later([&] { return at().chats().list_with_messages(); }).items.size(), 2U);
  EXPECT_TRUE(
      later([&] { return later([&] { return at().chats().export_chat(made.id, export_format::markdown); }).next(); }));
  EXPECT_FALSE(later([&] { return at().search().query(search_request("another")); }).items.empty());
  EXPECT_EQ(later([&] { return at().chats().rename(made.id, "a title of some length, renamed", 1); }).revision, 2);
  EXPECT_EQ(later([&] { return at().chats().update(made.id, chat_update(), 2); }).revision, 3);
  EXPECT_EQ(later([&] { return at().chats().set_up(made.id, chat_setup_content(), 0); }).revision, 1);
  EXPECT_EQ(later([&] { return at().chats().setup(made.id); }).revision, 1);
  later([&] { return at().chats().remove(other.id); });
}

TEST_F(Verbs, OfMessagesStandByThemselves) {
  auto const home = d.new_chat().id;
  auto const question = "a question that is longer than a short string";
  auto const answer = later([&] {
    auto sent = at().chats().send(home, question);
    return sync_wait(std::move(sent)).answer();
  });
  EXPECT_EQ(text_of(answer.parts), "hello");
  EXPECT_EQ(later([&] { return at().chats().messages(home); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return at().chats().get_message(answer.id); }).id, answer.id);
  EXPECT_EQ(later([&] { return at().chats().alternatives(answer.id); }).items.size(), 1U);
  std::vector<appended_message> const said{appended_message(role::user, question)};
  EXPECT_EQ(later([&] { return at().chats().append(home, said); }).size(), 1U);
  EXPECT_FALSE(later([&] { return at().chats().preview(home, question); }).blocks.empty());
  EXPECT_FALSE(later([&] { return at().chats().explain(answer.id); }).blocks.empty());
  EXPECT_EQ(later([&] { return at().chats().give_feedback(answer.id, 1, question); }).reason, question);
  EXPECT_TRUE(later([&] { return at().chats().own_feedback(answer.id); }));
  later([&] { return at().chats().remove_feedback(answer.id); });
  later([&] { return later([&] { return at().chats().regenerate(answer.id); }).answer(); });
  later([&] { return later([&] { return at().chats().edit(*answer.parent_id, question); }).answer(); });
  EXPECT_EQ(later([&] { return at().chats().stop(answer.id); }).id, answer.id);
  EXPECT_TRUE(later([&] { return later([&] { return at().chats().resume(answer.id); }).next(); }));
}

TEST_F(Verbs, OfPromptsStandByThemselves) {
  template_message said;
  said.text = "a text that is not short at all";
  new_prompt from;
  from.messages.push_back(said);
  from.name = "a name that is not short at all";
  prompt_update changes;
  changes.content = static_cast<prompt_content const&>(from);
  changes.content->messages[0].text += ", and another";
  auto const id = later([&] { return at().templates().create(from); }).prompt.id;
  EXPECT_EQ(later([&] { return at().templates().update(id, changes, 1); }).prompt.latest, 2);
  EXPECT_EQ(later([&] { return at().templates().get(id); }).version.number, 2);
  EXPECT_EQ(later([&] { return at().templates().list(page_request(), ""); }).items.size(), 1U);
  EXPECT_TRUE(later([&] { return at().templates().list_public(); }).items.empty());
  EXPECT_EQ(later([&] { return at().templates().search("short"); }).items.size(), 1U);
  EXPECT_EQ(later([&] { return at().templates().counts(); }).own, 1);
  EXPECT_EQ(later([&] { return at().templates().versions(id); }).items.size(), 2U);
  EXPECT_EQ(later([&] { return at().templates().version(id, 1); }).number, 1);
  EXPECT_EQ(later([&] { return at().templates().restore(id, 1, 2); }).prompt.latest, 3);
  EXPECT_TRUE(later([&] { return at().templates().usage(id); }).items.empty());
  EXPECT_EQ(later([&] { return at().templates().diff(id, 1, 2); }).messages.size(), 1U);
  later([&] { return at().templates().set_label(id, "production", {{1, 1}}); });
  EXPECT_EQ(later([&] { return at().templates().labels(id); }).size(), 1U);
  EXPECT_EQ(later([&] { return at().templates().render(id); }).number, 1);
  later([&] { return at().templates().remove_label(id, "production"); });
  EXPECT_EQ(later([&] { return at().templates().preview(*changes.content, {}); }).messages.size(), 1U);
  auto const archive = later([&] { return at().templates().export_prompts(); });
  EXPECT_EQ(later([&] { return at().templates().import_prompts(archive); }).unchanged, 1);
  EXPECT_EQ(later([&] { return at().templates().duplicate(id); }).version.number, 1);
  later([&] { return at().templates().remove(id); });
}

TEST_F(Verbs, OfModelsAndKeysStandByThemselves) {
  completion_request asked("scripted/model", {prompt_message(role::user, "a question that is not short at all")});
  EXPECT_EQ(text_of(later([&] { return at().completions().complete(asked); }).parts), "hello");
  later([&] { return at().completions().stream(asked); });
  prompt_trial trial;
  trial.content.emplace();
  trial.content->messages.emplace_back();
  trial.content->messages[0].text = "a question that is not short at all";
  trial.model = "scripted/model";
  EXPECT_EQ(later([&] { return at().completions().try_prompt(trial); }).answers.at(0).text, "hello");
  EXPECT_FALSE(later([&] { return at().completions().models(); }).empty());
  EXPECT_EQ(later([&] { return as_result(at().completions().embed(embedding_request("scripted/model", {"text"}))); })
                .error()
                .code,
            errc::unsupported);
  auto const key = later([&] { return at().keys().create(key_request("scripted", secret("a-key-to-a-vendor"))); });
  EXPECT_EQ(later([&] { return at().keys().list(); }).items.size(), 1U);
  EXPECT_EQ(later([&] { return at().keys().rotate(key.id, secret("another-key-to-it"), 1); }).revision, 2);
  later([&] {
    key_update changes;
    changes.revision = 2;
    return at().keys().update(key.id, std::move(changes));
  });
  later([&] { return at().keys().remove(key.id); });
}

TEST_F(Verbs, OfWhatIsCountedAndNotedStandByThemselves) {
  quota_key const which;
  EXPECT_EQ(later([&] { return at().quotas().set(which, 1'000); }).limit, 1'000);
  EXPECT_EQ(later([&] { return at().quotas().list(); }).items.size(), 1U);
  EXPECT_EQ(later([&] { return at().quotas().mine(); }).size(), 1U);
  EXPECT_EQ(later([&] { return sdk().quotas(d.tenant).of(d.user); }).size(), 1U);
  later([&] { return at().quotas().remove(which); });
  later([&] { return at().usage().summary(); });
  later([&] { return at().usage().daily(); });
  EXPECT_FALSE(later([&] { return at().audit().list(); }).items.empty());
  auto const token = later([&] { return at().api_tokens().create("a token with a name that is not short"); });
  EXPECT_EQ(later([&] { return at().api_tokens().list(); }).items.size(), 1U);
  later([&] { return at().api_tokens().revoke(token.record.id); });
}

TEST_F(Verbs, OfAnApplicationsRecordsStandByThemselves) {
  note const first{"one", "a text that is longer than a short string"};
  later([&] { return at().records<note>().write(insert(first)); });
  later([&] { return at().records<note>().write(batch().add(update<note>("one").set(&note::text, first.text))); });
  EXPECT_EQ(later([&] { return at().records<note>().get("one"); }).text, first.text);
  EXPECT_EQ(later([&] { return at().records<note>().first(collection<note>::all()); }).text, first.text);
  EXPECT_EQ(later([&] { return at().rows("verb_notes").get(value(first.id)); }), to_row(first));
  EXPECT_EQ(later([&] { return at().rows("verb_notes").first(collection<note>::all()); }), to_row(first));
  EXPECT_EQ(later([&] { return at().rows("verb_notes").list(collection<note>::all()); }).items.size(), 1U);
  later([&] { return at().rows("verb_notes").write(at().rows("verb_notes").require(value(first.id))); });
  EXPECT_EQ(later([&] { return at().records<note>().list(collection<note>::all()); }).items.size(), 1U);
  new_chat const from("a title that is not short at all", "scripted/model");
  later([&] { return at().chats().create(from, batch().add(erase<note>("one"))); });
  later([&] { return at().records<note>().write(insert(first)); });
  EXPECT_EQ(later([&] {
              text_query words(description_of<note>().table, "longer");
              return at().records<note>().search(std::move(words));
            }).items.size(),
            1U);
}

// --- with other completion tokens ---------------------------------------------------------------------------------

TEST_F(Verbs, MayBeSpawnedWithAFuture) {
  auto const home = d.new_chat().id;

  auto found = asio::co_spawn(d.io, at().chats().get(home), asio::use_future);
  auto begun = asio::co_spawn(d.io, at().chats().send(home, "a question that is not short at all"), asio::use_future);

  EXPECT_EQ(found.get().id, home);
  auto answer = asio::co_spawn(d.io, begun.get().answer(), asio::use_future);
  EXPECT_EQ(text_of(answer.get().parts), "hello");
}

TEST_F(Verbs, OfHandlesAndIdentitiesMayBeSpawnedWithAFuture) {
  give_password(d, d.user, right_password);

  auto desk = asio::co_spawn(d.io, sdk().workspace(d.tenant, d.user), asio::use_future);
  auto in = asio::co_spawn(d.io, sdk().auth().sign_in(address, secret(right_password)), asio::use_future).get();
  auto who = asio::co_spawn(d.io, sdk().auth().authenticate(std::string(in.token.view())), asio::use_future);
  auto pair = asio::co_spawn(d.io, sdk().auth().issue_tokens(in.session.id), asio::use_future);
  auto stranger = asio::co_spawn(d.io, sdk().workspace(d.tenant, user_id()), asio::use_future);

  EXPECT_EQ(desk.get().who().user(), d.user);
  EXPECT_EQ(who.get().user(), d.user);
  EXPECT_FALSE(pair.get().access.empty());
  EXPECT_EQ(code_thrown_by([&] { stranger.get(); }), errc::not_found);
}

TEST_F(Verbs, MayBeSpawnedWithACallback) {
  std::promise<std::string> name;

  asio::co_spawn(d.io, sdk().tenants().find("acme"),
                 [&](std::exception_ptr thrown, tenant found) { name.set_value(thrown ? "thrown" : found.name); });

  EXPECT_EQ(name.get_future().get(), "acme");
}

// Asio gives a handler an empty one of what there is none of.
TEST_F(Verbs, ThatFailGiveTheirCallbackNothing) {
  std::promise<std::pair<bool, bool>> in, pair;

  asio::co_spawn(d.io, sdk().auth().sign_in(address, secret(right_password)),
                 [&](std::exception_ptr thrown, signed_in got) { in.set_value({!!thrown, got.token.empty()}); });
  asio::co_spawn(d.io, sdk().auth().issue_tokens(session_id()),
                 [&](std::exception_ptr thrown, token_pair got) { pair.set_value({!!thrown, got.access.empty()}); });

  std::pair const failed_and_empty(true, true);
  EXPECT_EQ(in.get_future().get(), failed_and_empty);
  EXPECT_EQ(pair.get_future().get(), failed_and_empty);
}

TEST_F(Verbs, AreThereAfterTheirHandleWasMovedOrAssignedTo) {
  auto const bob = d.add_user("bob");
  auto mine = at().chats();
  auto theirs = d.chats_of(bob);
  later([&] { return mine.create("a chat of mine", "scripted/model"); });

  auto const moved = std::move(mine);
  EXPECT_EQ(later([&] { return mine.list(); }).items.size(), 1U);
  mine = theirs;
  EXPECT_TRUE(later([&] { return mine.list(); }).items.empty());
  theirs = moved;
  EXPECT_EQ(later([&] { return theirs.list(); }).items.size(), 1U);
}

// --- when the engine has gone --------------------------------------------------------------------------------------

class EngineGone : public Verbs {
 protected:
  template <class T>
  void keep(task<T> operation) {
    kept_.push_back(outcome_of(std::move(operation)));
  }
  // First what runs it, so that nothing of it goes on.
  void end_engine() {
    d.io.stop();
    d.io.join();
    d.engine.reset();
  }
  // What the kept operations come to, in their order.
  std::vector<std::optional<errc>> run_kept() {
    std::vector<std::optional<errc>> outcomes;
    for (auto& one : kept_) outcomes.push_back(sync_wait(std::move(one)));
    kept_.clear();
    return outcomes;
  }

 private:
  template <class T>
  static task<std::optional<errc>> outcome_of(task<T> operation) {
    auto const outcome = co_await as_result(std::move(operation));
    if (outcome) co_return std::nullopt;
    co_return outcome.error().code;
  }
  template <class T>
  static task<std::optional<errc>> outcome_of(task<result<T>> operation) {
    auto const outcome = co_await std::move(operation);
    if (outcome) co_return std::nullopt;
    co_return outcome.error().code;
  }

  std::vector<task<std::optional<errc>>> kept_;
};

TEST_F(EngineGone, OperationsStillReadAndWrite) {
  give_password(d, d.user, right_password);
  auto const token = sync_wait(at().api_tokens().create("token"));
  auto const home = d.new_chat().id;
  keep(at().chats().get(home));
  keep(at().chats().rename(home, "a title that is not short at all", 1));
  keep(at().members().list());
  keep(at().tenant());
  keep(at().quotas().mine());
  keep(at().records<note>().list(collection<note>::all(), page_request()));
  keep(at().completions().complete(completion_request("scripted/model", {prompt_message(role::user, "hi")})));
  keep(me().profile());
  keep(sdk().tenants().find("acme"));
  keep(sdk().auth().sign_in(address, secret(right_password)));
  keep(sdk().auth().authenticate(token.secret));
  keep(sdk().models().models());
  keep(sdk().check());

  end_engine();

  for (auto const& outcome : run_kept()) EXPECT_EQ(outcome, std::nullopt);
}

TEST_F(EngineGone, HandlesStillMakeOperations) {
  auto const desk = at();
  auto const home = d.new_chat().id;

  end_engine();

  EXPECT_EQ(sync_wait(desk.chats().get(home)).id, home);
}

TEST_F(EngineGone, NoTurnBeginsAnyMore) {
  auto const home = d.new_chat().id;
  keep(at().chats().send(home, "a question that is longer than a short string"));

  end_engine();

  EXPECT_EQ(run_kept().front(), errc::unavailable);
}

TEST_F(EngineGone, AReaderOfAStoredAnswerReadsOn) {
  auto const answer = sync_wait(sync_wait(at().chats().send(d.new_chat().id, "hi")).answer());
  auto reader = sync_wait(at().chats().resume(answer.id));
  keep(at().chats().resume(answer.id));

  end_engine();

  EXPECT_EQ(read_all(reader).text, "hello");
  EXPECT_EQ(run_kept().front(), std::nullopt);
}

TEST_F(EngineGone, AReaderOfATurnThatHadNotEndedIsTold) {
  testing::gate never;
  d.model->push(testing::answer_script().text("hel").wait(never));
  auto sent = sync_wait(at().chats().send(d.new_chat().id, "hi"));
  auto const id = sent.message_id();
  read_first_text(sent);
  keep(std::move(sent).answer());
  keep(at().chats().stop(id));

  end_engine();

  for (auto const& outcome : run_kept()) EXPECT_EQ(outcome, errc::unavailable);
}

TEST_F(EngineGone, AnOperationThatNobodyRunsIsDropped) {
  keep(at().chats().list());
  keep(sdk().tenants().list());

  end_engine();
}

}  // namespace
}  // namespace sambung::verbs_test

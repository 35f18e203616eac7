// What users hear of what changes, and what they do not.
#include "services/events/table_readers.hpp"
#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/measured.hpp"
#include "support/watched_storage.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/engine/standard_schema.hpp>
#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

namespace sambung::events_test {
namespace {

using tests::code_of;
using tests::desk;
using tests::desk_options;
using tests::say;

// An application's own.
struct parcel {
  uuid id;
  user_id owner_id;
  std::int64_t weight = 0;
  std::int64_t revision = 1;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (id, owner_id, weight, revision))
inline auto describe_record(record_of<parcel>) {
  return record<parcel>("parcels").index(&parcel::owner_id).owned_by(&parcel::owner_id).announced_to(&parcel::owner_id);
}

desk_options with_parcels() {
  desk_options options;
  options.modules.push_back(module_schema("post").table<parcel>());
  return options;
}

// So many that they are not told one by one.
batch many_parcels(desk& d) {
  batch all;
  for (int i = 0; i < 100; ++i) {
    parcel one;
    one.id = d.ids.next();
    one.owner_id = d.user;
    all.add(insert(one));
  }
  return all;
}

event_reader follow(desk& d, user_id who, follow_options what = follow_options(),
                    std::optional<std::int64_t> behind = std::nullopt) {
  return sync_wait(d.as(who).events().follow(std::move(what), behind));
}

// Somebody who has heard that they are ready.
event_reader ready(desk& d, user_id who, follow_options what = follow_options()) {
  auto made = follow(d, who, std::move(what));
  EXPECT_TRUE(std::holds_alternative<events_ready>(*sync_wait(made.next())));
  return made;
}

new_prompt own_prompt(std::string name) {
  new_prompt made;
  made.name = std::move(name);
  template_message said;
  said.text = "Good morning.";
  made.messages.push_back(std::move(said));
  return made;
}

new_prompt shared_prompt(std::string name) {
  auto made = own_prompt(std::move(name));
  made.visibility = visibility::tenant;
  return made;
}

// Everything up to now: what is told last comes last.
std::vector<desk_event> heard(desk& d, user_id who, event_reader& by) {
  auto const mark = to_string(d.ids.next());
  sync_wait(d.as(who).events().tell(who, mark, nullptr));
  std::vector<desk_event> all;
  for (;;) {
    auto event = *sync_wait(by.next());
    auto const* told = std::get_if<event_told>(&event);
    if (told && told->name == mark) return all;
    all.push_back(std::move(event));
  }
}

template <class Event>
std::vector<Event> only(std::vector<desk_event> const& from) {
  std::vector<Event> all;
  for (auto const& one : from)
    if (auto const* found = std::get_if<Event>(&one)) all.push_back(*found);
  return all;
}

// What is told of a table.
std::vector<record_changed> of_table(std::vector<desk_event> const& from, std::string_view table) {
  auto all = only<record_changed>(from);
  std::erase_if(all, [&](record_changed const& one) { return one.table != table; });
  return all;
}

TEST(Events, TellAnotherSessionOfTheSameUserWhatChanged) {
  desk d;
  auto reader = ready(d, d.user);

  auto const chat = d.new_chat();
  auto const found = heard(d, d.user, reader);

  record_changed expected;
  expected.table = "chats";
  expected.id = to_string(chat.id);
  expected.revision = 1;
  expected.change = row_change::created;
  expected.chat_id = chat.id;
  EXPECT_EQ(of_table(found, "chats"), std::vector<record_changed>{expected});
}

TEST(Events, AreEncodedOnceForAllWhoHearThem) {
  desk d;
  auto first = ready(d, d.user);
  auto second = ready(d, d.user);
  auto third = ready(d, d.user);
  sync_wait(d.as(d.user).events().tell(d.user, "lunch", "noon"));

  auto const told = *sync_wait(first.next());
  auto const json = sync_wait(second.next_json());

  EXPECT_EQ(*json, to_json_text(told));
  EXPECT_EQ(sync_wait(third.next_json()), json);
  EXPECT_EQ(second.position(), first.position());
}

TEST(Events, TellNobodyElse) {
  desk d;
  auto const colleague = d.add_user("ben");
  auto reader = ready(d, colleague);

  auto const chat = d.new_chat();
  d.model->push(say("hello"));
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  sync_wait(turn.answer());
  sync_wait(d.chats().remove(chat.id));

  EXPECT_TRUE(heard(d, colleague, reader).empty());
}

TEST(Events, TellEverybodyInTheTenantWhoBelongsToIt) {
  desk d;
  auto const colleague = d.add_user("ben");
  auto reader = ready(d, colleague);

  d.add_user("eve");

  EXPECT_EQ(of_table(heard(d, colleague, reader), "memberships").size(), 1U);
}

TEST(Events, TellWhenATurnBeginsAndEnds) {
  desk d;
  auto const chat = d.new_chat();
  auto reader = ready(d, d.user);

  d.model->push(say("hello"));
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  auto const answer = sync_wait(turn.answer());
  auto const found = heard(d, d.user, reader);

  auto const turns = only<turn_changed>(found);
  ASSERT_EQ(turns.size(), 2U);
  EXPECT_EQ(turns[0], (turn_changed{chat.id, answer.id, turn_progress::started}));
  EXPECT_EQ(turns[1], (turn_changed{chat.id, answer.id, turn_progress::finished}));
  auto const messages = of_table(found, "messages");
  ASSERT_EQ(messages.size(), 3U);  // the question, the answer, and its end
  for (auto const& one : messages) EXPECT_EQ(one.chat_id, chat.id);
  EXPECT_TRUE(of_table(found, "message_texts").empty());
}

TEST(Events, TellThatAChatHasGoneOnce) {
  desk d;
  auto const chat = d.new_chat();
  d.model->push(say("hello"));
  auto turn = sync_wait(d.chats().send(chat.id, "hi"));
  sync_wait(turn.answer());
  auto reader = ready(d, d.user);

  sync_wait(d.chats().remove(chat.id));
  auto const found = heard(d, d.user, reader);

  auto const gone = of_table(found, "chats");
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].change, row_change::removed);
  EXPECT_TRUE(of_table(found, "messages").empty());
}

TEST(Events, GoOnBehindTheLastThatWasHeard) {
  desk d;
  std::int64_t position = 0;
  {
    auto reader = ready(d, d.user);
    position = reader.position();
  }
  auto const first = d.new_chat();
  auto const second = d.new_chat();

  auto again = follow(d, d.user, follow_options(), position);
  auto const event = sync_wait(again.next());
  auto const behind_first = again.position();
  auto once_more = follow(d, d.user, follow_options(), behind_first);

  EXPECT_EQ(std::get<record_changed>(*event).id, to_string(first.id));
  EXPECT_GT(behind_first, position);
  EXPECT_EQ(std::get<record_changed>(*sync_wait(again.next())).id, to_string(second.id));
  EXPECT_EQ(std::get<record_changed>(*sync_wait(once_more.next())).id, to_string(second.id));
}

TEST(Events, SayThatSomethingMayBeMissingBehindAPositionThatIsNotKept) {
  desk d;

  for (std::int64_t const never : {std::int64_t(0), std::int64_t(1), std::int64_t(1) << 53}) {
    auto reader = follow(d, d.user, follow_options(), never);
    auto const event = std::get<events_reset>(*sync_wait(reader.next()));
    EXPECT_EQ(event.reason, feed_loss::expired);
    EXPECT_NE(reader.position(), never);
    auto const chat = d.new_chat();
    EXPECT_EQ(of_table(heard(d, d.user, reader), "chats").size(), 1U);
  }
}

TEST(Events, SayThatTooMuchHappened) {
  desk d;
  auto reader = ready(d, d.user);
  for (int i = 0; i < 300; ++i) sync_wait(d.as(d.user).events().tell(d.user, "knock", i));

  auto const event = sync_wait(reader.next());

  EXPECT_EQ(std::get<events_reset>(*event).reason, feed_loss::overflow);
  auto const kept = only<event_told>(heard(d, d.user, reader));
  ASSERT_EQ(kept.size(), 256U);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(kept[static_cast<std::size_t>(i)].body, 44 + i);
}

TEST(Events, OfTheApplicationsOwnAreNotLostByAReset) {
  desk d(with_parcels());
  auto reader = ready(d, d.user);
  auto const own = d.as(d.user).events();

  sync_wait(own.tell(d.user, "before", nullptr));
  sync_wait(d.as(d.user).records<parcel>().write(many_parcels(d)));
  sync_wait(own.tell(d.user, "behind", nullptr));
  d.new_chat();  // which whoever reads again finds
  auto const found = heard(d, d.user, reader);

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(std::get<event_told>(found[0]).name, "before");
  EXPECT_EQ(std::get<events_reset>(found[1]).reason, feed_loss::overflow);
  EXPECT_EQ(std::get<event_told>(found[2]).name, "behind");
}

TEST(Events, AreNumberedInTheOrderInWhichTheyAreHeardAlsoAroundAReset) {
  desk d(with_parcels());
  auto reader = ready(d, d.user);
  auto const own = d.as(d.user).events();
  sync_wait(own.tell(d.user, "before", nullptr));
  sync_wait(d.as(d.user).records<parcel>().write(many_parcels(d)));
  sync_wait(own.tell(d.user, "behind", nullptr));

  std::vector<std::int64_t> numbers{reader.position()};
  for (int i = 0; i < 3; ++i) {
    sync_wait(reader.next());
    EXPECT_GT(reader.position(), numbers.back());
    numbers.push_back(reader.position());
  }
  auto behind_reset = follow(d, d.user, follow_options(), numbers[2]);

  EXPECT_EQ(std::get<event_told>(*sync_wait(behind_reset.next())).name, "behind");
}

TEST(Events, TellOfAnApplicationsOwnRecords) {
  desk d(with_parcels());
  auto const colleague = d.add_user("ben");
  auto own = ready(d, d.user);
  auto other = ready(d, colleague);
  auto const records = d.as(d.user).records<parcel>();
  parcel sent;
  sent.id = d.ids.next();
  sent.owner_id = colleague;

  sync_wait(records.write(insert(sent)));
  sync_wait(records.write(update<parcel>(sent.id).set(&parcel::weight, 7).set(&parcel::revision, 2)));

  auto const by_writer = of_table(heard(d, d.user, own), "parcels");
  auto const by_owner = of_table(heard(d, colleague, other), "parcels");
  ASSERT_EQ(by_writer.size(), 2U);
  EXPECT_EQ(by_writer[1].revision, 2);
  EXPECT_EQ(by_writer[1].change, row_change::updated);
  ASSERT_EQ(by_owner.size(), 1U);  // the change does not say whose it is
  EXPECT_EQ(by_owner[0], by_writer[0]);
}

TEST(Events, TellOfManyRowsAtOnceThatThereWereMany) {
  desk d(with_parcels());
  auto reader = ready(d, d.user);

  sync_wait(d.as(d.user).records<parcel>().write(many_parcels(d)));

  EXPECT_EQ(std::get<events_reset>(*sync_wait(reader.next())).reason, feed_loss::overflow);
  EXPECT_TRUE(heard(d, d.user, reader).empty());
}

TEST(Events, AreOfSomeChatsOrKindsAlone) {
  desk d;
  auto const wanted = d.new_chat();
  auto const other = d.new_chat();
  follow_options of_chat;
  of_chat.chat_ids.push_back(wanted.id);
  follow_options told;
  told.kinds.push_back(event_kind::told);
  auto narrow = ready(d, d.user, of_chat);
  auto talk = ready(d, d.user, told);

  sync_wait(d.chats().pin(other.id));
  sync_wait(d.chats().pin(wanted.id));
  sync_wait(d.as(d.user).events().tell(d.user, "hello", boost::json::object{{"x", 1}}));

  EXPECT_EQ(std::get<record_changed>(*sync_wait(narrow.next())).chat_id, wanted.id);
  auto const said = std::get<event_told>(*sync_wait(talk.next()));
  EXPECT_EQ(said.name, "hello");
  EXPECT_EQ(said.body.at("x"), 1);
}

TEST(Events, KnowNoChatOfSomebodyElse) {
  desk d;
  auto const colleague = d.add_user("ben");
  follow_options foreign;
  foreign.chat_ids.push_back(d.new_chat().id);
  follow_options missing;
  missing.chat_ids.push_back(chat_id{d.ids.next()});

  for (auto const& what : {foreign, missing})
    EXPECT_EQ(code_of(d.as(colleague).events().follow(what)), errc::not_found);
}

TEST(Events, TellOnlyWhatFits) {
  desk d;
  auto const own = d.as(d.user).events();

  EXPECT_EQ(code_of(own.tell(d.user, "", nullptr)), errc::invalid_argument);
  EXPECT_EQ(code_of(own.tell(d.user, std::string(101, 'x'), nullptr)), errc::invalid_argument);
  EXPECT_EQ(code_of(own.tell(d.user, "x", boost::json::value(std::string(4'095, 'x')))), errc::invalid_argument);
  EXPECT_EQ(code_of(own.tell(d.user, "x", boost::json::value(std::string(4'094, 'x')))), std::nullopt);
}

TEST(Events, AreThereAtOnceForWhoDoesNotWait) {
  desk d;
  auto const colleague = d.add_user("ben");
  auto reader = ready(d, colleague);
  std::atomic<int> told = 0;
  reader.notify([&] { ++told; });
  auto const tell = [&](std::string name) {
    sync_wait(d.as(d.user).events().tell(colleague, std::move(name), nullptr));
  };

  EXPECT_EQ(reader.json_now(), nullptr);
  EXPECT_TRUE(reader.rests());
  tell("first");
  tell("second");
  EXPECT_EQ(told, 2);
  EXPECT_NE(reader.json_now()->find("first"), std::string::npos);
  auto const position = reader.position();
  EXPECT_NE(sync_wait(reader.next_json())->find("second"), std::string::npos);
  EXPECT_GT(reader.position(), position);

  sync_wait(d.engine->users().suspend(colleague));
  tell("third");
  EXPECT_EQ(reader.json_now(), nullptr);
  EXPECT_FALSE(reader.rests());
  EXPECT_EQ(code_of(reader.next()), errc::permission_denied);
}

TEST(Events, EndForWhoIsSuspended) {
  desk d;
  auto const colleague = d.add_user("ben");
  auto reader = ready(d, colleague);

  sync_wait(d.engine->users().suspend(colleague));
  sync_wait(d.as(d.user).events().tell(colleague, "psst", nullptr));

  EXPECT_EQ(code_of(reader.next()), errc::permission_denied);
  EXPECT_EQ(code_of(d.as(colleague).events().follow()), errc::permission_denied);
}

TEST(Events, EndWithTheEngine) {
  desk d;
  auto reader = ready(d, d.user);
  auto waiting = std::async(std::launch::async, [&] { return code_of(reader.next()); });

  sync_wait(d.engine->shutdown(std::chrono::seconds(0)));

  EXPECT_EQ(waiting.get(), errc::unavailable);
  d.engine.reset();
}

TEST(Events, AreFollowedBySoManyOfOneUser) {
  desk d;
  std::vector<event_reader> all;
  for (int i = 0; i < 64; ++i) all.push_back(follow(d, d.user));

  EXPECT_EQ(code_of(d.as(d.user).events().follow()), errc::rate_limited);
  all.pop_back();
  EXPECT_EQ(code_of(d.as(d.user).events().follow()), std::nullopt);
}

TEST(Events, HaveClientsReadAgainWhereOtherServersAreNotHeard) {
  desk_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  options.deployment = deployment::shared;
  desk d(std::move(options));
  auto reader = ready(d, d.user);
  auto const before = reader.position();
  auto waiting = std::async(std::launch::async, [&] { return sync_wait(reader.next()); });

  EXPECT_TRUE(test::eventually([&] {
    clock->advance(std::chrono::milliseconds(100));
    return waiting.wait_for(std::chrono::milliseconds(0)) == std::future_status::ready;
  }));

  EXPECT_EQ(std::get<events_reset>(*waiting.get()).reason, feed_loss::server);
  EXPECT_GT(reader.position(), before);
}

TEST(Events, HaveClientsReadAgainAlsoWhereThereIsAlwaysNewsOfTheirOwnServer) {
  desk_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  options.deployment = deployment::shared;
  desk d(std::move(options));
  auto reader = ready(d, d.user);
  int resets = 0;

  for (int i = 0; i < 6; ++i) {
    clock->advance(std::chrono::seconds(5));
    for (auto const& event : heard(d, d.user, reader)) resets += std::holds_alternative<events_reset>(event) ? 1 : 0;
  }

  EXPECT_EQ(resets, 2);  // in 30 s
}

TEST(Events, HaveClientsReadAgainAlsoWhoComeBackForEachEvent) {
  desk_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  options.deployment = deployment::shared;
  desk d(std::move(options));
  auto const kept = ready(d, d.user);
  auto position = kept.position();
  int resets = 0;

  for (int i = 0; i < 6; ++i) {
    clock->advance(std::chrono::seconds(5));
    sync_wait(d.as(d.user).events().tell(d.user, "news", i));
    for (bool news = false; !news;) {
      auto again = follow(d, d.user, follow_options(), position);
      auto const event = *sync_wait(again.next());
      news = std::holds_alternative<event_told>(event);
      resets += news ? 0 : 1;
      EXPECT_GT(again.position(), position);
      position = again.position();
    }
  }

  EXPECT_EQ(resets, 2);
}

TEST(Events, HaveNotAllClientsReadAgainAtOnce) {
  desk_options options;
  auto const clock = std::make_shared<testing::manual_clock>();
  options.clock = clock;
  options.deployment = deployment::shared;
  desk d(std::move(options));
  std::vector<event_reader> readers;
  std::vector<user_id> users;
  for (int i = 0; i < 16; ++i) users.push_back(d.add_user("user" + std::to_string(i)));
  for (auto const& who : users) readers.push_back(ready(d, who));
  std::set<int> seconds;

  for (int second = 0; second < 15; ++second) {
    clock->advance(std::chrono::seconds(1));
    for (std::size_t i = 0; i < users.size(); ++i)
      if (!only<events_reset>(heard(d, users[i], readers[i])).empty()) seconds.insert(second);
  }

  EXPECT_GE(seconds.size(), 4U);
}

TEST(Events, AreCounted) {
  auto options = with_parcels();
  options.metrics = std::make_shared<metrics>();
  desk d(options);
  auto reader = ready(d, d.user);
  sync_wait(d.as(d.user).events().tell(d.user, "hello", nullptr));
  sync_wait(d.as(d.user).records<parcel>().write(many_parcels(d)));

  heard(d, d.user, reader);

  auto const counted = [&](std::string_view name, std::string_view label, std::string_view value) {
    return test::measured_value(*options.metrics, name, {{label, value}});
  };
  EXPECT_EQ(counted("sambung_broker_messages_total", "direction", "out"), 2);  // and the mark
  EXPECT_EQ(counted("sambung_broker_messages_total", "direction", "in"), 2);
  EXPECT_EQ(counted("sambung_broker_resets_total", "reason", "overflow"), 1);
}

TEST(Events, OfTablesThatATokenMayNotReadAreNotHeardByIt) {
  desk d;
  permission_set scopes;
  scopes.add(permission::chat_read);
  auto const narrow =
      d.engine->workspace(principal(d.tenant, d.user, member_role::owner, authentication::api_token, scopes));
  auto by_token = sync_wait(narrow.events().follow());
  auto own = ready(d, d.user);

  sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "another", token_options(permission_set::all())));
  d.add_user("eve");
  sync_wait(d.as(d.user).templates().create(shared_prompt("greeting")));
  d.new_chat();

  std::set<std::string> tables;
  for (auto const& one : only<record_changed>(heard(d, d.user, by_token))) tables.insert(one.table);
  EXPECT_EQ(tables, std::set<std::string>{"chats"});
  auto const all = heard(d, d.user, own);
  for (auto const* table : {"api_tokens", "memberships", "prompt_templates", "chats"})
    EXPECT_FALSE(of_table(all, table).empty()) << table;
}

TEST(Events, OfNoTableOfSambungsAreHeardByWhoMayReadNothing) {
  id_generator ids(system_clock(), system_random());
  principal const nobody(ids.next<tenant_id>(), ids.next<user_id>(), member_role::owner, authentication::api_token,
                         permission_set());
  auto const schema = standard_schema();

  for (auto const& module : schema->modules())
    for (auto const& table : module.tables()) {
      if (table.announcement.is_told()) {
        EXPECT_FALSE(may_hear_of(table.table, nobody)) << table.table;
      }
    }
}

TEST(Events, TellEverybodyWhoSawItThatSomethingSharedHasGone) {
  desk d;
  auto const colleague = d.add_user("ben");
  auto const prompts = d.as(d.user).templates();
  auto const hidden = sync_wait(prompts.create(shared_prompt("hidden"))).prompt;
  auto const erased = sync_wait(prompts.create(shared_prompt("erased"))).prompt;
  auto own = sync_wait(prompts.create(own_prompt("own"))).prompt;
  auto reader = ready(d, colleague);

  prompt_update hide;
  hide.visibility = visibility::private_;
  sync_wait(prompts.update(hidden.id, hide, hidden.revision));
  sync_wait(prompts.remove(erased.id));
  sync_wait(prompts.remove(own.id));

  auto const found = of_table(heard(d, colleague, reader), "prompt_templates");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].id, to_string(hidden.id));
  EXPECT_EQ(found[0].change, row_change::updated);
  EXPECT_EQ(found[1].id, to_string(erased.id));
  EXPECT_EQ(found[1].change, row_change::removed);
}

TEST(Events, AreMissedByNobodyWhoBeganWhileTheyWereWritten) {
  desk_options options;
  auto const watched = std::make_shared<tests::watched_storage>(options.storage);
  options.storage = watched;
  desk d(std::move(options));
  auto const colleague = d.add_user("ben");
  sync_wait(d.as(colleague).templates().list());  // that they may act is known: what steps in reads nothing
  std::optional<event_reader> reader;
  watched->before_writes([&](batch const& b) {
    for (auto const& one : b.changes()) {
      auto const* row = std::get_if<insert_row>(&one);
      if (row && row->table == "prompt_templates" && !reader) reader.emplace(ready(d, colleague));
    }
  });

  sync_wait(d.as(d.user).templates().create(shared_prompt("greeting")));

  ASSERT_TRUE(reader.has_value());
  sync_wait(d.as(colleague).events().tell(colleague, "mark", nullptr));
  EXPECT_TRUE(std::holds_alternative<events_reset>(*sync_wait(reader->next())));
}

}  // namespace
}  // namespace sambung::events_test

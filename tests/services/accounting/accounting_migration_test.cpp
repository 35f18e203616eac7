// A database from before accounting: what was counted and answered stays, and quotas count it.
#include "support/desk.hpp"

#include <sambung/core/id_generator.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/audit_entry.hpp>
#include <sambung/records/idempotency_record.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/records/password.hpp>
#include <sambung/records/provider_key.hpp>
#include <sambung/records/refresh_token.hpp>
#include <sambung/records/session.hpp>

#include <gtest/gtest.h>

namespace sambung::accounting_migration_test {

// Module version 2 as it was.
namespace before_accounting {

struct usage_counter {
  std::string id;
  sambung::user_id user_id;
  std::string day;
  std::string model;
  std::int64_t requests = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t cost_microusd = 0;
  key_source key = key_source::configured;
};
BOOST_DESCRIBE_STRUCT(usage_counter, (),
                      (id, user_id, day, model, requests, input_tokens, output_tokens, cost_microusd, key))
inline record_description describe_record(record_of<usage_counter>) {
  return record<usage_counter>("usage_counters")
      .index(&usage_counter::user_id, &usage_counter::day)
      .owned_by(&usage_counter::user_id);
}

schema_ref schema_of_then() {
  module_schema module("sambung");
  module.table<tenant>().table<user>().table<membership>().table<api_token>();
  module.table<chat>().table<message>().table<active_turn>().table<turn_chunk>();
  module.table<usage_counter>().table<idempotency_record>();
  module.table<password>().table<session>().table<refresh_token>().table<invitation>();
  module.table<audit_entry>().table<security_epoch>().table<provider_key>();
  module.migrate(2, {});
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

}  // namespace before_accounting

namespace {

using tests::code_of;

// What version 2 stored: "acme", its owner Ada, an answer of hers, and that she used a model today.
struct old_database {
  old_database() {
    auto const storage = database.open();
    sync_wait(storage->migrate(before_accounting::schema_of_then())).value();
    auto const now = system_clock()->now();
    tenant acme;
    acme.id = tenant_id{ids.next()};
    acme.name = "acme";
    acme.created_at = now;
    user ada;
    ada.id = user_id{ids.next()};
    ada.email = "ada@acme.example";
    ada.created_at = now;
    membership place;
    place.id = membership_id{ids.next()};
    place.tenant_id = acme.id;
    place.user_id = ada.id;
    place.role = member_role::owner;
    place.created_at = now;
    batch system;
    system.add(insert(acme)).add(insert(ada)).add(insert(place));
    sync_wait(storage->write(testing::system_scope(), std::move(system))).value();
    batch own;
    own.add(insert(counter_of(ada.id, to_iso8601(now).substr(0, 10))));
    for (auto& one : answered(ada.id, now)) own.add(std::move(one));
    sync_wait(storage->write(testing::tenant_scope(acme.id), std::move(own))).value();
  }

  static before_accounting::usage_counter counter_of(user_id ada, std::string const& day) {
    before_accounting::usage_counter used;
    used.id = to_string(ada) + '/' + day + "/scripted/model";
    used.user_id = ada;
    used.day = day;
    used.model = "scripted/model";
    used.requests = 7;
    used.input_tokens = 70;
    used.output_tokens = 7;
    return used;
  }

  // A chat and an answer in it, its usage in the JSON of then.
  std::vector<change> answered(user_id ada, timestamp now) {
    chat home;
    home.id = chat_id{ids.next()};
    home.owner_id = ada;
    home.model = "scripted/model";
    home.created_at = home.updated_at = now;
    message one;
    one.id = answer = message_id{ids.next()};
    one.chat_id = home.id;
    one.role = role::assistant;
    one.created_at = one.updated_at = now;
    insert_row row{"messages", to_row(one)};
    row.values[*description_of<message>().position("usage")] =
        value(R"({"inputTokens":3,"outputTokens":4,"cachedInputTokens":1,"reasoningTokens":2})");
    return {insert(home), std::move(row)};
  }

  tests::lasting_database database;
  id_generator ids{system_clock(), system_random()};
  message_id answer;
};

tests::desk_options on(old_database& old) {
  tests::desk_options options;
  options.storage = old.database.open();
  return options;
}

TEST(AccountingMigration, KeepsWhatWasCounted) {
  old_database old;

  tests::desk d(on(old));

  ASSERT_EQ(d.usage().size(), 1U);
  EXPECT_EQ(d.usage().front().requests, 7);
  EXPECT_EQ(d.usage().front().input_tokens, 70);
  EXPECT_EQ(d.usage().front().unpriced_requests, 0);
  EXPECT_EQ(d.usage().front().reasoning_tokens, 0);
  auto const answer = sync_wait(d.chats().get_message(old.answer));
  ASSERT_TRUE(answer.usage);
  EXPECT_EQ(*answer.usage, (token_usage{3, 4, 1, 2}));
}

TEST(AccountingMigration, CountsFurtherAndLimitsByBoth) {
  old_database old;
  tests::desk d(on(old));
  d.model->otherwise(
      [](completion_request const&) { return testing::answer_script().text("baik").usage(6, 4).finish(); });
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "?"));
  sync_wait(turn.answer());
  quota_key const tokens(quota_subject::tenant, quota_period::month, quota_measure::tokens);
  sync_wait(d.as(d.user).quotas().set(tokens, 87));

  EXPECT_EQ(d.usage().front().requests, 8);
  EXPECT_EQ(sync_wait(d.as(d.user).quotas().mine()).front().used, 87);
  EXPECT_EQ(sync_wait(d.engine->usage(d.tenant).summary()).front().input_tokens, 76);
  EXPECT_EQ(code_of(d.chats().send(d.new_chat().id, "?")), errc::quota_exceeded);
}

}  // namespace
}  // namespace sambung::accounting_migration_test

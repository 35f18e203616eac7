// A storage whose rows can be damaged one by one, and an engine that was lost on it.
#pragma once

#include "support/desk.hpp"
#include "support/eventually.hpp"
#include "support/watched_storage.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/testing/gate.hpp>

#include <gtest/gtest.h>

namespace sambung::tests {

// A storage with a tenant that has something in most tables, whose engine was lost in the middle of an answer.
struct damaged_house {
  explicit damaged_house(std::shared_ptr<sambung::storage> on)
      : store(std::make_shared<watched_storage>(std::move(on))) {
    options.storage = store;
    options.turns = left_behind(std::chrono::milliseconds(1));
    lost = std::make_unique<desk>(options);
    auto& d = *lost;
    sync_wait(d.engine->tenants().create("other"));
    old_chat = d.new_chat().id;
    d.model->push(say("an answer"));
    send_options how;
    how.idempotency_key = "once";
    auto turn = sync_wait(d.chats().send(old_chat, "a question", how));
    sync_wait(turn.answer());
    sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "a token"));
    d.add_session(d.user, d.tenant);
    quota_key const which(quota_subject::tenant, quota_period::month, quota_measure::tokens);
    sync_wait(d.engine->quotas(d.tenant).set(which, 1'000'000));
    sync_wait(d.as(d.user).invitations().create("guest@example.com"));
    lost_chat = d.new_chat().id;
    d.model->push(testing::answer_script().text("flushed").wait(never).finish());
    auto cut = sync_wait(d.chats().send(lost_chat, "another"));
    answer = cut.message_id();
    EXPECT_TRUE(test::eventually([&] { return !d.all_in<turn_chunk>(d.tenant).empty(); }));
  }

  // The oldest row of a table, of the tenant's or the system's; empty when there is none.
  std::optional<value> oldest(record_description const& table) const {
    auto const where =
        table.scope == table_scope::system ? testing::system_scope() : testing::tenant_scope(lost->tenant);
    auto const found = sync_wait(store->read(where, query(table.table).order({}, direction::ascending).limit(1)));
    if (found.value().items.empty()) return std::nullopt;
    return found.value().items.front().front();
  }

  std::shared_ptr<watched_storage> store;
  desk_options options;
  testing::gate never;
  std::unique_ptr<desk> lost;
  chat_id old_chat;
  chat_id lost_chat;
  message_id answer;
};

}  // namespace sambung::tests

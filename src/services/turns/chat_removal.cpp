#include "services/turns/chat_removal.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/message.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>

#include "services/base/row_erasing.hpp"

namespace sambung {
namespace {

task<std::int64_t> erase_messages(engine_core& core, scope who, chat_id id) {
  std::int64_t erased = 0;
  std::vector<std::string> const by_depth(1, "depth");
  for (;;) {
    query q = collection<message>::where(&message::chat_id, id);
    q = std::move(q).order(by_depth, direction::descending);
    auto const found = co_await keys_of(core, who, std::move(q));
    if (found.empty()) co_return erased;
    batch b;
    for (auto const& key : found) {
      message_id const one{key};
      co_await erase_rows(core, who, collection<turn_chunk>::where(&turn_chunk::message_id, one));
      b.add(erase<message>(one));
    }
    auto const written = co_await core.store->write(who, std::move(b));
    if (written) erased += static_cast<std::int64_t>(found.size());
    else if (written.error().code != errc::not_found) throw error(written.error());
  }
}

task<void> erase_decisions(engine_core& core, scope who, chat_id id) {
  query q = collection<tool_decision>::where(&tool_decision::chat_id, id);
  std::vector<std::string> order{"state", "until"};
  co_await erase_rows(core, who, std::move(q).order(std::move(order), direction::descending));
  co_await erase_rows(core, who, collection<tool_grant>::where(&tool_grant::chat_id, std::optional(id)));
}

}  // namespace

task<std::int64_t> erase_chat(engine_core& core, scope who, chat_id id) {
  co_await erase_rows(core, who, collection<active_turn>::where(&active_turn::chat_id, id));
  co_await erase_decisions(core, who, id);
  auto const messages = co_await erase_messages(core, who, id);
  auto const written = co_await core.records<chat>(who).write(erase<chat>(id));
  if (!written && written.error().code != errc::not_found) throw error(written.error());
  co_return messages;
}

task<void> finish_removals(engine_core& core, scope who) {
  for (;;) {
    query q = collection<chat>::where(&chat::state, chat_state::deleting);
    auto const found = co_await keys_of(core, who, std::move(q));
    if (found.empty()) co_return;
    for (auto const& key : found) co_await erase_chat(core, who, chat_id{key});
  }
}

}  // namespace sambung

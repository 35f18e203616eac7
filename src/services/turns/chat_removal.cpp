#include "services/turns/chat_removal.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/message.hpp>

#include "services/base/row_erasing.hpp"

namespace sambung {
namespace {

task<std::int64_t> erase_messages(engine_core& core, scope who, chat_id id) {
  std::int64_t erased = 0;
  std::vector<std::string> const by_depth(1, "depth");
  for (;;) {
    auto const records = core.records<message>(who);
    query q = records.where(&message::chat_id, id);
    q = std::move(q).order(by_depth, direction::descending);
    auto const found = (co_await records.list(std::move(q), page_request(erasing_step))).value();
    if (found.items.empty()) co_return erased;
    batch b;
    for (auto const& item : found.items) {
      co_await erase_rows(core, who, collection<turn_chunk>::where(&turn_chunk::message_id, item.id));
      b.add(erase<message>(item.id));
    }
    auto const written = co_await core.store->write(who, std::move(b));
    if (written) erased += static_cast<std::int64_t>(found.items.size());
    else if (written.error().code != errc::not_found) throw error(written.error());
  }
}

}  // namespace

task<std::int64_t> erase_chat(engine_core& core, scope who, chat_id id) {
  co_await erase_rows(core, who, collection<active_turn>::where(&active_turn::chat_id, id));
  auto const messages = co_await erase_messages(core, who, id);
  auto const written = co_await core.records<chat>(who).write(erase<chat>(id));
  if (!written && written.error().code != errc::not_found) throw error(written.error());
  co_return messages;
}

task<void> finish_removals(engine_core& core, scope who) {
  auto const chats = core.records<chat>(who);
  for (;;) {
    auto const found =
        (co_await chats.list(chats.where(&chat::state, chat_state::deleting), page_request(erasing_step))).value();
    if (found.items.empty()) co_return;
    for (auto const& item : found.items) co_await erase_chat(core, who, item.id);
  }
}

}  // namespace sambung

#include "services/chat_removal.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/records/message.hpp>

namespace sambung {
namespace {

// Rows that are erased together.
constexpr std::size_t step = 200;

// Erases what `found` names; something that is gone already is as good as erased.
template <class R>
task<void> erase_all(engine_core& core, scope who, query which) {
  for (;;) {
    collection<R> const records(*core.store, who);
    result<page<R>> const found = co_await records.list(which, page_request(step));
    if (found.value().items.empty()) co_return;
    batch b;
    for (auto const& item : found->items) b.add(erase<R>(item.id));
    auto const written = co_await core.store->write(who, std::move(b));
    if (!written && written.error().code != errc::not_found) throw error(written.error());
  }
}

task<void> erase_messages(engine_core& core, scope who, chat_id id) {
  std::vector<std::string> const by_depth(1, "depth");
  for (;;) {
    auto const records = core.records<message>(who);
    query q = records.where(&message::chat_id, id);
    q = std::move(q).order(by_depth, direction::descending);
    auto const found = (co_await records.list(std::move(q), page_request(step))).value();
    if (found.items.empty()) co_return;
    batch b;
    for (auto const& item : found.items) {
      co_await erase_all<turn_chunk>(core, who, collection<turn_chunk>::where(&turn_chunk::message_id, item.id));
      b.add(erase<message>(item.id));
    }
    auto const written = co_await core.store->write(who, std::move(b));
    if (!written && written.error().code != errc::not_found) throw error(written.error());
  }
}

}  // namespace

task<void> erase_chat(engine_core& core, scope who, chat_id id) {
  co_await erase_all<active_turn>(core, who, collection<active_turn>::where(&active_turn::chat_id, id));
  co_await erase_messages(core, who, id);
  auto const written = co_await core.records<chat>(who).write(erase<chat>(id));
  if (!written && written.error().code != errc::not_found) throw error(written.error());
}

task<void> finish_removals(engine_core& core, scope who) {
  auto const chats = core.records<chat>(who);
  for (;;) {
    auto const found =
        (co_await chats.list(chats.where(&chat::state, chat_state::deleting), page_request(step))).value();
    if (found.items.empty()) co_return;
    for (auto const& item : found.items) co_await erase_chat(core, who, item.id);
  }
}

}  // namespace sambung

#include "services/turns/chat_removal.hpp"

#include "services/base/access.hpp"
#include "services/base/part_erasing.hpp"
#include "services/base/row_erasing.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {

task<void> erase_chat(engine_core& core, scope who, chat_id id) {
  erasing_observer const nobody = [](std::string_view, std::int64_t) {};
  value const key(id.value);
  auto const quietly = unannounced(who);  // that the chat has gone was told when it was closed
  co_await erase_parts(core, quietly, *core.schema->find(description_of<chat>().table), key, nobody);
  core.turns->paths.forget(who, id);
  auto const written = co_await core.records<chat>(quietly).write(erase<chat>(id));
  if (!written && written.error().code != errc::not_found) throw error(written.error());
}

task<void> finish_removals(engine_core& core, scope who) {
  for (;;) {
    query q = collection<chat>::where(&chat::state, chat_state::deleting);
    auto const found = co_await keys_of(core, who, std::move(q));
    if (found.keys.empty()) co_return;
    for (auto const& key : found.keys) co_await erase_chat(core, who, chat_id{key});
  }
}

}  // namespace sambung

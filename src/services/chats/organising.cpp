#include "services/chats/organising.hpp"

#include <sambung/records/list_epoch.hpp>

#include "core/text.hpp"
#include "services/base/claim.hpp"
#include "services/base/name.hpp"

namespace sambung {

void throw_wrong_name(std::string const& why) {
  throw error(failure(errc::invalid_argument, "name: " + why, {{"name", why}}));
}

std::string checked_name(std::string_view typed, record_description const& of) {
  std::string name(trim(typed));
  if (auto const wrong = text_fault(name, of.fields[*of.position("name")])) throw_wrong_name(*wrong);
  check_name(name);
  return name;
}

change require_own(chat_id id, user_id owner) {
  return require<chat>(id).when(&chat::owner_id, owner).when(&chat::state, chat_state::active);
}

task<void> write_claimed(chat_access const& access, std::string list, std::function<task<batch>()> const& make) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto claim = co_await claim_of<list_epoch>(access.core(), access.rows(), to_string(access.user()) + '/' + list);
    batch b = co_await make();
    b.add(std::move(claim));
    auto const written = co_await access.core().store->write(access.rows(), std::move(b));
    if (written) co_return;
    if (!is_worth_another_look(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the user's " + list + " kept changing");
}

}  // namespace sambung

#include "services/auth/session_ending.hpp"

#include <sambung/records/refresh_token.hpp>
#include <sambung/records/session.hpp>

#include "services/base/access.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

// Leaves room in a batch (max_batch_changes) for what else it changes.
constexpr std::size_t most_changes = 5'000;

query family_of(session_id id) { return collection<refresh_token>::where(&refresh_token::session_id, id); }

task<void> end_session(engine_core& core, session_id id) {
  co_await erase_rows(core, system_rows(), family_of(id));
  auto const written = co_await system_records<session>(core).write(erase<session>(id));
  if (!written && written.error().code != errc::not_found) throw error(written.error());
}

}  // namespace

task<batch> session_end(engine_core& core, session_id id) {
  batch b;
  auto const tokens = system_records<refresh_token>(core);
  auto found = (co_await tokens.list(family_of(id), page_request(max_page_size))).value();
  if (found.next_cursor) {
    co_await erase_rows(core, system_rows(), family_of(id));
    found.items.clear();
  }
  for (auto const& token : found.items) b.add(erase<refresh_token>(token.id));
  b.add(erase<session>(id));
  co_return b;
}

task<void> add_session_ends(engine_core& core, user_id user, std::optional<session_id> kept, batch& b) {
  auto const sessions = system_records<session>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await sessions.list(sessions.where(&session::user_id, user), which)).value();
    for (auto const& one : found.items) {
      if (one.id == kept) continue;
      auto const end = co_await session_end(core, one.id);
      if (b.changes().size() + end.changes().size() > most_changes) co_return;
      for (auto const& change : end.changes()) b.add(change);
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

task<void> end_sessions(engine_core& core, user_id user, std::optional<session_id> kept) {
  auto const sessions = system_records<session>(core);
  page_request which(max_page_size);
  do {
    auto found = (co_await sessions.list(sessions.where(&session::user_id, user), which)).value();
    for (auto const& one : found.items)
      if (one.id != kept) co_await end_session(core, one.id);
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
}

}  // namespace sambung

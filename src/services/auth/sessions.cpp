#include "services/auth/sessions.hpp"

#include <sambung/records/refresh_token.hpp>
#include <sambung/security/token.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/session_ending.hpp"
#include "services/base/access.hpp"
#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"

#include <algorithm>
#include <array>

namespace sambung {
namespace {

constexpr std::size_t removed_at_once = 500;

// At most `max_bytes` that can be stored: what a client says about itself may be any bytes.
std::string storable(std::string text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    while (max_bytes > 0 && (text[max_bytes] & 0xC0) == 0x80) --max_bytes;
    text.resize(max_bytes);
  }
  if (text_fault(text, field()))
    std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

std::optional<session> if_live(std::optional<session> found, timestamp now) {
  if (!found || found->expires_at <= now) return std::nullopt;
  return found;
}

template <class R>
task<void> remove_expired_rows(engine_core& core) {
  query q = query(description_of<R>().table)
                .where(where(&R::expires_at, comparison::less_equal, core.clock->now()))
                .order({"expires_at"}, direction::ascending)
                .limit(removed_at_once);
  batch b;
  for (bool more = true; more && b.empty();) {
    auto const read = co_await detail::read_to_a_place(*core.store, system_rows(), description_of<R>(), q);
    rows const& found = read.value();
    for (auto const& one : system_records<R>(core).readable(found))
      b.add(erase<R>(one.id).when(&R::expires_at, one.expires_at));
    more = found.more;
    if (!more) break;
    row place = detail::place_of(found.items.back(), q, description_of<R>());
    q = std::move(q).after(std::move(place));
  }
  if (b.empty()) co_return;
  // Another engine that removes them too, or a session extended in between: the next round sees what is left.
  auto const written = co_await write_system(core, std::move(b));
  if (!written && !was_overtaken(written.error())) throw error(written.error());
}

}  // namespace

new_session make_session(engine_core const& core, user_id user, std::optional<tenant_id> active,
                         request_origin const& from) {
  new_session made;
  made.token = make_token(session_token_prefix, *core.random);
  made.record.id = core.ids->next<session_id>();
  made.record.user_id = user;
  made.record.tenant_id = active;
  made.record.hash = token_hash(made.token.view());
  made.record.address = storable(from.address, 64);
  made.record.user_agent = storable(from.user_agent, 512);
  made.record.created_at = core.clock->now();
  made.record.updated_at = made.record.created_at;
  made.record.expires_at = made.record.created_at + core.auth->options.session_lifetime;
  return made;
}

audit_entry entry_of(engine_core const& core, session const& what, std::string action, request_origin from) {
  identity const who(what.user_id, authentication::session, std::nullopt, permission_set::all(), what.id);
  auto origin = std::make_shared<request_origin const>(std::move(from));
  auto entry = entry_of(core, who.from(std::move(origin)), audit_note(std::move(action), to_string(what.id)));
  entry.tenant_id = what.tenant_id;
  return entry;
}

task<std::optional<session>> live_session(engine_core const& core, session_id id) {
  auto stored = co_await system_records<session>(core).get(id);
  co_return if_live(if_found(std::move(stored)), core.clock->now());
}

task<std::optional<session>> live_session(engine_core const& core, std::string_view token) {
  auto const records = system_records<session>(core);
  auto stored = co_await records.first(records.where(&session::hash, token_hash(token)));
  co_return if_live(if_found(std::move(stored)), core.clock->now());
}

timestamp extension_due(engine_core const& core, session const& of) {
  return of.updated_at + core.auth->options.session_extension;
}

task<session> extend_if_due(engine_core const& core, session of) {
  auto const now = core.clock->now();
  if (core.only_reads || now < extension_due(core, of)) co_return of;
  auto extended = of;
  extended.updated_at = now;
  extended.expires_at = now + core.auth->options.session_lifetime;
  extended.revision = of.revision + 1;
  change one = update<session>(of.id)
                   .set(&session::updated_at, extended.updated_at)
                   .set(&session::expires_at, extended.expires_at)
                   .set(&session::revision, extended.revision)
                   .when(&session::revision, of.revision);
  auto const written = co_await system_records<session>(core).write(std::move(one));
  if (written) co_return extended;
  if (!was_overtaken(written.error())) throw error(written.error());
  co_return of;
}

task<void> end_session(engine_core& core, session_id id, audit_entry entry) {
  for (;;) {
    auto b = co_await session_end(core, id);
    note_in(b, entry);
    auto const written = co_await write_revoking(core, std::move(b));
    if (written) co_return;
    if (!was_overtaken(written.error())) throw error(written.error());
    // Either it has ended, or one of its tokens has just expired.
    auto const left = co_await live_session(core, id);
    if (!left) co_return;
  }
}

task<result<receipt>> write_replacing(engine_core& core, batch b, request_origin from) {
  std::optional<session> before;
  if (from.session) before = co_await live_session(core, *from.session);
  if (!before) co_return co_await write_system(core, std::move(b));
  auto const end = co_await session_end(core, before->id);
  for (auto const& change : end.changes()) b.add(change);
  note_in(b, entry_of(core, *before, "auth.signOut", std::move(from)));
  co_return co_await write_revoking(core, std::move(b));
}

task<void> limit_sessions(engine_core& core, user_id user) {
  auto const records = system_records<session>(core);
  query q = records.where(&session::user_id, user);
  q = std::move(q).limit(max_rows);
  // Whoever signs in last sees all the others'; of those who end the same ones at once, one does and the others look
  // again.
  for (;;) {
    auto const found = co_await core.store->read(system_rows(), q);
    auto const& newest_first = found.value().items;
    if (newest_first.size() <= max_sessions) co_return;
    batch b;
    for (std::size_t i = max_sessions; i < newest_first.size(); ++i)
      b.add(erase_of(description_of<session>(), newest_first[i]));
    auto const written = co_await write_revoking(core, std::move(b));
    if (!written && !was_overtaken(written.error())) throw error(written.error());
  }
}

task<void> remove_expired(engine_core& core) {
  co_await remove_expired_rows<session>(core);
  co_await remove_expired_rows<refresh_token>(core);
}

}  // namespace sambung

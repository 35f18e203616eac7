#include "services/base/idempotency.hpp"

#include "core/sha256.hpp"
#include "services/base/system_records.hpp"

namespace sambung {
namespace {

constexpr std::size_t removed_at_once = 500;

// Records from then on, and before, have ended.
timestamp ended_by(engine_core const& core) { return core.clock->now() - core.idempotency_lifetime; }

// Only as long as it is the one that was read: another call may have put its own in its place.
change removal_of(idempotency_record const& one) {
  return erase<idempotency_record>(one.id).when(&idempotency_record::created_at, one.created_at);
}

}  // namespace

idempotent_call::idempotent_call(engine_core& core, scope who, user_id user, std::string_view operation,
                                 std::optional<std::string> const& key, std::function<std::string()> const& input)
    : core_(core), who_(who) {
  if (!key) return;
  id_ = to_string(user) + '/' + std::string(operation) + '/' + *key;
  fingerprint_ = sha256_hex(input());
}

task<std::optional<uuid>> idempotent_call::earlier() const {
  if (id_.empty()) co_return std::nullopt;
  auto const records = core_.records<idempotency_record>(who_);
  for (;;) {
    auto stored = co_await records.get(id_);
    auto const first = if_found(std::move(stored));
    if (!first) co_return std::nullopt;
    if (first->created_at > ended_by(core_)) {
      if (first->fingerprint != fingerprint_)
        throw error(errc::conflict, "the idempotency key was used for something else");
      co_return first->subject;
    }
    auto const removed = co_await records.write(removal_of(*first));
    if (!removed && !was_overtaken(removed.error())) throw error(removed.error());
  }
}

void idempotent_call::record(batch& b, uuid subject) const {
  if (id_.empty()) return;
  idempotency_record made;
  made.id = id_;
  made.subject = subject;
  made.fingerprint = fingerprint_;
  made.created_at = core_.clock->now();
  b.add(insert(made));
}

task<void> remove_ended_records(engine_core& core, scope where) {
  auto const records = core.records<idempotency_record>(where);
  auto const ended = sambung::where(&idempotency_record::created_at, comparison::less_equal, ended_by(core));
  query q = records.all().where(ended).order({"created_at"}, direction::ascending).limit(removed_at_once);
  for (bool more = true; more;) {
    auto const& table = description_of<idempotency_record>();
    auto const found = (co_await detail::read_to_a_place(*core.store, where, table, q)).value();
    more = found.more;
    row place = found.items.empty() ? row() : detail::place_of(found.items.back(), q, table);
    batch b;
    for (auto const& one : records.readable(found)) b.add(removal_of(one));
    if (more) q = std::move(q).after(std::move(place));
    if (b.empty()) continue;
    // Another engine that removes them too: the next round sees what is left.
    auto const written = co_await records.write(std::move(b));
    if (!written && was_overtaken(written.error())) co_return;
    written.value();
  }
}

}  // namespace sambung

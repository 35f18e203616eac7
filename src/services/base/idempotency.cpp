#include "services/base/idempotency.hpp"

#include "core/sha256.hpp"

namespace sambung {

idempotent_call::idempotent_call(engine_core& core, scope who, user_id user, std::string_view operation,
                                 std::optional<std::string> const& key, std::function<std::string()> const& input)
    : core_(core), who_(who) {
  if (!key) return;
  id_ = to_string(user) + '/' + std::string(operation) + '/' + *key;
  fingerprint_ = sha256_hex(input());
}

task<std::optional<uuid>> idempotent_call::earlier() const {
  if (id_.empty()) co_return std::nullopt;
  auto const found = co_await core_.records<idempotency_record>(who_).get(id_);
  if (!found && found.error().code == errc::not_found) co_return std::nullopt;
  auto const& first = found.value();
  if (first.fingerprint != fingerprint_) throw error(errc::conflict, "the idempotency key was used for something else");
  co_return first.subject;
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

}  // namespace sambung

// Idempotency keys of creating calls: the first outcome is what every repetition gets.
#pragma once

#include <sambung/records/idempotency_record.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// One creating call under its key.
class idempotent_call {
 public:
  // `input` says whatever distinguishes one call from another: the same key with another input is errc::conflict. It is
  // not asked without a key.
  idempotent_call(engine_core& core, scope who, user_id user, std::string_view operation,
                  std::optional<std::string> const& key, std::function<std::string()> const& input);

  // What the first call with this key made; empty when there was none, when it is too long ago
  // (engine_options::idempotency_lifetime), or there is no key.
  task<std::optional<uuid>> earlier() const;

  // Records in `b` that this call makes `subject`: a batch that fails may be a repetition, see earlier().
  void record(batch& b, uuid subject) const;

 private:
  engine_core& core_;
  scope who_;
  std::string id_;  // empty: no key
  std::string fingerprint_;
};

// Removes the records of a tenant that have ended. Throws what storage fails with.
task<void> remove_ended_records(engine_core& core, scope where);

}  // namespace sambung

// tenant_walk: every tenant, one after the other, by id.
#pragma once

#include "services/base/engine_core.hpp"

#include <optional>
#include <vector>

namespace sambung {

// Those whose own rows are damaged are among them: what is in a tenant does not end with its row. Thread safety: one
// call at a time.
class tenant_walk {
 public:
  explicit tenant_walk(engine_core& core) : core_(core) {}

  // Empty behind the last. Throws error when storage does not answer.
  task<std::optional<tenant_id>> next();

 private:
  engine_core& core_;
  std::vector<uuid> page_;  // what of it is left, the next one last
  std::optional<uuid> last_;
};

}  // namespace sambung

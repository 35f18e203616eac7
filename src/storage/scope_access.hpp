// The only way to make a scope. Included by the engine, by copies of whole storages and by
// sambung::testing, and by nothing else.
#pragma once

#include <sambung/storage/scope.hpp>

namespace sambung {

struct scope_access {
  static scope tenant(tenant_id id) { return scope(id); }
  static scope system() { return scope(std::nullopt); }
};

}  // namespace sambung

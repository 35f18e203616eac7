// The only way to make a scope. services/base/access.cpp includes it, copies of whole storages and sambung::testing do,
// and nothing else: scripts/check_layers.py.
#pragma once

#include <sambung/storage/scope.hpp>

namespace sambung {

struct scope_access {
  static scope tenant(tenant_id id) { return scope(id); }
  static scope system() { return scope(std::nullopt); }
};

}  // namespace sambung

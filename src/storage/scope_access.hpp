// The only way to make a scope. services/base/access.cpp includes it, copies of whole storages and sambung::testing do,
// and nothing else: scripts/check_layers.py.
#pragma once

#include <sambung/storage/scope.hpp>

namespace sambung {

struct scope_access {
  static scope tenant(tenant_id id, call_mark const& call = call_mark()) { return scope(id, call); }
  static scope system() { return scope(std::nullopt, call_mark()); }
  // The same rows, for another part of a call.
  static scope marked(scope rows, call_mark const& call) {
    rows.call_ = call;
    return rows;
  }
  static scope written_by(scope rows, std::optional<user_id> writer) {
    rows.writer_ = writer;
    return rows;
  }
};

}  // namespace sambung

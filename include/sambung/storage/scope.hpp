// scope: what a storage call may touch. There is no way to spell a query without one.
#pragma once

#include <sambung/core/id.hpp>

#include <compare>
#include <optional>

namespace sambung {

// Either one tenant's rows, or the system tables; never both, never several tenants.
// Only the engine makes scopes, from a verified principal; tests of storage adapters use testing/scopes.hpp.
class scope {
 public:
  bool is_system() const { return !tenant_; }
  // Precondition: !is_system().
  tenant_id const& tenant() const { return *tenant_; }

  friend std::strong_ordering operator<=>(scope const&, scope const&) = default;

 private:
  friend struct scope_access;
  explicit scope(std::optional<tenant_id> tenant) : tenant_(tenant) {}

  std::optional<tenant_id> tenant_;
};

}  // namespace sambung

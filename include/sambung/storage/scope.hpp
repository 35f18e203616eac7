// scope: what a storage call may touch. There is no way to spell a query without one.
#pragma once

#include <sambung/core/id.hpp>
#include <sambung/telemetry/call_mark.hpp>

#include <compare>
#include <optional>
#include <type_traits>

namespace sambung {

// Either one tenant's rows, or the system tables; never both, never several tenants.
// Only the engine makes scopes, from a verified principal; tests of storage adapters use testing/scopes.hpp. Scopes of
// the same rows are equal, whoever acts.
class scope {
 public:
  bool is_system() const { return !tenant_; }
  // Precondition: !is_system().
  tenant_id const& tenant() const { return *tenant_; }

  // Which call it is done for: for traces and logs. It says nothing of what may be touched, and scopes that differ in
  // it are equal.
  call_mark const& call() const { return call_; }
  // Who acts, for whoever tells of changes; no backend asks. None: the operator, or the engine by itself.
  std::optional<user_id> const& writer() const { return writer_; }

  friend bool operator==(scope const& a, scope const& b) { return a.tenant_ == b.tenant_; }
  friend std::strong_ordering operator<=>(scope const& a, scope const& b) { return a.tenant_ <=> b.tenant_; }

 private:
  friend struct scope_access;
  scope(std::optional<tenant_id> tenant, call_mark const& call) : tenant_(tenant), call_(call) {}

  std::optional<tenant_id> tenant_;
  call_mark call_;
  std::optional<user_id> writer_;
};

// By value everywhere, in lambdas beside a co_await too: g++ 12 destroys what is not trivial there twice.
static_assert(std::is_trivially_copyable_v<scope>);

}  // namespace sambung

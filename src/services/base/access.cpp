#include "services/base/access.hpp"

#include <sambung/core/error.hpp>

#include "services/base/engine_core.hpp"
#include "services/base/standing.hpp"
#include "storage/scope_access.hpp"

namespace sambung {
namespace {

template <class Caller>
void check(Caller const& who, permission wanted) {
  if (!who.may(wanted)) throw error(errc::permission_denied, "your role does not allow this");
}

call_mark call_of(principal const& who) {
  auto const* from = who.origin();
  return from && from->call ? call_mark(*from->call) : call_mark();
}

}  // namespace

void demand(principal const& who, permission wanted) { check(who, wanted); }

void demand(identity const& who, permission wanted) { check(who, wanted); }

task<void> admit(engine_core& core, principal const& who, permission wanted) {
  demand(who, wanted);
  actor const one(who.tenant(), who.user());
  if (who.how() == authentication::trusted && !core.standings->knows(one)) co_await core.standings->demand(one);
}

task<void> admit(engine_core& core, identity const& who, permission wanted) {
  demand(who, wanted);
  actor const one(who.user());
  if (who.how() == authentication::trusted && !core.standings->knows(one)) co_await core.standings->demand(one);
}

void throw_not_found() { throw error(errc::not_found, "not found"); }

task<access> access_of(engine_core& core, principal const& who, permission wanted) {
  co_await admit(core, who, wanted);
  auto const rows = scope_access::tenant(who.tenant(), call_of(who));
  co_return access{written_by(rows, who.user()), who.user()};
}

task<scope> application_rows(engine_core& core, principal const& who) {
  co_await admit(core, who, permission::none);
  co_return written_by(scope_access::tenant(who.tenant(), call_of(who)), who.user());
}

scope written_by(scope rows, user_id writer) { return scope_access::written_by(rows, writer); }

scope unannounced(scope rows) { return scope_access::written_by(rows, std::nullopt); }

scope tenant_rows(tenant_id tenant) { return scope_access::tenant(tenant); }

scope system_rows() { return scope_access::system(); }

scope unmarked_rows(scope const& rows) { return scope_access::marked(rows, call_mark()); }

scope rows_within(scope const& rows, std::optional<trace_context> const& span) {
  return span ? scope_access::marked(rows, rows.call().within(span)) : rows;
}

}  // namespace sambung

// access: the mint. Every scope that a service uses is made here, from who acts and what they want to do.
#pragma once

#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/storage/scope.hpp>

namespace sambung {

class engine_core;

// Throws error(errc::permission_denied) unless the caller's role and token allow it.
void demand(principal const& who, permission wanted);
void demand(identity const& who, permission wanted);

// The same, and whoever the application vouches for may act now: see standings. Of a credential that was asked when it
// was checked. An identity acts as a user alone, whatever tenant they are in.
task<void> admit(engine_core& core, principal const& who, permission wanted);
task<void> admit(engine_core& core, identity const& who, permission wanted);

// What a foreign and a missing row alike are answered with.
[[noreturn]] void throw_not_found();

// What a caller may touch: the rows of their tenant, as themselves.
struct access {
  sambung::scope scope;
  user_id user;
};

// Throws as admit() does.
task<access> access_of(engine_core& core, principal const& who, permission wanted);

// An application's own records in the caller's tenant: its rules are its own.
task<scope> application_rows(engine_core& core, principal const& who);

// The same rows, of whose changes that user hears as if they had made them.
scope written_by(scope rows, user_id writer);

// The same rows, of whose changes no writer hears: of what goes with a row whose end is told.
scope unannounced(scope rows);

// For the engine's operator, and for what the engine does by itself.
scope tenant_rows(tenant_id tenant);
scope system_rows();

// The same rows, for what is done later, and for no call alone.
scope unmarked_rows(scope const& rows);

// The same rows, for what is done within `span`; none: within what it was.
scope rows_within(scope const& rows, std::optional<trace_context> const& span);

}  // namespace sambung

// access: the mint. Every scope that a service uses is made here, from who acts and what they want to do.
#pragma once

#include <sambung/security/principal.hpp>
#include <sambung/storage/scope.hpp>

namespace sambung {

// Throws error(errc::permission_denied) unless the caller's role and token allow it.
void demand(principal const& who, permission wanted);
void demand(identity const& who, permission wanted);

// What a foreign and a missing row alike are answered with.
[[noreturn]] void throw_not_found();

// What a caller may touch: the rows of their tenant, as themselves.
struct access {
  sambung::scope scope;
  user_id user;
};

// Throws as demand() does.
access access_of(principal const& who, permission wanted);

// An application's own records in the caller's tenant: its rules are its own.
scope application_rows(principal const& who);

// For the engine's operator, and for what the engine does by itself.
scope tenant_rows(tenant_id tenant);
scope system_rows();

}  // namespace sambung

// Why a PostgreSQL server did not let anybody in, for the operator who has set it up.
#pragma once

#include "storage/postgres/postgres_connection.hpp"

namespace sambung::sql {

// What libpq said of it when `to` was connected to, without the password: errc::unauthenticated for a role or a
// password that the server does not take, errc::permission_denied for a database that the role may not connect to,
// errc::invalid_argument for a database that is not there, for TLS that the two do not agree on and for a setting that
// libpq does not know, errc::unavailable otherwise: nobody answers, or not now. Connects once more, for the code of the
// server's answer, whose words are of the server's language.
failure refusal_of(session_settings const& to, postgres_error const& said);

// As postgres_connection does; throws error(refusal_of()) when it cannot.
std::unique_ptr<postgres_connection> connect_or_say_why(session_settings const& to);

// Whether the password in the URL would be taken for something else, and so be told: an '@' or a '/' in it.
bool hides_password(std::string_view url);

}  // namespace sambung::sql

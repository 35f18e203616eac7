// Everything that is stored about one user, page by page.
#pragma once

#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/services/erasure/exported_record.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// What the descriptions of the tables say that belongs to them, in the order of the schema: first what belongs to no
// tenant, as the user, memberships, sessions, what they did; then for each tenant that they belong to what they have
// there, each row before what is part of it, as a chat before its messages. errc::invalid_argument for a cursor of
// something else. A page may be short and still not the last one.
task<page<exported_record>> next_personal_records(engine_core& core, user_id user, page_request which);

}  // namespace sambung

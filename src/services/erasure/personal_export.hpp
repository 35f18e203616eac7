// Everything that is stored about one user, page by page.
#pragma once

#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/services/erasure/exported_record.hpp>

#include "services/base/engine_core.hpp"

namespace sambung {

// In this order: the user, memberships, sessions, what they did; then for each tenant that they belong to each chat
// with its messages, usage, API tokens, quotas, and what they decided of calls of tools. errc::invalid_argument for a
// cursor of something else. A page may be short and still not the last one.
task<page<exported_record>> next_personal_records(engine_core& core, user_id user, page_request which);

}  // namespace sambung

// What tags and folders share: names, and batches that were made from everything a user has of one kind.
#pragma once

#include "services/turns/chat_access.hpp"

#include <functional>

namespace sambung {

// The name without the blanks around it: one line within the limits of the record's field "name". Throws
// error(errc::invalid_argument) with the issue "name".
std::string checked_name(std::string_view typed, record_description const& of);
[[noreturn]] void throw_wrong_name(std::string const& why);

change require_own(chat_id id, user_id owner);

// Makes a batch from how things are, until one is not overtaken: of two that were made from the same look at the
// caller's `list` ("tags") one looks again. `make` throws when there is nothing to make any more. Throws
// error(errc::conflict) when others were quicker max_attempts times.
task<void> write_claimed(chat_access const& access, std::string list, std::function<task<batch>()> const& make);

}  // namespace sambung

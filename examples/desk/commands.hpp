// A provider of the desk's own, for agents who need no language model: "/add_note Called back." calls that tool.
#pragma once

#include <sambung/provider/provider.hpp>

namespace helpdesk {

// Its one model is "commands".
std::shared_ptr<sambung::provider> command_provider();

}  // namespace helpdesk

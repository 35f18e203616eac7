// The desk's own procedures over /rpc, beside the standard ones: ticket.open, getAll, getNotes, close and getChat.
#pragma once

#include <sambung/rpc/registry.hpp>

namespace helpdesk {

// Chats about tickets begin with `model`.
void add_procedures(sambung::procedure_registry& to, std::string model);

}  // namespace helpdesk

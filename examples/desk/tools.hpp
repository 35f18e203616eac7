// What a model may do about the ticket that its chat is about, and about no other.
#pragma once

#include <sambung/services/turns/toolbox.hpp>

namespace helpdesk {

// find_tickets, add_note, and close_ticket, to which the agent must agree.
sambung::toolbox tools();

}  // namespace helpdesk

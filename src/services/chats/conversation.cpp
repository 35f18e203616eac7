#include "services/chats/conversation.hpp"

#include <sambung/core/error.hpp>

#include <algorithm>

namespace sambung {

std::vector<part> last_user_message(std::vector<prompt_message> conversation) {
  auto const last = std::find_if(conversation.rbegin(), conversation.rend(),
                                 [](prompt_message const& one) { return one.who == role::user; });
  if (last == conversation.rend())
    throw error(failure(errc::invalid_argument, "no message of the user to send", {{"messages", "no user message"}}));
  return std::move(last->parts);
}

}  // namespace sambung

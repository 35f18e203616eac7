// A chat for people to read: a heading for each message, what was said as it was said, the rest marked as what it is.
#pragma once

#include "services/chats/chat_document.hpp"

namespace sambung {

std::unique_ptr<chat_writer> markdown_writer();

}  // namespace sambung

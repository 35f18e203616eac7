// chat_request: what a client asks of POST /v1/chat/completions. Pure.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/core/id.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/records/chat.hpp>

#include <optional>
#include <string_view>

namespace sambung::openai_server {

struct chat_request {
  chat_request() = default;

  completion_request completion;  // model is "provider/model"; unknown fields are in extra
  bool stream = false;
  bool include_usage = false;            // stream_options.include_usage
  std::optional<sambung::chat_id> chat;  // metadata.chat_id: go on in that chat
};

// Unknown fields are accepted and passed on. errc::invalid_argument with every issue for known ones of a wrong type,
// for no model or messages, and for n other than 1. Text may have a NUL in it unless it goes into a chat.
result<chat_request> decode_chat_request(std::string_view body);

}  // namespace sambung::openai_server

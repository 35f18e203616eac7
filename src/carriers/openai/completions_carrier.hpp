// /v1: OpenAI's chat completions, embeddings and models on a workspace.
#pragma once

#include "http/server/http_message.hpp"

#include <sambung/engine/workspace.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace sambung::openai_server {

serving::error_form const& errors() noexcept;

// What one request needs besides its body.
struct completions_call {
  completions_call(workspace desk_, std::string request_id_, std::string idempotency_key_, unsupported_policy policy_,
                   std::int64_t now_, std::chrono::milliseconds keep_alive_)
      : desk(std::move(desk_)),
        request_id(std::move(request_id_)),
        idempotency_key(std::move(idempotency_key_)),
        policy(policy_),
        now(now_),
        keep_alive(keep_alive_) {}

  workspace desk;
  std::string request_id;
  std::string idempotency_key;  // empty: none
  unsupported_policy policy;
  std::int64_t now;  // UNIX seconds
  std::chrono::milliseconds keep_alive;
};

// What the header "x-sambung-unsupported" says. Throws error(errc::invalid_argument) for what is neither "refuse" nor
// "drop".
unsupported_policy policy_of(std::string_view header);

// Each throws sambung::error.
task<serving::http_response> chat_completions(completions_call call, std::string_view body);
task<serving::http_response> embeddings(completions_call call, std::string_view body);
task<serving::http_response> list_models(completions_call call);
task<serving::http_response> show_model(completions_call call, std::string id);

}  // namespace sambung::openai_server

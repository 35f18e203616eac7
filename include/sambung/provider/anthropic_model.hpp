// anthropic_model: how Anthropic's models differ.
#pragma once

#include <sambung/core/describe.hpp>

#include <cstdint>

namespace sambung {

// How a model is told to think: older ones by a budget of tokens, newer ones by an effort alone. Of these some think
// always: to those that know it effort "none" means between their calls of tools only, by others it is
// errc::unsupported.
enum class thinking_form { budget, adaptive, between_tools, always };
SAMBUNG_DESCRIBE_ENUM(thinking_form, budget, adaptive, between_tools, always)

// What a request for one model needs to know about it.
struct anthropic_model {
  anthropic_model() = default;
  anthropic_model(std::int64_t default_max_tokens_, thinking_form thinking_)
      : default_max_tokens(default_max_tokens_), thinking(thinking_) {}

  // For requests that set no limit, which the API demands; a thinking budget comes on top of it.
  std::int64_t default_max_tokens = 4'096;
  thinking_form thinking = thinking_form::budget;
};
SAMBUNG_DESCRIBE_STRUCT(anthropic_model, (), (default_max_tokens, thinking))

}  // namespace sambung

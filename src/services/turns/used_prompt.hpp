// used_prompt: what a kept prompt makes of a turn: its question, or what stands around it.
#pragma once

#include <sambung/services/templates/rendered_prompt.hpp>
#include <sambung/services/turns/send_options.hpp>

#include "context/context_block.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sambung {

struct used_prompt {
  used_prompt() = default;

  prompt_template_id template_id;
  prompt_version_id version_id;
  std::int64_t number = 0;
  std::optional<std::string> label;  // that led to it
  bool follows_label = false;
  bool gone = false;  // it could not be filled in again: the turn is made without it and counts for no version
  boost::json::object values;
  std::optional<std::string> question;   // none: the user asks
  std::vector<context_block> blocks;     // around the chat's own messages
  std::vector<reported_block> left_out;  // what is not there any more, of a turn that is made again
  prompt_config config;
};

// Throws error(errc::unsupported) for messages of the chat in several places.
used_prompt use_of(rendered_prompt filled, boost::json::object values);

// What the prompt wishes, where the caller says nothing. Throws error(errc::unsupported) for a response format that is
// not one of JSON.
send_options with_wishes(send_options how, prompt_config from);

// What of the options is for the model's call: all but the model itself and the tools.
void set_options(completion_request& request, send_options const& how);

}  // namespace sambung

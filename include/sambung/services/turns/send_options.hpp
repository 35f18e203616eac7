// send_options: how one turn is asked for.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/completion.hpp>
#include <sambung/records/prompt_use.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

struct send_options {
  send_options() = default;

  std::optional<std::string> idempotency_key;     // repeating a send with it returns the first turn; 1 to 200 bytes
  std::optional<std::string> model;               // instead of the chat's: "provider/model"
  std::optional<double> temperature;              // 0 to 2
  std::optional<double> top_p;                    // 0 to 1
  std::optional<std::int64_t> max_tokens;         // of each call of the model
  std::optional<output_format> format;            // of the answer's text; none: as the model likes
  std::optional<std::vector<std::string>> tools;  // names of engine_options::tools; absent: all; empty: none
  std::optional<std::string> tool_choice;         // "auto", "none", "required" or a tool: how the turn begins
  std::optional<std::int64_t> max_steps;          // calls of the model; at most tool_limits::max_steps count
  // What the model is known not to support: the turn fails, or does without and says so in turn_finished::warnings.
  unsupported_policy on_unsupported = unsupported_policy::refuse;
  // A kept prompt around what is sent, or instead of it, of this turn alone. Its config holds where nothing is said
  // here.
  std::optional<prompt_use> prompt;
};
SAMBUNG_DESCRIBE_STRUCT(send_options, (),
                        (idempotency_key, model, temperature, top_p, max_tokens, format, tools, tool_choice, max_steps,
                         on_unsupported, prompt))
SAMBUNG_API record_description describe_record(record_of<send_options>);

}  // namespace sambung

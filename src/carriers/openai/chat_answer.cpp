#include "carriers/openai/chat_answer.hpp"

#include "provider/openai_words.hpp"

namespace sambung::openai_server {

// What was said before, between and after calls of tools.
std::string text_of_steps(std::vector<part> const& parts) {
  std::string all;
  bool new_step = false;
  for (auto const& p : parts) {
    if (std::holds_alternative<tool_result_part>(p)) new_step = true;
    auto const* text = std::get_if<text_part>(&p);
    if (!text) continue;
    if (new_step && !all.empty()) all += between_steps;
    new_step = false;
    all += text->text;
  }
  return all;
}

finish_reason reason_in_chat(std::optional<std::string> const& word) {
  if (!word) return finish_reason::stop;
  auto const reason = *word == max_steps_word ? finish_reason::length : openai_words::reason_of(*word);
  return reason == finish_reason::tool_calls ? finish_reason::stop : reason;
}

completion completion_of(message const& answer) {
  completion made;
  for (auto const& p : answer.parts)
    if (std::holds_alternative<reasoning_part>(p)) made.parts.push_back(p);
  made.parts.push_back(text_part{text_of_steps(answer.parts), {}});
  made.reason = reason_in_chat(answer.finish_reason);
  made.usage = answer.usage;
  return made;
}

}  // namespace sambung::openai_server

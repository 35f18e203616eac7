// assembly: the messages of one prompt, made of blocks and a history: the same function for what is sent and for what
// is only shown.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/provider/token_counter.hpp>

#include "context/context_block.hpp"

#include <string>
#include <vector>

namespace sambung {

// A message of the history, whose source the report names.
struct history_message {
  history_message(std::string id_, prompt_message message_) : id(std::move(id_)), message(std::move(message_)) {}

  std::string id;
  prompt_message message;
};

struct assembly_plan {
  assembly_plan(std::string model_, history_message question_)
      : model(std::move(model_)), question(std::move(question_)) {}

  std::string model;  // "provider/model"
  context_layout layout = context_layout::assistant;
  std::int64_t budget = 0;  // tokens, without the answer's and the tools'
  std::vector<context_block> blocks;
  std::vector<history_message> newest_first;  // without the question; as many as may fit
  history_message question;
};

struct assembled {
  std::vector<prompt_message> messages;
  context_report report;  // with its messages
};

// errc::payload_too_large when what is mandatory does not fit.
result<assembled> assemble(assembly_plan plan, token_counter& counter);

}  // namespace sambung

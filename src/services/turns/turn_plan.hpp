// turn_plan: everything that a turn needs to run.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/observer.hpp>
#include <sambung/services/turns/send_options.hpp>

#include "context/context_block.hpp"
#include "services/accounting/call_meter.hpp"
#include "services/turns/path_memory.hpp"
#include "services/turns/tool_selection.hpp"
#include "services/turns/used_prompt.hpp"
#include "services/vault/key_finder.hpp"

namespace sambung {

// What a turn's prompt is made of beside its chat, and how it came out.
struct turn_context {
  std::vector<context_block> blocks;  // none: the system prompt and the history alone
  context_layout layout = context_layout::assistant;
  std::optional<used_prompt> prompt;  // the kept one that it was sent with; its blocks are among those above
  std::string begun;                  // what the answer begins with, which another one said

  std::vector<message_ref> path;         // what was considered, newest first: the question and above
  std::int64_t budget = 0;               // tokens
  bool cut = false;                      // the last of the path was not taken
  bool full = false;                     // it was not asked for more: there was no room for any
  std::optional<context_report> report;  // where there are blocks
  std::optional<std::int64_t> tokens;    // of the messages, where that is kept

  // Whether it cannot be told later from the chat alone.
  bool is_kept() const { return prompt || !blocks.empty(); }
};

turn_context with_blocks_of(std::optional<used_prompt> prompt);

// The answer begins with what another one says, and the model is asked to go on behind that.
void go_on_behind(turn_context& in, message const& other);

// Everything a turn needs to run; its rows are stored already.
struct turn_plan {
  scope rows;
  std::optional<principal> who;  // asked; none for one that nobody runs any more
  sambung::chat chat;            // with the answer as its head
  message question;
  std::optional<message> before_question;  // its parent, when it is at hand
  message answer;
  active_turn lease;
  std::string provider_model;  // the name behind the slash
  std::shared_ptr<sambung::provider> provider;
  chosen_key key;
  tool_selection tools;
  send_options how;
  std::shared_ptr<call_meter> meter;
  turn_context context;
};

// What of the turn failed, as the observer is told.
failed_part failed_of(turn_plan const& plan, engine_part part, failure why);

// How it ended, as the observer is told.
ended_turn ended_of(turn_plan const& plan, answer_end const& how, std::optional<failure> why, bool stored);

}  // namespace sambung

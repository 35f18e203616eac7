#include "services/turns/turn_plan.hpp"

namespace sambung {
namespace {

// Few models go on with an answer that is only begun; every one does when asked.
constexpr std::string_view continue_request =
    "Your answer was cut off. Continue it exactly where it ends: repeat none of it, and say nothing about this.";

}  // namespace

turn_context with_blocks_of(std::optional<used_prompt> prompt) {
  turn_context made;
  made.prompt = std::move(prompt);
  if (made.prompt) made.blocks = made.prompt->blocks;
  return made;
}

void go_on_behind(turn_context& in, message const& other) {
  block_source const from{"message", to_string(other.id), other.revision};
  auto at_the_end = [&](role who, std::string text) {
    context_block block(from, context_place::at_depth, std::move(text));
    block.reason = context_reason::mandatory;
    block.role = who;
    block.depth = 0;
    in.blocks.push_back(std::move(block));
  };
  in.begun = text_of(other.parts);
  at_the_end(role::assistant, in.begun);
  ++in.blocks.back().order;  // so that it stands first
  at_the_end(role::user, std::string(continue_request));
}

failed_part failed_of(turn_plan const& plan, engine_part part, failure why) {
  failed_part what(part, plan.answer.model.value_or(std::string()), std::move(why));
  what.tenant_id = plan.rows.tenant();
  what.user_id = plan.chat.owner_id;
  what.chat_id = plan.chat.id;
  what.message_id = plan.answer.id;
  return what;
}

ended_turn ended_of(turn_plan const& plan, answer_end const& how, std::optional<failure> why, bool stored) {
  ended_turn turn;
  turn.tenant_id = plan.rows.tenant();
  turn.user_id = plan.chat.owner_id;
  turn.chat_id = plan.chat.id;
  turn.message_id = plan.answer.id;
  turn.model = plan.answer.model.value_or(std::string());
  turn.how = how;
  turn.why = std::move(why);
  turn.stored = stored;
  return turn;
}

}  // namespace sambung

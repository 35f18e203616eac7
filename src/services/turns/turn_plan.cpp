#include "services/turns/turn_plan.hpp"

namespace sambung {

turn_context with_blocks_of(std::optional<used_prompt> prompt) {
  turn_context made;
  made.prompt = std::move(prompt);
  if (made.prompt) made.blocks = made.prompt->blocks;
  return made;
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

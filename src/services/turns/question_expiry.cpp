#include "services/turns/question_expiry.hpp"

#include <sambung/records/tool_decision.hpp>

#include "services/base/system_records.hpp"

namespace sambung {

task<void> expire_questions(engine_core& core, scope where) {
  auto const decisions = core.records<tool_decision>(where);
  auto const over = sambung::where(&tool_decision::until, comparison::less_equal, core.clock->now());
  query q = decisions.where(&tool_decision::state, decision_state::pending);
  q = std::move(q).where(over).limit(max_page_size);
  for (bool more = true; more;) {
    auto const& table = description_of<tool_decision>();
    auto const found = (co_await detail::read_to_a_place(*core.store, where, table, q)).value();
    auto const readable = decisions.readable(found);
    more = found.more;
    if (more) {
      row place = detail::place_of(found.items.back(), q, table);
      q = std::move(q).after(std::move(place));
    }
    for (auto const& one : readable) {
      auto late = update<tool_decision>(one.id)
                      .set(&tool_decision::state, decision_state::expired)
                      .when(&tool_decision::state, decision_state::pending);
      auto const marked = co_await decisions.write(std::move(late));
      // Decided at the last moment, or gone with its chat.
      if (!marked && !was_overtaken(marked.error())) throw error(marked.error());
    }
  }
}

}  // namespace sambung

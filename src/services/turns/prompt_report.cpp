#include "services/turns/prompt.hpp"
#include "services/turns/turn_plan.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

reported_block reported(block_source source, context_place where, role who, std::int64_t tokens) {
  reported_block made;
  made.source = std::move(source);
  made.place = where;
  made.role = who;
  made.tokens = tokens;
  return made;
}

// Of a chat that has nothing but its system prompt and its history.
context_report plain_report(engine_core& core, turn_plan const& plan) {
  auto& counter = *core.turns->tokens;
  auto const& model = *plan.answer.model;
  context_report report;
  report.budget = plan.context.budget;
  auto const& system = plan.chat.system_prompt;
  if (!system.empty()) {
    block_source source{"chat", to_string(plan.chat.id), plan.chat.revision};
    auto const tokens = counter.count(model, system) + tokens_per_message;
    report.blocks.push_back(reported(std::move(source), context_place::main, role::system, tokens));
  }
  auto const& path = plan.context.path;
  for (auto i = path.size(); i > 0; --i) {
    auto const& one = *path[i - 1];
    bool const asks = one.id == plan.question.id;
    block_source source{"message", to_string(one.id), std::nullopt};
    auto const tokens = counter.count_message(model, prompt_message(one.role, one.parts));
    auto block = reported(std::move(source), asks ? context_place::question : context_place::history, one.role, tokens);
    if (asks) block.reason = context_reason::mandatory;
    if (i == path.size() && plan.context.cut) {
      block.state = block_state::dropped;
      block.reason = context_reason::history_full;
    } else if (one.parts.empty() && one.role != role::assistant) {
      block.state = block_state::dropped;
      block.reason = context_reason::unresolved;
    }
    report.blocks.push_back(std::move(block));
  }
  return report;
}

}  // namespace

context_report made_report(engine_core& core, turn_plan const& plan) {
  auto report = plan.context.report ? *plan.context.report : plain_report(core, plan);
  if (plan.context.prompt) {
    auto const& gone = plan.context.prompt->left_out;
    report.blocks.insert(report.blocks.begin(), gone.begin(), gone.end());
  }
  report.model = *plan.answer.model;
  return report;
}

task<context_report> report_of_prompt(engine_core& core, turn_plan& plan, prompt_texts texts) {
  auto request = co_await first_request(core, plan);
  co_await add_what_was_not_read(core, plan);
  auto report = made_report(core, plan);
  report.tokens = tokens_of(core, plan, request);
  if (texts == prompt_texts::shown)
    for (auto& one : request.messages) report.messages.push_back(reported_message{one.who, std::move(one.parts)});
  co_return report;
}

}  // namespace sambung

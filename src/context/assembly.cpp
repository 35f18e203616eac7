#include "context/assembly.hpp"

#include "context/context_budget.hpp"
#include "context/placement.hpp"
#include "provider/prompt_rules.hpp"

#include <utility>

namespace sambung {
namespace {

reported_block report_of(placed_block const& one) {
  reported_block made;
  made.place = one.block.place;
  made.role = one.block.role;
  made.source = one.block.source;
  made.tokens = one.tokens;
  made.state = one.state;
  made.reason = one.reason;
  return made;
}

reported_block report_of(history_message const& one, std::int64_t tokens, context_place place) {
  reported_block made;
  made.place = place;
  made.role = one.message.who;
  made.source.kind = "message";
  made.source.id = one.id;
  made.tokens = tokens;
  return made;
}

context_report report_of(assembly_plan const& plan, budgeted const& fits, std::vector<std::int64_t> const& sizes,
                         std::int64_t question) {
  context_report report;
  report.model = plan.model;
  report.budget = plan.budget;
  for (auto const& one : fits.blocks) report.blocks.push_back(report_of(one));
  for (std::size_t i = sizes.size(); i > 0; --i) {
    auto& one = report.blocks.emplace_back(report_of(plan.newest_first[i - 1], sizes[i - 1], context_place::history));
    if (i <= fits.history) continue;
    one.state = block_state::dropped;
    one.reason = context_reason::history_full;
  }
  report.blocks.push_back(report_of(plan.question, question, context_place::question));
  report.blocks.back().reason = context_reason::mandatory;
  return report;
}

}  // namespace

result<assembled> assemble(assembly_plan plan, token_counter& counter) {
  std::vector<std::int64_t> sizes;
  for (auto const& one : plan.newest_first) sizes.push_back(counter.count_message(plan.model, one.message));
  auto const question = counter.count_message(plan.model, plan.question.message);
  context_budget budget(plan.budget, counter, plan.model);
  auto fits = budget.take(std::exchange(plan.blocks, {}), question, sizes);
  if (!fits) return fits.error();
  assembled made;
  made.report = report_of(plan, *fits, sizes, question);
  std::vector<prompt_message> history;
  for (auto i = fits->history; i > 0; --i) history.push_back(std::move(plan.newest_first[i - 1].message));
  auto placed = place(plan.layout, fits->blocks, std::move(history), std::move(plan.question.message));
  made.messages = prompt_of_history(placed.system, std::move(placed.history));
  for (auto const& one : made.messages) made.report.tokens += counter.count_message(plan.model, one);
  return made;
}

}  // namespace sambung

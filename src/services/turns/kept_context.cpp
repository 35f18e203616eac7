#include "services/turns/kept_context.hpp"

#include "services/turns/prompt.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

// What fits into the digest: of the rest the oldest of the history goes, then what stands last.
void keep_blocks(answer_context& in, std::vector<reported_block> blocks) {
  std::size_t bytes = 0;
  std::vector<std::size_t> sizes;
  for (auto const& one : blocks) bytes += sizes.emplace_back(to_json_text(one).size() + 1);
  std::vector<reported_block> kept;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    bool const goes = bytes > max_context_digest_bytes && blocks[i].place == context_place::history;
    if (goes) bytes -= sizes[i];
    else kept.push_back(std::move(blocks[i]));
  }
  while (bytes > max_context_digest_bytes && !kept.empty()) {
    bytes -= to_json_text(kept.back()).size() + 1;
    kept.pop_back();
  }
  in.not_listed = std::ssize(blocks) - std::ssize(kept);
  in.blocks = std::move(kept);
}

reported_block reported_at_start(context_block const& one, std::int64_t tokens) {
  reported_block made;
  made.place = one.place;
  made.role = one.role;
  made.source = one.source;
  made.tokens = tokens;
  made.reason = one.reason;
  return made;
}

void keep_prompt(answer_context& in, used_prompt const& used) {
  in.prompt_version_id = used.version_id;
  in.prompt_label = used.label;
  in.follows_label = used.follows_label;
  in.prompt_gone = used.gone;
  if (to_json_text(used.values).size() <= max_kept_value_bytes) in.prompt_values = used.values;
}

prompt_usage usage_of(prompt_version_id id, prompt_template_id of, std::int64_t number, answer_end const& how) {
  prompt_usage made;
  made.id = id;
  made.template_id = of;
  made.number = number;
  made.sends = 1;
  made.answers = how.state == message_state::complete ? 1 : 0;
  if (how.usage) add_integers<token_counts>(made, *how.usage);
  made.cost_microusd = how.cost_microusd.value_or(0);
  made.unpriced = how.usage && !how.cost_microusd ? 1 : 0;
  return made;
}

}  // namespace

std::optional<answer_context> context_at_start(engine_core& core, message const& answer, turn_context const& of) {
  if (!of.is_kept()) return std::nullopt;
  answer_context made;
  made.id = answer.id;
  made.chat_id = answer.chat_id;
  std::vector<reported_block> blocks;
  if (of.prompt) {
    keep_prompt(made, *of.prompt);
    blocks = of.prompt->left_out;
  }
  for (auto const& one : of.blocks) {
    auto const tokens = core.turns->tokens->count(*answer.model, one.text) + tokens_per_message;
    blocks.push_back(reported_at_start(one, tokens));
  }
  keep_blocks(made, std::move(blocks));
  made.created_at = answer.created_at;
  return made;
}

void add_context_at_end(engine_core& core, turn_plan const& plan, batch& b) {
  if (!plan.context.is_kept() || !plan.context.tokens) return;  // there is none, or it was never made
  auto report = made_report(core, plan);
  answer_context kept;
  keep_blocks(kept, std::move(report.blocks));
  b.add(update<answer_context>(plan.answer.id)
            .set(&answer_context::budget, report.budget)
            .set(&answer_context::tokens, plan.context.tokens)
            .set(&answer_context::blocks, kept.blocks)
            .set(&answer_context::not_listed, kept.not_listed));
}

task<std::optional<answer_context>> find_context(engine_core& core, scope who, message_id answer) {
  auto found = co_await core.records<answer_context>(who).get(answer);
  if (found) co_return std::move(*found);
  if (found.error().code == errc::unavailable) throw error(found.error());
  co_return std::nullopt;
}

std::int64_t tokens_beside_chat(answer_context const& kept) {
  std::int64_t tokens = 0;
  for (auto const& one : kept.blocks)
    if (one.source.kind == "template" && one.state != block_state::dropped) tokens += one.tokens;
  return tokens;
}

std::optional<batch_place> add_usage_at_end(turn_plan const& plan, answer_end const& how, batch& b) {
  if (!plan.context.prompt || plan.context.prompt->gone) return std::nullopt;
  auto const& used = *plan.context.prompt;
  return count(usage_of(used.version_id, used.template_id, used.number, how), b);
}

task<void> add_lost_usage(engine_core& core, scope who, answer_context const& kept, answer_end const& how, batch& b) {
  if (!kept.prompt_version_id || kept.prompt_gone) co_return;
  auto const version = co_await core.records<prompt_version>(who).get(*kept.prompt_version_id);
  if (!version && version.error().code == errc::unavailable) throw error(version.error());
  if (version) count(usage_of(version->id, version->template_id, version->number, how), b);
}

batch_place count(prompt_usage const& more, batch& b) {
  increment_row made{description_of<prompt_usage>().table, to_row(more), {}};
  for_each_integer<prompt_sums>([&](auto member) { made.add.emplace_back(member_name(member)); });
  b.add(std::move(made));
  // Behind the sums, as a removal has it: in this order one waits for the other.
  return b.put(require<prompt_template>(more.template_id));
}

}  // namespace sambung

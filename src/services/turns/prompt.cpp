#include "services/turns/prompt.hpp"

#include "services/turns/counted_prompt.hpp"
#include "services/turns/live_turn.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

// How many rows of the path are read at once while the context is assembled.
constexpr std::size_t context_rows = 32;

std::string_view provider_of(std::string_view model) { return model.substr(0, model.find('/')); }

// Signatures and the like mean something only to whom they came from.
prompt_message told_to(message const& m, std::string_view provider) {
  prompt_message told(m.role, m.parts);
  if (!m.model || provider_of(*m.model) == provider) return told;
  for (auto& p : told.parts) std::visit([](auto& alternative) { alternative.provider_data.reset(); }, p);
  return told;
}

// What a model of this size keeps for its answer when nobody says how long that may be.
std::int64_t room_for_answer(std::int64_t context, std::optional<std::int64_t> const& max_tokens) {
  constexpr std::int64_t most = 4'096;
  return max_tokens.value_or(std::min(most, context / 4));
}

// What vendors put around a whole prompt.
constexpr std::int64_t tokens_around_prompt = 3;

// What an application's provider throws here is told when it is called: it asks the same.
std::optional<std::int64_t> context_tokens_of(turn_plan const& plan) {
  if (!plan.provider) return std::nullopt;
  try {
    return plan.provider->capabilities(plan.provider_model).context_tokens;
  } catch (...) {
    return std::nullopt;
  }
}

// None when nobody knows what the model can read, or nobody asks it any more.
std::optional<std::int64_t> budget_of(turn_plan const& plan) {
  auto const context = context_tokens_of(plan);
  if (!context) return std::nullopt;
  completion_request tools;
  offer(plan.tools, tools);
  return *context - room_for_answer(*context, plan.how.max_tokens) - estimate_tokens(tools.tools) -
         tokens_around_prompt;
}

prompt_frame frame_of(engine_core& core, turn_plan const& plan) {
  prompt_frame frame(plan.chat.system_prompt, *plan.answer.model, *core.turns->tokens);
  frame.budget = budget_of(plan);
  return frame;
}

}  // namespace

void go_on_with(completion_request& request, std::vector<part> step) {
  auto added = prompt_of(std::move(step));
  std::move(added.begin(), added.end(), std::back_inserter(request.messages));
  separate_call_ids(request.messages);
  request.choice.reset();
}

task<completion_request> first_request(engine_core& core, turn_plan& plan) {
  auto frame = frame_of(core, plan);
  auto const builder = core.turns->context->begin_for(frame);
  if (!builder) throw error(errc::internal, "the context policy made no builder");
  auto const provider = provider_of(*plan.answer.model);
  plan.path.clear();
  std::vector<prompt_message> newest_first;
  auto before = std::exchange(plan.before_question, std::nullopt);
  message_path path(core, plan.rows, plan.question, std::move(before), context_rows);
  path.use(core.turns->paths.find(plan.rows, plan.chat.id, core.clock->now()));
  std::int64_t at_hand = 0;
  while (builder->has_room() || newest_first.empty()) {
    auto next = path.at_hand();
    if (next) ++at_hand;
    else next = co_await path.next_shared();
    if (!next) break;
    plan.path.push_back(next);
    if (next->parts.empty() && next->role != role::assistant) continue;
    // An answer with its calls and results is offered whole: nothing comes between a call and its result.
    auto offered = told_to(*next, provider);
    if (!builder->offer(offered)) break;
    newest_first.push_back(std::move(offered));
  }
  core.turns->paths.count(at_hand, std::ssize(plan.path) - at_hand);
  completion_request request;
  request.model = plan.provider_model;
  request.budget_key = to_string(plan.rows.tenant());
  request.temperature = plan.how.temperature;
  request.top_p = plan.how.top_p;
  request.max_tokens = plan.how.max_tokens;
  request.on_unsupported = plan.how.on_unsupported;
  std::ranges::reverse(newest_first);
  request.messages = prompt_of_history(plan.chat.system_prompt, std::move(newest_first));
  co_return request;
}

}  // namespace sambung

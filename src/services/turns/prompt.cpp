#include "services/turns/prompt.hpp"

#include "context/assembly.hpp"
#include "services/turns/counted_prompt.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/turn_plan.hpp"
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
  return *context - room_for_answer(*context, plan.how.max_tokens) - tokens_of_tools(tools.tools) -
         tokens_around_prompt;
}

prompt_frame frame_of(engine_core& core, turn_plan const& plan) {
  prompt_frame frame(plan.chat.system_prompt, *plan.answer.model, *core.turns->tokens);
  frame.budget = budget_of(plan);
  return frame;
}

// What a prompt may have where the policy does not say, as token_budget_context() has it.
constexpr std::int64_t usual_budget = 32'000;

// The path of a turn's prompt, which notes what is considered of it.
class considered_path {
 public:
  considered_path(engine_core& core, turn_plan& plan)
      : core_(core),
        plan_(plan),
        way_(core, plan.rows, plan.question, std::exchange(plan.before_question, std::nullopt), context_rows) {
    way_.use(core.turns->paths.find(plan.rows, plan.chat.id, core.clock->now()));
  }
  ~considered_path() { core_.turns->paths.count(at_hand_, std::ssize(plan_.context.path) - at_hand_); }
  considered_path(considered_path const&) = delete;
  considered_path& operator=(considered_path const&) = delete;

  // Null when it has to be waited for.
  message_ref at_hand() {
    auto next = way_.at_hand();
    if (next) ++at_hand_;
    return noted(std::move(next));
  }
  task<message_ref> next() {
    auto read = co_await way_.next_shared();
    co_return noted(std::move(read));
  }

 private:
  message_ref noted(message_ref next) {
    if (next) plan_.context.path.push_back(next);
    return next;
  }

  engine_core& core_;
  turn_plan& plan_;
  message_path way_;
  std::int64_t at_hand_ = 0;
};

// Of a damaged message of the user's nothing is left.
bool says_nothing(message const& m) { return m.parts.empty() && m.role != role::assistant; }

task<std::vector<prompt_message>> plain_messages(engine_core& core, turn_plan& plan) {
  auto frame = frame_of(core, plan);
  auto const most = core.turns->context->budget().value_or(usual_budget);
  plan.context.budget = std::min(most, frame.budget.value_or(most));
  auto const builder = core.turns->context->begin_for(frame);
  if (!builder) throw error(errc::internal, "the context policy made no builder");
  auto const provider = provider_of(*plan.answer.model);
  std::vector<prompt_message> newest_first;
  considered_path path(core, plan);
  while (builder->has_room() || newest_first.empty()) {
    auto next = path.at_hand();
    if (!next) next = co_await path.next();
    if (!next) break;
    if (says_nothing(*next)) continue;
    // An answer with its calls and results is offered whole: nothing comes between a call and its result.
    auto offered = told_to(*next, provider);
    plan.context.cut = !builder->offer(offered);
    if (plan.context.cut) break;
    newest_first.push_back(std::move(offered));
  }
  plan.context.full = !plan.context.cut && !builder->has_room();
  if (newest_first.empty() && plan.context.cut)
    throw error(errc::internal, "the context policy took nothing, not even the question");
  std::ranges::reverse(newest_first);
  co_return prompt_of_history(plan.chat.system_prompt, std::move(newest_first));
}

context_block system_block(chat const& of) {
  context_block block(block_source{"chat", to_string(of.id), of.revision}, context_place::main, of.system_prompt);
  return block;
}

// Blocks and history together: as much of the history is read as could fit at most.
task<std::vector<prompt_message>> composed_messages(engine_core& core, turn_plan& plan) {
  auto const provider = provider_of(*plan.answer.model);
  auto const& model = *plan.answer.model;
  history_message asked(to_string(plan.question.id), told_to(plan.question, provider));
  assembly_plan made(model, std::move(asked));
  made.layout = plan.context.layout;
  auto const most = core.turns->context->budget().value_or(usual_budget);
  made.budget = std::min(most, budget_of(plan).value_or(most));
  if (!plan.chat.system_prompt.empty()) made.blocks.push_back(system_block(plan.chat));
  made.blocks.insert(made.blocks.end(), plan.context.blocks.begin(), plan.context.blocks.end());
  considered_path path(core, plan);
  std::int64_t read = 0;
  while (read <= made.budget) {
    auto next = path.at_hand();
    if (!next) next = co_await path.next();
    if (!next) break;
    if (next->id == plan.question.id || says_nothing(*next)) continue;
    history_message one(to_string(next->id), told_to(*next, provider));
    read += core.turns->tokens->count_message(model, one.message);
    made.newest_first.push_back(std::move(one));
  }
  auto fits = assemble(std::move(made), *core.turns->tokens);
  if (!fits) throw error(fits.error());
  plan.context.report = std::move(fits->report);
  co_return std::move(fits->messages);
}

}  // namespace

void go_on_with(completion_request& request, std::vector<part> step) {
  auto added = prompt_of(std::move(step));
  std::move(added.begin(), added.end(), std::back_inserter(request.messages));
  separate_call_ids(request.messages);
  request.choice.reset();
}

std::int64_t tokens_of(engine_core& core, turn_plan const& plan, completion_request const& request) {
  std::int64_t tokens = 0;
  for (auto const& one : request.messages) tokens += core.turns->tokens->count_message(*plan.answer.model, one);
  return tokens;
}

task<void> add_what_was_not_read(engine_core& core, turn_plan& plan) {
  auto& path = plan.context.path;
  if (!plan.context.full || path.empty() || !path.back()->parent_id) co_return;
  auto const parent = *path.back()->parent_id;
  auto next = co_await readable_message(core, plan.rows, parent);
  if (!next) {
    if (next.error().code == errc::unavailable) throw error(next.error());
    co_return;
  }
  path.push_back(std::make_shared<message const>(std::move(*next)));
  plan.context.cut = true;
  plan.context.full = false;
}

task<completion_request> first_request(engine_core& core, turn_plan& plan) {
  completion_request request;
  request.model = plan.provider_model;
  request.budget_key = to_string(plan.rows.tenant());
  set_options(request, plan.how);
  plan.context.path.clear();
  if (plan.context.blocks.empty()) request.messages = co_await plain_messages(core, plan);
  else request.messages = co_await composed_messages(core, plan);
  if (plan.context.is_kept()) {
    plan.context.tokens = tokens_of(core, plan, request);
    co_await add_what_was_not_read(core, plan);
  }
  co_return request;
}

}  // namespace sambung

#include "services/turns/prompt.hpp"

#include "services/turns/counted_prompt.hpp"
#include "services/turns/live_turn.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace sambung {
namespace {

// How many rows of the path are read at once while the context is assembled.
constexpr std::size_t context_rows = 32;

// Parts an answer where a result is followed by something else.
class answer_splitter {
 public:
  void add(part p) {
    if (std::holds_alternative<error_part>(p)) return;
    if (auto* result = std::get_if<tool_result_part>(&p)) return add_result(std::move(*result));
    if (!results_.empty()) end_step();
    if (auto const* call = std::get_if<tool_call_part>(&p)) open_.emplace(call->id, calls_++);
    said_.push_back(std::move(p));
  }

  std::vector<prompt_message> take() {
    end_step();
    return std::move(made_);
  }

 private:
  void add_result(tool_result_part result) {
    auto const call = open_.find(result.call_id);
    if (call == open_.end()) return;
    open_.erase(call);
    results_.push_back(std::move(result));
  }

  void end_step() {
    std::map<std::size_t, std::string> in_order;
    for (auto const& [id, number] : open_) in_order.emplace(number, id);
    for (auto& [number, id] : in_order) {
      tool_result_part none;
      none.call_id = std::move(id);
      none.text = "Error: the answer ended before this call was made, or before it had a result";
      none.is_error = true;
      results_.push_back(std::move(none));
    }
    open_.clear();
    if (!said_.empty()) made_.emplace_back(role::assistant, std::exchange(said_, {}));
    if (!results_.empty()) made_.emplace_back(role::tool, std::exchange(results_, {}));
  }

  std::vector<prompt_message> made_;
  std::vector<part> said_;
  std::vector<part> results_;
  std::multimap<std::string, std::size_t> open_;  // calls without a result so far: which one of the answer's by its id
  std::size_t calls_ = 0;
};

std::string_view provider_of(std::string_view model) { return model.substr(0, model.find('/')); }

// Signatures and the like mean something only to whom they came from.
void keep_own_data(message& m, std::string_view provider) {
  if (!m.model || provider_of(*m.model) == provider) return;
  for (auto& p : m.parts) std::visit([](auto& alternative) { alternative.provider_data.reset(); }, p);
}

std::string unused(std::set<std::string> const& taken, std::string const& id) {
  auto number = 2;
  while (taken.contains(id + "_" + std::to_string(number))) ++number;
  return id + "_" + std::to_string(number);
}

// In the place of an answer that failed before it said anything: many models' templates want an answer to each
// question.
constexpr char const* no_answer = "(There was no answer.)";

void append(std::vector<prompt_message>& out, prompt_message one) {
  if (one.who != role::assistant) return out.push_back(std::move(one));
  auto parted = prompt_of(std::move(one.parts));
  if (parted.empty()) parted.emplace_back(role::assistant, no_answer);
  std::move(parted.begin(), parted.end(), std::back_inserter(out));
}

bool may_join(prompt_message const& one, prompt_message const& next) {
  return one.who == next.who && (one.who == role::user || one.who == role::assistant);
}

constexpr std::string_view between_messages = "\n\n";

void join(prompt_message& one, prompt_message next) {
  auto* last = one.parts.empty() ? nullptr : std::get_if<text_part>(&one.parts.back());
  auto* first = next.parts.empty() ? nullptr : std::get_if<text_part>(&next.parts.front());
  bool const same_text = last && first && !last->provider_data && !first->provider_data;
  if (same_text) (last->text += between_messages) += first->text;
  std::move(next.parts.begin() + (same_text ? 1 : 0), next.parts.end(), std::back_inserter(one.parts));
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

std::vector<prompt_message> prompt_of(std::vector<part> answer) {
  answer_splitter splitter;
  for (auto& p : answer) splitter.add(std::move(p));
  return splitter.take();
}

std::vector<prompt_message> in_turns(std::vector<prompt_message> messages) {
  std::vector<prompt_message> made;
  for (auto& one : messages) {
    if (!made.empty() && may_join(made.back(), one)) join(made.back(), std::move(one));
    else made.push_back(std::move(one));
  }
  return made;
}

void separate_call_ids(std::vector<prompt_message>& messages) {
  std::set<std::string> taken;
  std::map<std::string, std::string> renamed;  // in the message before the results
  for (auto& message : messages) {
    if (message.who == role::assistant) renamed.clear();
    for (auto& p : message.parts) {
      if (auto* call = std::get_if<tool_call_part>(&p)) {
        if (taken.contains(call->id)) {
          auto fresh = unused(taken, call->id);
          renamed[call->id] = fresh;
          call->id = std::move(fresh);
        }
        taken.insert(call->id);
      } else if (auto* result = std::get_if<tool_result_part>(&p)) {
        if (auto const found = renamed.find(result->call_id); found != renamed.end()) result->call_id = found->second;
      }
    }
  }
}

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
  std::vector<prompt_message> newest_first;
  auto before = std::exchange(plan.before_question, std::nullopt);
  message_path path(core, plan.rows, plan.question, std::move(before), context_rows);
  while (builder->has_room() || newest_first.empty()) {
    auto next = co_await path.next();
    if (!next) break;
    if (next->parts.empty() && next->role != role::assistant) continue;
    keep_own_data(*next, provider);
    // An answer with its calls and results is offered whole: nothing comes between a call and its result.
    prompt_message offered(next->role, std::move(next->parts));
    if (!builder->offer(offered)) break;
    newest_first.push_back(std::move(offered));
  }
  completion_request request;
  request.model = plan.provider_model;
  request.budget_key = to_string(plan.rows.tenant());
  request.temperature = plan.how.temperature;
  request.top_p = plan.how.top_p;
  request.max_tokens = plan.how.max_tokens;
  request.on_unsupported = plan.how.on_unsupported;
  if (!plan.chat.system_prompt.empty()) request.messages.emplace_back(role::system, plan.chat.system_prompt);
  for (auto one = newest_first.rbegin(); one != newest_first.rend(); ++one) append(request.messages, std::move(*one));
  request.messages = in_turns(std::move(request.messages));
  separate_call_ids(request.messages);
  co_return request;
}

}  // namespace sambung

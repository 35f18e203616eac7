#include "services/turns/lost_turn.hpp"

#include <sambung/provider/registry.hpp>
#include <sambung/provider/token_counter.hpp>
#include <sambung/records/chat.hpp>

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/engine_core.hpp"
#include "services/turns/kept_context.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/message_texts.hpp"
#include "services/turns/prompt.hpp"
#include "services/turns/turn_plan.hpp"
#include "services/vault/key_finder.hpp"
#include "services/vault/vault_state.hpp"

namespace sambung {
namespace {

bool is_result(part const& one) { return std::holds_alternative<tool_result_part>(one); }

// What each call of the model took: it read the prompt and what the calls before had said and got.
std::vector<token_usage> calls_in(std::vector<part> const& parts, std::int64_t prompt_tokens) {
  std::vector<token_usage> calls;
  std::size_t bytes = 0;
  auto read = prompt_tokens;
  auto step = parts.begin();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_result(parts[i])) continue;
    if (i == 0 || is_result(parts[i - 1])) {
      auto const next = parts.begin() + static_cast<std::ptrdiff_t>(i);
      if (i > 0) read += estimate_tokens(prompt_of(std::vector<part>(std::exchange(step, next), next)));
      auto& begun = calls.emplace_back();
      begun.input_tokens = read;
      begun.estimated = true;
      bytes = 0;
    }
    bytes += size_of(parts[i]);
    calls.back().output_tokens = tokens_of_bytes(bytes);
  }
  return calls;
}

task<completion_request> request_of(engine_core& core, scope who, message answer, active_turn lost) {
  if (!answer.parent_id) throw error(errc::data_loss, "the answer has no question");
  auto const asked_in = (co_await core.records<chat>(who).get(answer.chat_id)).value();
  auto const question = (co_await core.records<message>(who).get(*answer.parent_id)).value();
  turn_plan plan{who, {}, asked_in, question, {}, std::move(answer), std::move(lost), {}, {}, {}, {}, {}, {}, {}};
  co_return co_await first_request(core, plan);
}

// As the turn put it together. What has gone since counts nothing: a turn must not stay lost for it.
task<std::int64_t> prompt_tokens_of(engine_core& core, scope who, message const& answer, active_turn const& lost,
                                    std::optional<answer_context> const& kept) {
  auto const request = co_await as_result(request_of(core, who, answer, lost));
  auto const beside = kept ? tokens_beside_chat(*kept) : 0;
  if (request) co_return estimate_tokens(request->messages) + beside;
  if (request.error().code == errc::unavailable) throw error(request.error());
  co_return 0;
}

// Whose key it was is not stored: whose it would be now.
task<key_source> key_of(engine_core& core, scope who, active_turn const& lost, std::string const& model) {
  auto const found = core.providers->find_model(model);
  if (!found) co_return key_source::configured;
  auto const key = co_await as_result(
      core.vault->keys.find(who, lost.owner_id, std::string(found->provider_name), found->provider->key_host()));
  if (!key && key.error().code == errc::unavailable) throw error(key.error());
  co_return key ? key->source : key_source::configured;
}

// As far as it can be read; the lease knows whose it is and where.
task<message> lost_answer(engine_core& core, scope who, active_turn const& lost) {
  auto const read = co_await readable_message(core, who, lost.id);
  if (!read && read.error().code == errc::unavailable) throw error(read.error());
  message answer;
  if (read) answer = *read;
  answer.id = lost.id;
  answer.chat_id = lost.chat_id;
  answer.role = role::assistant;
  if (answer.created_at == timestamp()) answer.created_at = core.clock->now();
  co_return answer;
}

// An answer that does not say what it answers has it right before it, unless it is one more answer: then what it
// answers is found already.
task<std::optional<message>> lost_question(engine_core& core, scope who, message const& answer) {
  if (answer.parent_id) {
    auto found = co_await core.records<message>(who).get(*answer.parent_id);
    if (found) co_return std::move(*found);
    if (found.error().code == errc::unavailable) throw error(found.error());
    co_return std::nullopt;
  }
  chat home;
  home.id = answer.chat_id;
  home.head_id = answer.id;
  auto before = co_await start_of(core, who, home);
  co_return std::move(before.first);
}

}  // namespace

task<bill> bill_of_lost(engine_core& core, scope who, message const& answer, active_turn const& lost,
                        std::vector<part> parts, std::optional<answer_context> const& kept) {
  bill made;
  if (parts.empty() || !answer.model) co_return made;
  auto const prompt_tokens = co_await prompt_tokens_of(core, who, answer, lost, kept);
  auto const key = co_await key_of(core, who, lost, *answer.model);
  auto const* price = core.accounting->prices.find(*answer.model, answer.created_at);
  auto counter = no_usage(lost.owner_id, answer.created_at, *answer.model, key);
  made.usage.emplace();
  for (auto const& call : calls_in(parts, prompt_tokens)) {
    add_integers<token_counts>(*made.usage, call);
    made.usage->estimated = true;
    add_integers<token_counts>(counter, call);
    ++counter.requests;
    ++counter.estimated_requests;
    if (price) counter.cost_microusd += cost_microusd(*price, call);
    else ++counter.unpriced_requests;
  }
  if (price) made.cost_microusd = counter.cost_microusd;
  made.counters.push_back(std::move(counter));
  co_return made;
}

task<void> add_lost_texts(engine_core& core, scope who, active_turn const& lost, std::vector<part> parts, batch& b) {
  auto answer = co_await lost_answer(core, who, lost);
  answer.parts = std::move(parts);
  add_text(b, lost.owner_id, answer);
  auto const question = co_await lost_question(core, who, answer);
  if (question) add_text(b, lost.owner_id, *question);
}

}  // namespace sambung

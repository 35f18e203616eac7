#include "services/turns/turn_opening.hpp"

#include <sambung/provider/registry.hpp>

#include "services/turns/kept_context.hpp"
#include "services/turns/turn_source.hpp"
#include "services/turns/turn_sweep.hpp"
#include "services/turns/turn_table.hpp"
#include "services/turns/turns_state.hpp"
#include "services/vault/vault_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

// How often a write is tried again when others changed the chat in between.
constexpr int write_attempts = 8;

message new_answer(chat_access const& access, message const& asked, std::string model) {
  auto answer = new_message(access, asked.chat_id, role::assistant, &asked);
  answer.state = message_state::streaming;
  answer.model = std::move(model);
  return answer;
}

active_turn new_lease(chat_access const& access, message const& answer) {
  auto const& core = access.core();
  active_turn lease;
  lease.id = answer.id;
  lease.chat_id = answer.chat_id;
  lease.owner_id = access.user();
  lease.instance = core.instance;
  lease.lease_expires_at = core.clock->now() + core.turns->options.lease;
  return lease;
}

// What one write stores of a turn that begins.
struct opening {
  batch all;
  batch_place lease;  // taken when another turn runs in the chat
};

// The key, the lease (whose uniqueness lets one turn run at a time), the head, both messages, and what beside them the
// model is to read.
opening opening_of(idempotent_call const& call, chat const& before, chat const& after, exchange const& what,
                   message const& answer, active_turn const& lease, std::optional<answer_context> const& context) {
  batch b;
  call.record(b, answer.id.value);
  auto const held = b.put(insert(lease));
  b.add(move_of(before, after));
  if (what.question) b.add(what.question->inserted());
  b.add(insert(answer));
  if (context) b.add(insert(*context));
  return opening{std::move(b), held};
}

// What the chat holds beside the question is counted when the prompt is made: only then is it known.
void demand_room(engine_core& core, call_meter& meter, message const& asked, std::string const& model) {
  if (!meter.limited()) return;
  meter.set_aside(core.turns->tokens->count_message(model, prompt_message(asked.role, asked.parts))).value();
}

// When storage does not say whether the batch is stored, the same batch again tells: it cannot be stored twice.
task<result<receipt>> open(chat_access const& access, batch opening, active_turn const& lease) {
  auto& core = access.core();
  auto const first = co_await core.store->write(access.rows(), opening);
  if (first || first.error().code != errc::unavailable) co_return first;
  auto second = co_await core.store->write(access.rows(), std::move(opening));
  if (second || second.error().code == errc::unavailable) co_return second;
  auto const stored = co_await core.records<active_turn>(access.rows()).get(lease.id);
  if (stored) co_return receipt();
  co_return second;
}

}  // namespace

chat moved_to(chat_access const& access, chat const& before, message const& head) {
  auto after = before;
  after.head_id = head.id;
  after.updated_at = access.core().clock->now();
  after.active_at = std::max(before.active_at, after.updated_at);
  ++after.revision;
  return after;
}

change move_of(chat const& before, chat const& after) {
  return update<chat>(before.id)
      .set(&chat::head_id, after.head_id)
      .set(&chat::updated_at, after.updated_at)
      .set(&chat::active_at, after.active_at)
      .set(&chat::revision, after.revision)
      .when(&chat::revision, before.revision)
      .when(&chat::state, chat_state::active);
}

task<void> clear_lost_turn(chat_access const& access, chat_id id) {
  auto& core = access.core();
  auto const leases = core.records<active_turn>(access.rows());
  auto const found = co_await leases.first(leases.where(&active_turn::chat_id, id));
  if (!found) co_return;
  if (!core.turns->running.is_lost(access.rows(), *found))
    throw error(errc::conflict, "a turn is running in this chat");
  co_await settle_lost(core, access.rows(), *found);
}

resolved_model resolve(engine_core& core, std::string const& name) {
  auto found = core.providers->find_model(name);
  if (!found) throw error(failure(errc::invalid_argument, found.error().message, {{"model", found.error().message}}));
  return {std::string(found->full_name), std::string(found->provider_name), std::string(found->model),
          std::move(found->provider)};
}

new_question::new_question(message const& from, std::string parts) : id_(from.id) {
  auto const& table = description_of<message>();
  row_.table = table.table;
  detail::for_each_member<message>([&](auto member, std::size_t i) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(from.*member.pointer)>, std::vector<part>>)
      row_.values.emplace_back(std::move(parts));
    else row_.values.push_back(detail::to_value(from.*member.pointer, table.fields[i]));
  });
}

message new_message(chat_access const& access, chat_id chat, role who, message const* parent) {
  message m;
  m.id = access.core().ids->next<message_id>();
  m.chat_id = chat;
  m.role = who;
  if (parent) {
    m.parent_id = parent->id;
    m.depth = parent->depth + 1;
  }
  m.created_at = m.updated_at = access.core().clock->now();
  return m;
}

// The answer itself, which may be large, is read only for what memory does not know.
task<turn> follow(chat_access const& access, message_id answer, std::int64_t after) {
  auto& core = access.core();
  if (auto running = core.turns->running.find(access.rows(), answer)) {
    co_await access.own(running->chat());
    co_return read_live(core, std::move(running), after);
  }
  auto stored = co_await core.turns->answers.get(access.rows(), answer);
  co_await access.own(stored->chat_id);
  if (stored->role != role::assistant)
    throw error(failure(errc::invalid_argument, "only an answer has a turn", {{"messageId", "not an answer"}}));
  co_return read_stored(core, access.rows(), std::move(stored), after);
}

task<turn> begin_turn(chat_access const& access, chat_id id, idempotent_call const& call, exchange_maker const& make) {
  auto& core = access.core();
  if (auto const first = co_await call.earlier()) co_return co_await follow(access, message_id{*first}, 0);
  auto room = core.turns->running.admit(access.rows(), access.user()).value();
  for (int attempt = 0; attempt < write_attempts; ++attempt) {
    // First as the chat was left a moment ago, then as it is stored.
    auto found = attempt == 0 ? core.turns->heads.take(access.rows(), access.user(), id) : std::nullopt;
    if (!found) {
      auto stored = co_await access.own(id);
      found.emplace(std::move(stored));
    }
    auto const& before = found->chat;
    auto what = co_await make(*found);
    auto tools = select_tools(core.turns->tools, core.turns->tool_limits, what.how);
    auto model = resolve(core, what.how.model.value_or(before.model));
    auto const model_name = model.full_name;
    auto key = core.vault->keys.remembered(access.rows(), access.user(), model.provider_name);
    if (!key) {
      auto chosen =
          co_await core.vault->keys.find(access.rows(), access.user(), model.provider_name, model.provider->key_host());
      key = std::move(chosen);
    }
    metered_call calls(access.rows(), access.user(), model_name, key->source);
    auto meter = co_await call_meter::open(core, std::move(calls));
    demand_room(core, *meter, what.asked, model_name);
    auto const answer = new_answer(access, what.asked, model_name);
    auto const lease = new_lease(access, answer);
    auto after = moved_to(access, before, answer);
    auto context = with_blocks_of(std::move(what.prompt));
    if (what.begun) go_on_behind(context, *what.begun);
    auto const kept = context_at_start(core, answer, context);
    auto first_write = opening_of(call, before, after, what, answer, lease, kept);
    auto const written = co_await open(access, std::move(first_write.all), lease);
    if (written) {
      std::optional<message_id> asked;
      if (what.question) asked = what.question->id();
      turn_plan plan{access.rows(),
                     access.who(),
                     std::move(after),
                     what.asked,
                     std::move(what.before),
                     answer,
                     lease,
                     std::move(model.provider_model),
                     std::move(model.provider),
                     std::move(*key),
                     std::move(tools),
                     std::move(what.how),
                     std::move(meter),
                     std::move(context)};
      co_return read_live(core, core.turns->running.start(std::move(plan), asked, std::move(room)), 0);
    }
    auto const& why = written.error();
    if (why.code != errc::already_exists && why.code != errc::conflict) throw error(why);
    if (auto const first = co_await call.earlier()) co_return co_await follow(access, message_id{*first}, 0);
    if (first_write.lease.failed(why)) co_await clear_lost_turn(access, id);
  }
  throw error(errc::conflict, "the chat kept changing");
}

}  // namespace sambung

#include "services/turns/tool_questions.hpp"

#include <sambung/core/json_codec.hpp>
#include <sambung/records/active_turn.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/tool_grant.hpp>

#include "core/first_of.hpp"
#include "core/text.hpp"
#include "services/turns/approval_keys.hpp"
#include "services/turns/patience.hpp"

namespace sambung {

namespace {

tool_decision question_of(engine_core const& core, tool_call const& call, tool const& by) {
  tool_decision made;
  made.id = decision_id_of(*call.message_id, call.id);
  made.chat_id = *call.chat_id;
  made.message_id = *call.message_id;
  made.call_id = call.id;
  made.owner_id = call.user_id;
  made.tool = by.name();
  made.fingerprint = fingerprint_of(by);
  made.arguments = call.arguments.substr(0, whole_characters(call.arguments, max_shown_arguments));
  made.is_cut = made.arguments.size() < call.arguments.size();
  made.created_at = core.clock->now();
  made.until = made.created_at + core.turns->tool_limits.approval;
  return made;
}

tool_approval told(tool_decision const& asked) {
  return {asked.call_id, asked.tool, asked.arguments, asked.is_cut, asked.until};
}

failure not_allowed(errc code, std::string why) { return {code, "the call is not allowed: " + std::move(why)}; }

failure nobody_asked(failure const& why) { return not_allowed(why.code, "nobody could be asked"); }

failure too_late() { return not_allowed(errc::deadline_exceeded, "nobody agreed to it in time"); }

bool is_same_call(tool_decision const& one, tool_decision const& other) {
  return one.fingerprint == other.fingerprint && one.arguments == other.arguments && !one.is_cut && !other.is_cut;
}

}  // namespace

task<std::optional<failure>> tool_questions::ask(tool_call const& call, tool const& by) {
  auto asked = question_of(core_, call, by);
  // A vendor's id of a call may be of any length.
  if (auto const valid = validate(asked); !valid) co_return nobody_asked(valid.error());
  co_return co_await put(std::move(asked));
}

task<std::optional<failure>> tool_questions::put(tool_decision asked) {
  auto const agreed = co_await is_agreed(asked);
  if (!agreed) co_return nobody_asked(agreed.error());
  if (*agreed) co_return std::nullopt;
  auto const replaced = co_await others(asked, decision_state::pending);
  if (!replaced) co_return nobody_asked(replaced.error());
  open_.emplace(asked.id, asked);
  auto denied = co_await asked_for(asked, *replaced);
  open_.erase(asked.id);
  co_return denied;
}

task<std::optional<failure>> tool_questions::asked_for(tool_decision const& asked,
                                                       std::vector<tool_decision> const& replaced) {
  auto const stored = co_await store(asked, replaced);
  // When a try that failed has stored it after all, the next one says that it is there.
  if (!stored && stored.error().code != errc::already_exists) co_return nobody_asked(stored.error());
  tell_(told(asked));
  co_return co_await wait(asked);
}

task<result<bool>> tool_questions::is_agreed(tool_decision const& asked) {
  auto const in_chat = co_await is_granted(asked, asked.chat_id);
  if (!in_chat || *in_chat) co_return in_chat;
  auto const everywhere = co_await is_granted(asked, std::nullopt);
  if (!everywhere || *everywhere) co_return everywhere;
  // The turn that asked had ended when they agreed: that counts for the same call, once.
  auto const earlier = co_await others(asked, decision_state::decided);
  if (!earlier) co_return earlier.error();
  for (auto const& one : *earlier) {
    if (one.verdict != approval_verdict::once || !is_same_call(one, asked)) continue;
    auto const taken = co_await use(one, asked.message_id);
    if (taken) co_return true;
  }
  co_return false;
}

task<result<bool>> tool_questions::is_granted(tool_decision const& asked, std::optional<chat_id> where) {
  auto const grants = core_.records<tool_grant>(rows_);
  auto const id = grant_id_of(asked.owner_id, where, asked.fingerprint);
  auto look = [&] { return grants.get(id); };
  auto const found = co_await patiently(core_, std::move(look));
  if (found) co_return true;
  if (found.error().code == errc::unavailable) co_return found.error();
  co_return false;
}

// What was asked in the chat by turns before this one: they have ended, for a chat has one at a time.
task<result<std::vector<tool_decision>>> tool_questions::others(tool_decision const& asked, decision_state state) {
  auto const decisions = core_.records<tool_decision>(rows_);
  auto const now = core_.clock->now();
  auto look = [&] {
    query q = decisions.where(&tool_decision::chat_id, asked.chat_id);
    q = std::move(q).where(where(&tool_decision::state, state));
    q = std::move(q).where(where(&tool_decision::until, comparison::greater, now));
    return decisions.list(std::move(q), page_request(max_page_size));
  };
  auto found = co_await patiently(core_, std::move(look));
  if (!found) co_return found.error();
  std::erase_if(found->items, [&](tool_decision const& one) { return one.message_id == asked.message_id; });
  co_return std::move(found->items);
}

// Only while the turn is this engine's: nobody is asked for a turn that has ended, or in a chat that is removed.
task<result<receipt>> tool_questions::store(tool_decision const& asked, std::vector<tool_decision> const& replaced) {
  batch b;
  b.add(require<active_turn>(asked.message_id).when(&active_turn::instance, core_.instance));
  for (auto const& one : replaced)
    b.add(update<tool_decision>(one.id).set(&tool_decision::state, decision_state::ended));
  b.add(insert(asked));
  auto write = [&] { return core_.store->write(rows_, b); };
  co_return co_await patiently(core_, std::move(write));
}

task<std::optional<failure>> tool_questions::wait(tool_decision const& asked) {
  auto const decisions = core_.records<tool_decision>(rows_);
  for (;;) {
    auto const seen = decisions_.value();
    auto const now = co_await decisions.get(asked.id);
    if (!now && now.error().code != errc::unavailable) co_return nobody_asked(now.error());
    if (now && now->state == decision_state::decided) {
      // Nobody has agreed to anything then.
      if (!now->verdict) co_return nobody_asked(failure(errc::data_loss, "the decision is damaged"));
      auto const acted = co_await use(*now, asked.message_id);
      if (acted) tell_(tool_decided{asked.call_id, *now->verdict});
      if (acted && now->verdict == approval_verdict::deny)
        co_return not_allowed(errc::permission_denied, "the user does not agree");
      if (acted) co_return std::nullopt;
      if (acted.error().code == errc::not_found) co_return nobody_asked(acted.error());
    } else if (now && now->state != decision_state::pending) {
      co_return too_late();
    }
    auto const left = asked.until - core_.clock->now();
    if (left <= std::chrono::milliseconds(0)) {
      auto const expired = co_await expire(asked);
      if (expired || expired.error().code != errc::conflict) co_return too_late();
      continue;  // decided at the last moment
    }
    auto const pause = std::min<std::chrono::milliseconds>(left, core_.turns->options.lease / 3);
    co_await first_of(decisions_.try_above(seen), core_.clock->sleep(pause));
  }
}

// Of all who would act on a decision one does, and only while its turn is its own.
task<result<receipt>> tool_questions::use(tool_decision const& decided, message_id answer) {
  batch b;
  b.add(require<active_turn>(answer).when(&active_turn::instance, core_.instance));
  b.add(update<tool_decision>(decided.id)
            .set(&tool_decision::state, decision_state::used)
            .when(&tool_decision::state, decision_state::decided));
  co_return co_await core_.store->write(rows_, std::move(b));
}

task<result<receipt>> tool_questions::expire(tool_decision const& asked) {
  auto late = update<tool_decision>(asked.id)
                  .set(&tool_decision::state, decision_state::expired)
                  .when(&tool_decision::state, decision_state::pending);
  co_return co_await core_.records<tool_decision>(rows_).write(std::move(late));
}

// Whether a question is there or not, it is there before it ends: the write that stores it may be under way.
void tool_questions::withdraw(batch& b) const {
  for (auto const& [id, asked] : open_) {
    b.add(increment(asked));
    b.add(update<tool_decision>(id).set(&tool_decision::state, decision_state::ended));
  }
}

}  // namespace sambung

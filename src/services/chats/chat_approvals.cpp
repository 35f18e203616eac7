#include <sambung/services/chats/chats.hpp>

#include "services/base/system_records.hpp"
#include "services/turns/approval_keys.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

// What was decided before stands: the same again is as good as the first time.
void check_same(tool_decision const& stored, approval_verdict verdict) {
  if (stored.state == decision_state::expired) throw error(errc::conflict, "nobody decided in time");
  if (stored.state == decision_state::ended) throw error(errc::conflict, "nobody is asked any more");
  if (stored.verdict != verdict) throw error(errc::conflict, "it was decided otherwise");
}

tool_grant grant_of(tool_decision const& decided, std::optional<chat_id> where) {
  tool_grant made;
  made.id = grant_id_of(decided.owner_id, where, decided.fingerprint);
  made.owner_id = decided.owner_id;
  made.chat_id = where;
  made.tool = decided.tool;
  made.fingerprint = decided.fingerprint;
  made.created_at = *decided.decided_at;
  return made;
}

// While the question is open and the chat is there. A grant that is there already stays as it is.
batch deciding(tool_decision const& decided) {
  batch b;
  b.add(require<chat>(decided.chat_id).when(&chat::state, chat_state::active));
  b.add(update<tool_decision>(decided.id)
            .set(&tool_decision::state, decided.state)
            .set(&tool_decision::verdict, decided.verdict)
            .set(&tool_decision::decided_by, decided.decided_by)
            .set(&tool_decision::decided_at, decided.decided_at)
            .set(&tool_decision::until, decided.until)
            .when(&tool_decision::state, decision_state::pending));
  if (decided.verdict == approval_verdict::chat) b.add(increment(grant_of(decided, decided.chat_id)));
  if (decided.verdict == approval_verdict::always) b.add(increment(grant_of(decided, std::nullopt)));
  return b;
}

task<tool_decision> decide_call(core_ptr core, principal who, message_id answer, std::string call,
                                approval_verdict verdict) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto const decisions = core->records<tool_decision>(access.rows());
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto one = (co_await decisions.get(decision_id_of(answer, call))).value();
    co_await access.own(one.chat_id);
    auto const now = core->clock->now();
    if (one.state == decision_state::pending && one.until <= now) one.state = decision_state::expired;
    if (one.state != decision_state::pending) {
      check_same(one, verdict);
      co_return one;
    }
    one.state = decision_state::decided;
    one.verdict = verdict;
    one.decided_by = access.user();
    one.decided_at = now;
    one.until = now + core->turns->tool_limits.approval;
    auto const written = co_await core->store->write(access.rows(), deciding(one));
    if (written) {
      if (auto const running = core->turns->running.find(access.rows(), answer)) running->decided();
      co_return one;
    }
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the question kept changing");
}

task<page<tool_decision>> list_pending(core_ptr core, principal who, std::optional<chat_id> in, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  if (in) co_await access.own(*in);
  query q = in ? collection<tool_decision>::where(&tool_decision::chat_id, *in)
               : collection<tool_decision>::where(&tool_decision::owner_id, access.user());
  std::vector<std::string> order(1, "until");
  q = std::move(q)
          .where(where(&tool_decision::state, decision_state::pending))
          .where(where(&tool_decision::until, comparison::greater, core->clock->now()))
          .order(std::move(order), direction::descending);
  co_return (co_await core->records<tool_decision>(access.rows()).list(std::move(q), std::move(which))).value();
}

task<page<tool_grant>> list_grants(core_ptr core, principal who, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  query q = collection<tool_grant>::where(&tool_grant::owner_id, access.user());
  std::vector<std::string> order(1, "created_at");
  q = std::move(q).order(std::move(order), direction::descending);
  co_return (co_await core->records<tool_grant>(access.rows()).list(std::move(q), std::move(which))).value();
}

task<void> revoke_grant(core_ptr core, principal who, tool_grant_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto revoked = erase<tool_grant>(id).when(&tool_grant::owner_id, access.user());
  auto const gone = co_await core->records<tool_grant>(access.rows()).write(std::move(revoked));
  if (gone) co_return;
  if (was_overtaken(gone.error())) throw_not_found();
  throw error(gone.error());
}

}  // namespace

task<tool_decision> chats::decide_tool(message_id answer, std::string call_id, approval_verdict verdict) const {
  return decide_call(core_, who_, answer, std::move(call_id), verdict);
}

task<page<tool_decision>> chats::pending_tools(std::optional<chat_id> in, page_request which) const {
  return list_pending(core_, who_, in, std::move(which));
}

task<page<tool_grant>> chats::tool_grants(page_request which) const {
  return list_grants(core_, who_, std::move(which));
}

task<void> chats::revoke_tool_grant(tool_grant_id id) const { return revoke_grant(core_, who_, id); }

}  // namespace sambung

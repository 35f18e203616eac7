#include "services/turns/turn_sweep.hpp"
#include "services/turns/model_call.hpp"

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/access.hpp"
#include "services/base/tenant_walk.hpp"
#include "services/turns/chat_removal.hpp"
#include "services/turns/kept_context.hpp"
#include "services/turns/lost_turn.hpp"
#include "services/turns/stored_deltas.hpp"
#include "services/turns/turn_log.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

std::vector<std::string> by_id() { return {"id"}; }

// A server gives events out before it stores them. The number of the end that a lost turn gets lies beyond all that
// readers may have had: more than a turn's memory holds.
constexpr std::int64_t beyond_unstored = std::int64_t(1) << 32;

// What storage cannot take now stops a sweep; anything else must not keep other turns and tenants from theirs.
template <class T>
void keep_going(result<T> const& swept, sweep_outcome& outcome) {
  if (swept) return;
  if (swept.error().code == errc::unavailable) throw error(swept.error());
  ++outcome.failed;
  if (!outcome.why) outcome.why = swept.error();
}

// What was stored of an answer while it grew.
struct flushed_answer {
  std::vector<part> parts;
  std::int64_t last_event = 1;
};

// Its chunks go with the batch.
task<flushed_answer> take_flushed(engine_core& core, scope who, message_id answer, batch& b) {
  auto chunks = core.records<turn_chunk>(who);
  flushed_answer flushed;
  part_builder parts;
  page_request pages(max_page_size);
  do {
    query q = chunks.where(&turn_chunk::message_id, answer);
    q = std::move(q).order(by_id(), direction::ascending);
    auto found = (co_await chunks.list(std::move(q), pages)).value();
    for (auto const& chunk : found.items) {
      b.add(erase<turn_chunk>(chunk.id));
      auto const deltas = stored_deltas(core, who, chunk);
      for (auto const& delta : deltas) add_delta(parts, delta);
      flushed.last_event = chunk.first_event + static_cast<std::int64_t>(deltas.size()) - 1;
    }
    pages.cursor = std::move(found.next_cursor);
  } while (pages.cursor);
  flushed.parts = parts.take();
  co_return flushed;
}

answer_end end_of_lost(bill const& used) {
  answer_end end;
  end.state = message_state::incomplete;
  end.reason = message_reason::server_lost;
  end.usage = used.usage;
  end.cost_microusd = used.cost_microusd;
  return end;
}

void tell_quotas(engine_core& core, scope who, bill const& used) {
  for (auto const& one : used.counters) {
    core.accounting->quotas.settle(who, one, nullptr, spending());
    core.accounting->quotas.confirm_written(who, one);
  }
}

task<void> sweep_tenant(engine_core& core, scope who, broken_removals with, sweep_outcome& outcome) {
  auto leases = core.records<active_turn>(who);
  page_request pages(max_page_size);
  do {
    auto found = (co_await leases.list(leases.all(), pages)).value();
    for (auto const& lease : found.items) {
      if (!core.turns->running.is_lost(who, lease)) continue;
      auto const settled = co_await as_result(settle_lost(core, who, lease));
      keep_going(settled, outcome);
      outcome.settled += settled && *settled;
    }
    pages.cursor = std::move(found.next_cursor);
  } while (pages.cursor);
  if (with == broken_removals::resume) co_await finish_removals(core, who);
}

task<void> sweep_tenants(engine_core& core, broken_removals with, sweep_outcome& outcome) {
  tenant_walk tenants(core);
  while (auto const id = co_await tenants.next()) {
    auto const swept = co_await as_result(sweep_tenant(core, tenant_rows(*id), with, outcome));
    keep_going(swept, outcome);
  }
}

}  // namespace

task<bool> settle_lost(engine_core& core, scope who, active_turn const& lost) {
  batch b;
  b.add(erase<active_turn>(lost.id)
            .when(&active_turn::instance, lost.instance)
            .when(&active_turn::lease_expires_at, lost.lease_expires_at)
            .when(&active_turn::chat_id, lost.chat_id));
  auto flushed = co_await take_flushed(core, who, lost.id, b);
  auto const answer = co_await core.records<message>(who).get(lost.id);
  if (!answer && answer.error().code == errc::unavailable) throw error(answer.error());
  if (!answer && answer.error().code != errc::data_loss) co_return false;
  // What of a damaged answer would tell its cost is gone; it ends all the same.
  bill used;
  auto const kept = co_await find_context(core, who, lost.id);
  if (answer) used = co_await bill_of_lost(core, who, *answer, lost, flushed.parts, kept);
  auto const end = end_of_lost(used);
  co_await add_lost_texts(core, who, lost, flushed.parts, b);
  b.add(update<message>(lost.id)
            .set(&message::parts, std::move(flushed.parts))
            .set(end)
            .set(&message::last_event, flushed.last_event + beyond_unstored)
            .set(&message::updated_at, core.clock->now())
            .when(&message::state, message_state::streaming));
  for (auto const& one : used.counters) b.add(count(one));
  if (kept) co_await add_lost_usage(core, who, *kept, end, b);  // behind them, as at a turn's own end
  auto const of_owner = written_by(who, lost.owner_id);         // who is to hear that it has ended
  auto const written = co_await core.store->write(of_owner, std::move(b));
  if (written) tell_quotas(core, who, used);
  if (written) measure_cost(core, used);
  // Conflict or absence: its engine was alive after all, or another sweep was quicker. The next sweep looks again.
  if (!written && written.error().code == errc::unavailable) throw error(written.error());
  co_return written.has_value();
}

task<void> sweep_turns(engine_core& core, broken_removals with) {
  core.turns->running.drop_old();
  sweep_outcome outcome;
  auto const swept = co_await as_result(sweep_tenants(core, with, outcome));
  if (outcome.settled > 0 || outcome.failed > 0) core.observer->swept(outcome);
  if (!swept) throw error(swept.error());
}

}  // namespace sambung

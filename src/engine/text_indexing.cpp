#include "engine/text_indexing.hpp"

#include "services/base/access.hpp"
#include "services/base/tenant_walk.hpp"
#include "services/turns/message_texts.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace sambung {
namespace {

// The tenants that have more to do, and what went wrong first.
struct indexing_round {
  std::vector<tenant_id> left;
  std::optional<failure> why;
};

task<void> index_tenant(engine_core& core, tenant_id id, indexing_round& round) {
  auto const more = co_await as_result(write_texts_of_before(core, tenant_rows(id)));
  if (more && *more) round.left.push_back(id);
  if (!more && !round.why) round.why = more.error();
}

bool is_closing(engine_core const& core) { return core.closing.value() > 0; }

// What a migration left of the indexes.
task<std::optional<failure>> index_words(engine_core& core) {
  for (bool more = true; more && !is_closing(core);) {
    auto const outcome = co_await core.store->index_words();
    if (!outcome) co_return outcome.error();
    more = *outcome;
  }
  co_return std::nullopt;
}

}  // namespace

task<void> index_texts(engine_core& core) {
  indexing_round round;
  round.why = co_await index_words(core);
  tenant_walk tenants(core);
  while (auto const id = co_await tenants.next()) {
    if (is_closing(core)) co_return;
    co_await index_tenant(core, *id, round);
  }
  while (!round.left.empty() && !is_closing(core)) {
    auto const some = std::exchange(round.left, {});
    for (auto const& id : some) co_await index_tenant(core, id, round);
  }
  if (round.why) throw error(*round.why);
}

}  // namespace sambung

#include "services/vault/key_rewrap.hpp"

#include "services/base/access.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/tenant_walk.hpp"
#include "services/vault/key_finder.hpp"
#include "services/vault/vault_state.hpp"

namespace sambung {
namespace {

// Keys that are read, and sealed, together.
constexpr std::size_t step = 100;

struct rewrap_count {
  std::int64_t sealed = 0;
  std::int64_t unopened = 0;
};

// A key that was rotated or removed since it was read is none of ours any more: its envelope is another, or nowhere.
change sealed_again(provider_key const& key, std::string envelope) {
  return update<provider_key>(key.id)
      .set(&provider_key::envelope, std::move(envelope))
      .when(&provider_key::envelope, key.envelope);
}

bool is_overtaken(failure const& why) { return why.code == errc::conflict || why.code == errc::not_found; }

// Those of a page that are due, sealed again.
std::vector<change> rewrapped(engine_core& core, scope const& where, std::vector<provider_key> const& keys,
                              rewrap_count& count) {
  std::vector<change> changes;
  auto const& secrets = core.vault->secrets;
  for (auto const& key : keys) {
    if (is_current(key.envelope, secrets)) continue;
    auto const place = place_of(where, key);
    auto const plain = open_envelope(key.envelope, place, secrets);
    if (plain) changes.push_back(sealed_again(key, seal(*plain, place, secrets, *core.random).value()));
    else ++count.unopened;
  }
  return changes;
}

// Together, or when one was overtaken, each by itself.
task<std::int64_t> write_all(engine_core& core, scope where, std::vector<change> changes) {
  if (changes.empty()) co_return 0;
  batch all;
  for (auto const& one : changes) all.add(one);
  auto const written = co_await core.store->write(where, std::move(all));
  if (written) co_return static_cast<std::int64_t>(changes.size());
  if (!is_overtaken(written.error())) throw error(written.error());
  std::int64_t sealed = 0;
  for (auto& one : changes) {
    batch alone;
    alone.add(std::move(one));
    auto const single = co_await core.store->write(where, std::move(alone));
    if (single) ++sealed;
    else if (!is_overtaken(single.error())) throw error(single.error());
  }
  co_return sealed;
}

task<rewrap_count> rewrap_tenant(engine_core& core, scope where, rewrap_count so_far,
                                 std::function<void(std::int64_t)> const& progress) {
  auto const keys = core.records<provider_key>(where);
  page_request which(step);
  do {
    auto found = (co_await keys.list(keys.all(), which)).value();
    so_far.unopened += static_cast<std::int64_t>(found.damaged);
    auto changes = rewrapped(core, where, found.items, so_far);
    so_far.sealed += co_await write_all(core, where, std::move(changes));
    if (progress) progress(so_far.sealed);
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return so_far;
}

}  // namespace

task<std::int64_t> rewrap_keys(engine_core& core, std::function<void(std::int64_t sealed)> progress) {
  if (core.vault->secrets.empty()) throw error(errc::unsupported, "without a secret there is no vault");
  tenant_walk tenants(core);
  rewrap_count count;
  while (auto const id = co_await tenants.next()) {
    auto const place = tenant_rows(*id);
    count = co_await rewrap_tenant(core, place, count, progress);
  }
  if (count.unopened > 0)
    throw error(errc::data_loss, std::to_string(count.unopened) + " keys do not open with any of the secrets; " +
                                     std::to_string(count.sealed) + " were sealed again");
  co_return count.sealed;
}

}  // namespace sambung

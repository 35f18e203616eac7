#include "services/vault/key_finder.hpp"

#include "services/auth/auth_state.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/revocations.hpp"
#include "services/vault/vault_state.hpp"

#include <algorithm>
#include <array>

namespace sambung {
namespace {

bool fits(provider_key const& key, std::string const& provider_name, std::string const& host) {
  return key.state == key_state::active && key.provider == provider_name && key.host == host;
}

}  // namespace

query keys_of(key_owner owner, user_id user) {
  query q = collection<provider_key>::where(&provider_key::owner, owner);
  if (owner == key_owner::user) q = std::move(q).where(where(&provider_key::user_id, user));
  return q;
}

envelope_place place_of(scope const& where, provider_key const& key) {
  auto owner = key.owner == key_owner::tenant ? std::string("tenant") : "user/" + to_string(key.user_id);
  return envelope_place(where.tenant(), std::move(owner), key.provider, key.host, key.id.value);
}

std::optional<chosen_key> key_finder::remembered(scope const& where, user_id user,
                                                 std::string const& provider_name) const {
  found_key key;
  {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(place_in_cache{where, user, provider_name});
    if (found == entries_.end() || !is_fresh(found->second, core_.clock->now())) return std::nullopt;
    key = found->second.key;
  }
  return opened(key.get());
}

task<chosen_key> key_finder::find(scope where, user_id user, std::string provider_name, std::string host) {
  auto const generation = core_.revocations->generation();
  auto const until = core_.clock->now() + core_.auth->options.remembered;
  found_key key;
  if (!host.empty()) key = co_await look_up(where, user, provider_name, std::move(host));
  entry found{key, generation, until};
  keep(place_in_cache{where, user, std::move(provider_name)}, std::move(found));
  co_return opened(key.get());
}

task<key_finder::found_key> key_finder::look_up(scope where, user_id user, std::string provider_name,
                                                std::string host) const {
  auto const keys = core_.records<provider_key>(where);
  std::array<query, 2> lists{keys_of(key_owner::user, user), keys_of(key_owner::tenant, user)};
  for (auto& each : lists) {
    page_request const all(max_page_size);  // more than the quota
    auto const found = (co_await keys.list(std::move(each), all)).value();
    auto const newest =
        std::ranges::find_if(found.items, [&](provider_key const& key) { return fits(key, provider_name, host); });
    if (newest == found.items.end()) continue;
    auto const source = newest->owner == key_owner::user ? key_source::user : key_source::tenant;
    co_return std::make_shared<sealed_key const>(sealed_key{newest->envelope, place_of(where, *newest), source});
  }
  co_return nullptr;
}

chosen_key key_finder::opened(sealed_key const* found) const {
  chosen_key chosen;
  if (!found) return chosen;
  auto key = open_envelope(found->envelope, found->place, core_.vault->secrets).value();
  chosen.source = found->source;
  chosen.credential = std::make_shared<provider_credential const>(std::move(key), found->place.host);
  return chosen;
}

bool key_finder::is_fresh(entry const& remembered, timestamp now) const {
  return remembered.generation == core_.revocations->generation() && remembered.until > now;
}

void key_finder::keep(place_in_cache place, entry what) {
  auto const now = core_.clock->now();
  std::lock_guard const lock(mutex_);
  if (entries_.size() >= capacity) {
    std::erase_if(entries_, [&](auto const& item) { return !is_fresh(item.second, now); });
    if (entries_.size() >= capacity) entries_.clear();
  }
  entries_.insert_or_assign(std::move(place), std::move(what));
}

}  // namespace sambung

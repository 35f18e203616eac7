#include <sambung/services/vault/keys.hpp>

#include <sambung/core/json_codec.hpp>
#include <sambung/provider/registry.hpp>
#include <sambung/records/list_epoch.hpp>

#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/claim.hpp"
#include "services/base/revocations.hpp"
#include "services/base/row_key.hpp"
#include "services/vault/key_finder.hpp"
#include "services/vault/vault_state.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <tuple>

namespace sambung {
namespace {

constexpr std::size_t max_keys = 100;  // of one owner
constexpr std::size_t min_key_bytes = 8;
// Four characters of a shorter key would tell too much of it.
constexpr std::size_t min_bytes_to_show = 16;

[[noreturn]] void refuse(std::string field, std::string why) {
  throw error(failure(errc::invalid_argument, why, {{std::move(field), why}}));
}

permission needed_for(key_owner owner) {
  return owner == key_owner::tenant ? permission::key_tenant : permission::key_own;
}

// For what concerns the tenant's keys, or at least the caller's own.
task<access> access_of_either(engine_core& core, principal const& who) {
  return access_of(core, who, who.may(permission::key_tenant) ? permission::key_tenant : permission::key_own);
}

void check_key(secret_string const& key) {
  auto const text = key.view();
  bool const sized = text.size() >= min_key_bytes && text.size() <= max_envelope_plaintext;
  if (!sized || std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
    refuse("key", "a key is " + std::to_string(min_key_bytes) + " to " + std::to_string(max_envelope_plaintext) +
                      " bytes of printable ASCII without spaces");
}

void check_name(std::string const& name) {
  auto const& table = description_of<provider_key>();
  if (auto const wrong = text_fault(name, table.fields[*table.position("name")])) refuse("name", *wrong);
}

std::string last_four_of(secret_string const& key) {
  auto const text = key.view();
  return text.size() < min_bytes_to_show ? std::string() : std::string(text.substr(text.size() - 4));
}

// What callers see of a key: nothing that could be opened.
provider_key shown(provider_key key) {
  key.envelope.clear();
  return key;
}

// "openai, of the tenant"
std::string words_for(provider_key const& key) {
  return key.provider + (key.owner == key_owner::tenant ? ", of the tenant" : ", of a user");
}

// The lists whose keys the caller may see.
std::vector<query> visible_to(principal const& who) {
  std::vector<query> lists;
  for (auto const owner : {key_owner::user, key_owner::tenant})
    if (who.may(needed_for(owner))) lists.push_back(keys_of(owner, who.user()));
  return lists;
}

// What whoever adds to the keys of one owner claims; a user's begins as their idempotency keys do, and goes with them.
std::string list_of(provider_key const& made) {
  constexpr auto what = "apiKey";
  return made.owner == key_owner::tenant ? what : to_string(made.user_id) + '/' + what;
}

// What a key's row is written with: that its owner has room for it.
task<change> room_for(engine_core& core, scope where, provider_key const& made) {
  auto claim = co_await claim_of<list_epoch>(core, where, list_of(made));
  auto const found = (co_await core.store->read(where, keys_of(made.owner, made.user_id).limit(max_keys))).value();
  if (found.items.size() >= max_keys)
    throw error(errc::quota_exceeded, "at most " + std::to_string(max_keys) + " keys of one owner");
  co_return claim;
}

// The caller's own key, or the tenant's.
task<provider_key> reachable(engine_core& core, principal const& who, scope where, provider_key_id id) {
  auto found = co_await core.records<provider_key>(where).get(id);
  if (!found && found.error().code != errc::not_found) throw error(found.error());
  if (!found || (found->owner == key_owner::user && found->user_id != who.user())) throw_not_found();
  demand(who, needed_for(found->owner));
  co_return std::move(*found);
}

task<void> note(engine_core& core, audit_entry entry) {
  batch b;
  b.add(insert(entry));
  (co_await core.store->write(system_rows(), std::move(b))).value();
}

// When this cannot be noted either, the entry from before still says that it was tried.
task<void> note_failure(engine_core& core, principal const& who, audit_note as, errc code) {
  as.action += ".failed";
  as.detail = std::string(to_string(code));
  auto const second = entry_of(core, who, std::move(as));
  std::ignore = co_await as_result(note(core, second));
}

// Noted before it is made, so that no change lacks its entry; and once more when it was not made after all.
task<void> make_noted(engine_core& core, principal const& who, scope where, change what, audit_note as) {
  auto const entry = entry_of(core, who, as);
  co_await note(core, entry);
  batch b;
  b.add(std::move(what));
  auto const written = co_await core.store->write(where, std::move(b));
  if (written) co_return;
  auto const& why = written.error();
  co_await note_failure(core, who, std::move(as), why.code);
  if (why.code == errc::not_found) throw_not_found();
  if (why.code == errc::conflict) throw error(errc::conflict, "the key has changed since");
  throw error(why);
}

// However many are made at once, each that is overtaken has seen one more that was made.
task<void> insert_in_list(engine_core& core, scope where, provider_key const& made) {
  for (std::size_t attempt = 0; attempt <= max_keys; ++attempt) {
    batch b;
    auto room = co_await room_for(core, where, made);
    auto const claimed = b.put(std::move(room));
    b.add(insert(made));
    auto const written = co_await core.store->write(where, std::move(b));
    if (written) co_return;
    if (!claimed.failed(written.error()) || !is_worth_another_look(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the keys of the owner kept changing");
}

task<void> insert_noted(engine_core& core, principal const& who, scope where, provider_key const& made) {
  audit_note as("apiKey.create", to_string(made.id), words_for(made));
  auto const entry = entry_of(core, who, as);
  co_await note(core, entry);
  auto const inserted = co_await as_result(insert_in_list(core, where, made));
  if (inserted) co_return;
  co_await note_failure(core, who, std::move(as), inserted.error().code);
  throw error(inserted.error());
}

// Which key a call is made with may be another one now, here and on other engines.
task<void> let_be_felt(engine_core& core) {
  core.revocations->happened();
  co_await core.revocations->announce();
}

task<provider_key> create_key(core_ptr core, principal who, key_request request) {
  auto const where = (co_await access_of(*core, who, needed_for(request.owner))).scope;
  auto const provider = core->providers->find(request.provider);
  if (!provider) refuse("provider", provider.error().message);
  auto host = (*provider)->key_host();
  if (host.empty()) refuse("provider", "it takes no keys");
  check_key(request.key);
  if (request.name.empty()) request.name = request.provider;
  check_name(request.name);

  provider_key made;
  made.id = core->ids->next<provider_key_id>();
  made.user_id = who.user();
  made.owner = request.owner;
  made.provider = std::move(request.provider);
  made.host = std::move(host);
  made.name = std::move(request.name);
  made.envelope = seal(request.key, place_of(where, made), core->vault->secrets, *core->random).value();
  made.last_four = last_four_of(request.key);
  made.created_at = made.updated_at = core->clock->now();

  co_await room_for(*core, where, made);  // nothing is noted of what has no room from the beginning
  co_await insert_noted(*core, who, where, made);
  co_await let_be_felt(*core);
  co_return shown(std::move(made));
}

task<page<provider_key>> list_keys(core_ptr core, principal who, page_request which) {
  auto const where = (co_await access_of_either(*core, who)).scope;
  detail::check_page(which).value();
  std::optional<uuid> const behind = which.cursor ? parse_uuid(*which.cursor) : std::nullopt;
  if (which.cursor && !behind) refuse("cursor", "not a cursor of this list");

  page<provider_key> merged;
  std::optional<provider_key_id> horizon;  // nothing behind it is known of some list; it may be damaged itself
  auto const& table = description_of<provider_key>();
  auto lists = visible_to(who);
  for (auto& each : lists) {
    query q = std::move(each).limit(which.limit);
    if (behind) q = std::move(q).after(row(1, value(*behind)));
    auto const found = (co_await detail::read_to_a_place(*core->store, where, table, std::move(q))).value();
    for (auto& one : core->records<provider_key>(where).readable(found, &merged.damaged))
      merged.items.push_back(shown(std::move(one)));
    if (!found.more) continue;
    provider_key_id const last{last_id_of(found).value()};
    horizon = std::max(last, horizon.value_or(last));
  }
  std::ranges::sort(merged.items, std::ranges::greater(), &provider_key::id);
  if (horizon) std::erase_if(merged.items, [&](provider_key const& one) { return one.id < *horizon; });
  bool const full = merged.items.size() > which.limit;
  if (full) merged.items.resize(which.limit);
  if (full) merged.next_cursor = to_string(merged.items.back().id);
  else if (horizon) merged.next_cursor = to_string(*horizon);
  co_return merged;
}

task<provider_key> rotate_key(core_ptr core, principal who, provider_key_id id, secret_string key,
                              std::int64_t revision) {
  auto const where = (co_await access_of_either(*core, who)).scope;
  check_key(key);
  auto changed = co_await reachable(*core, who, where, id);
  if (changed.revision != revision) throw error(errc::conflict, "the key has changed since");
  auto const place = place_of(where, changed);
  changed.envelope = seal(key, place, core->vault->secrets, *core->random).value();
  changed.last_four = last_four_of(key);
  changed.updated_at = core->clock->now();
  ++changed.revision;
  change replaced = update<provider_key>(id)
                        .set(&provider_key::envelope, changed.envelope)
                        .set(&provider_key::last_four, changed.last_four)
                        .set(&provider_key::updated_at, changed.updated_at)
                        .set(&provider_key::revision, changed.revision)
                        .when(&provider_key::revision, revision);
  audit_note as("apiKey.rotate", to_string(id), words_for(changed));
  co_await make_noted(*core, who, where, std::move(replaced), std::move(as));
  co_await let_be_felt(*core);
  co_return shown(std::move(changed));
}

task<provider_key> update_key(core_ptr core, principal who, provider_key_id id, key_update changes) {
  auto const where = (co_await access_of_either(*core, who)).scope;
  if (changes.name) check_name(*changes.name);
  auto changed = co_await reachable(*core, who, where, id);
  if (changed.revision != changes.revision) throw error(errc::conflict, "the key has changed since");
  bool const felt = changes.state && *changes.state != changed.state;
  if (changes.name) changed.name = std::move(*changes.name);
  if (changes.state) changed.state = *changes.state;
  changed.updated_at = core->clock->now();
  ++changed.revision;
  change replaced = update<provider_key>(id)
                        .set(&provider_key::name, changed.name)
                        .set(&provider_key::state, changed.state)
                        .set(&provider_key::updated_at, changed.updated_at)
                        .set(&provider_key::revision, changed.revision)
                        .when(&provider_key::revision, changes.revision);
  auto const state = boost::describe::enum_to_string(changed.state, "");
  audit_note as("apiKey.update", to_string(id), words_for(changed) + ", " + state);
  co_await make_noted(*core, who, where, std::move(replaced), std::move(as));
  if (felt) co_await let_be_felt(*core);
  co_return shown(std::move(changed));
}

task<void> remove_key(core_ptr core, principal who, provider_key_id id) {
  auto const where = (co_await access_of_either(*core, who)).scope;
  auto const found = co_await reachable(*core, who, where, id);
  change erased = erase<provider_key>(id).when(&provider_key::revision, found.revision);
  audit_note as("apiKey.delete", to_string(id), words_for(found));
  co_await make_noted(*core, who, where, std::move(erased), std::move(as));
  co_await let_be_felt(*core);
}

}  // namespace

record_description describe_record(record_of<key_request>) {
  return record<key_request>().optional(&key_request::owner).optional(&key_request::name);
}

record_description describe_record(record_of<key_update>) {
  return record<key_update>()
      .range(&key_update::revision, 1, std::numeric_limits<std::int64_t>::max())
      .text(&key_update::name, 1, 100);
}

keys::keys(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<provider_key> keys::create(key_request request) const { return create_key(core_, who_, std::move(request)); }

task<page<provider_key>> keys::list(page_request which) const { return list_keys(core_, who_, std::move(which)); }

task<provider_key> keys::rotate(provider_key_id id, secret_string key, std::int64_t revision) const {
  return rotate_key(core_, who_, id, std::move(key), revision);
}

task<provider_key> keys::update(provider_key_id id, key_update changes) const {
  return update_key(core_, who_, id, std::move(changes));
}

task<void> keys::remove(provider_key_id id) const { return remove_key(core_, who_, id); }

}  // namespace sambung

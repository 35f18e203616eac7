#include <sambung/services/auth/api_tokens.hpp>

#include <sambung/records/audit_entry.hpp>
#include <sambung/security/token.hpp>

#include "services/auth/api_token_rows.hpp"
#include "services/base/access.hpp"
#include "services/base/audit_log.hpp"
#include "services/base/memberships.hpp"
#include "services/base/system_records.hpp"

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

namespace sambung {
namespace {

constexpr std::size_t max_own_tokens = 100;
constexpr std::chrono::seconds max_lifetime = std::chrono::years(100);

issued_token make_api_token(engine_core const& core, tenant_id tenant, user_id user, std::string name,
                            token_options const& how) {
  auto const secret = make_token(api_token_prefix, *core.random);
  issued_token made;
  made.secret = secret.view();
  made.record.id = core.ids->next<token_id>();
  made.record.tenant_id = tenant;
  made.record.user_id = user;
  made.record.name = std::move(name);
  made.record.hash = token_hash(made.secret);
  made.record.last_four = made.secret.substr(made.secret.size() - 4);
  made.record.created_at = core.clock->now();
  made.record.scopes = to_names(how.scopes, core.permissions);
  if (how.lifetime) made.record.expires_at = made.record.created_at + *how.lifetime;
  return made;
}

bool all_have_names(engine_core const& core, permission_set const& some) {
  return parse_permissions(to_names(some, core.permissions), core.permissions) == some;
}

void check(engine_core const& core, std::string const& name, token_options const& how) {
  std::vector<issue> wrong;
  auto const& description = description_of<api_token>();
  auto const& limits = description.fields[*description.position("name")];
  if (auto fault = text_fault(name, limits)) wrong.push_back({"name", std::move(*fault)});
  if (how.scopes == permission_set()) wrong.push_back({"scopes", "must not be empty"});
  if (!all_have_names(core, how.scopes)) wrong.push_back({"scopes", "has what engine_options::permissions has not"});
  if (how.lifetime && (how.lifetime->count() <= 0 || *how.lifetime > max_lifetime))
    wrong.push_back({"lifetime", "must be positive and at most 100 years"});
  if (!wrong.empty()) throw error(failure(errc::invalid_argument, "no such token can be made", std::move(wrong)));
}

// Whether `who` may do themselves all that a token with these scopes could.
bool may_grant(engine_core const& core, principal const& who, permission_set const& scopes) {
  if (scopes == permission_set::all() && who.scopes() != permission_set::all()) return false;
  bool all = true;
  auto const look_at = [&](permission one) { all = all && (!scopes.has(one) || who.may(one)); };
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<permission>>([&](auto one) { look_at(one.value); });
  if (scopes == permission_set::all()) return all;
  for (auto const& [one, name] : core.permissions.names()) look_at(one);
  return all;
}

// A token hangs on its user's membership: it is made only while that is there, goes with it, and moves its revision on,
// so that of two that are made at once one counts again.
task<batch> making(engine_core& core, api_token const& made, audit_entry entry) {
  auto const place = (co_await find_membership(core, made.tenant_id, made.user_id)).value();
  batch b;
  b.add(update<membership>(place.id)
            .set(&membership::revision, place.revision + 1)
            .when(&membership::revision, place.revision));
  b.add(insert(made));
  note_in(b, entry);
  co_return b;
}

task<void> demand_room(engine_core& core, api_token const& made) {
  query q = tokens_of(made.tenant_id, made.user_id).limit(max_own_tokens);
  auto const existing = co_await core.store->read(system_rows(), std::move(q));
  if (existing.value().items.size() >= max_own_tokens)
    throw error(errc::quota_exceeded, "100 tokens are the most that you can have here");
}

bool is_own(principal const& who, api_token const& one) {
  return one.tenant_id == who.tenant() && one.user_id == who.user();
}

task<issued_token> create_token(core_ptr core, tenant_id tenant, user_id user, std::string name, token_options how) {
  check(*core, name, how);
  auto made = make_api_token(*core, tenant, user, std::move(name), how);
  auto const entry = entry_of(*core, tenant, audit_note("apiToken.create", to_string(made.record.id)));
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto b = co_await making(*core, made.record, entry);
    auto const written = co_await write_system(*core, std::move(b));
    if (written) co_return made;
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the membership kept changing");
}

task<bool> has_token(core_ptr core, tenant_id tenant, user_id user) {
  auto stored = co_await system_records<api_token>(*core).first(tokens_of(tenant, user));
  co_return if_found(std::move(stored)).has_value();
}

task<issued_token> create_own_token(core_ptr core, principal who, std::string name, token_options how) {
  co_await admit(*core, who, permission::token_own);
  check(*core, name, how);
  if (!may_grant(*core, who, how.scopes)) throw error(errc::permission_denied, "a token may do no more than its maker");
  auto made = make_api_token(*core, who.tenant(), who.user(), std::move(name), how);
  auto const entry = entry_of(*core, who, audit_note("apiToken.create", to_string(made.record.id), made.record.name));
  // However many are made at once, each that is overtaken has seen one more that was made.
  for (std::size_t attempt = 0; attempt <= max_own_tokens + max_attempts; ++attempt) {
    auto b = co_await making(*core, made.record, entry);
    co_await demand_room(*core, made.record);
    auto const written = co_await write_system(*core, std::move(b));
    if (written) co_return made;
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "your tokens kept changing");
}

task<page<api_token>> list_own_tokens(core_ptr core, principal who, page_request which) {
  co_await admit(*core, who, permission::token_own);
  auto const records = system_records<api_token>(*core);
  auto found = co_await records.list(tokens_of(who.tenant(), who.user()), std::move(which));
  co_return std::move(found).value();
}

task<void> revoke_own_token(core_ptr core, principal who, token_id id) {
  co_await admit(*core, who, permission::token_own);
  failure const missing(errc::not_found, "not found");
  auto stored = co_await system_records<api_token>(*core).get(id);
  auto const one = if_found(std::move(stored));
  if (!one || !is_own(who, *one)) throw error(missing);
  batch b;
  b.add(erase<api_token>(id));
  note_in(b, entry_of(*core, who, audit_note("apiToken.revoke", to_string(id), one->name)));
  auto const written = co_await write_revoking(*core, std::move(b));
  if (!written) throw error(was_overtaken(written.error()) ? missing : written.error());
}

}  // namespace

record_description describe_record(record_of<token_options>) { return record<token_options>().all_optional(); }

api_tokens::api_tokens(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<issued_token> api_tokens::create(tenant_id tenant, user_id user, std::string name, token_options how) const {
  return create_token(core_, tenant, user, std::move(name), std::move(how));
}

task<bool> api_tokens::any(tenant_id tenant, user_id user) const { return has_token(core_, tenant, user); }

own_api_tokens::own_api_tokens(std::shared_ptr<engine_core> core, principal who)
    : core_(std::move(core)), who_(std::move(who)) {}

task<issued_token> own_api_tokens::create(std::string name, token_options how) const {
  return create_own_token(core_, who_, std::move(name), std::move(how));
}

task<page<api_token>> own_api_tokens::list(page_request which) const {
  return list_own_tokens(core_, who_, std::move(which));
}

task<void> own_api_tokens::revoke(token_id id) const { return revoke_own_token(core_, who_, id); }

}  // namespace sambung

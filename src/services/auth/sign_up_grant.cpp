#include "services/auth/sign_up_grant.hpp"

#include <sambung/records/password.hpp>
#include <sambung/records/security_epoch.hpp>

#include "services/auth/auth_state.hpp"
#include "services/auth/email.hpp"
#include "services/auth/invitation_use.hpp"
#include "services/base/access.hpp"
#include "services/base/claim.hpp"
#include "services/base/system_records.hpp"

#include <boost/algorithm/hex.hpp>

#include <array>

namespace sambung {
namespace {

constexpr auto first_owner = "first_owner";

// Two first sign-ups at once both find no password: the count of those who went through lets one of them win.
task<change> claim_of_first_owner(engine_core& core) {
  co_return co_await claim_of<security_epoch>(core, system_rows(), first_owner);
}

task<bool> has_passwords(engine_core& core) {
  auto const records = system_records<password>(core);
  auto stored = co_await records.first(records.all());
  co_return if_found(std::move(stored)).has_value();
}

task<std::optional<tenant>> oldest_tenant(engine_core& core) {
  query q = query(description_of<tenant>().table).order({}, direction::ascending).limit(max_rows);
  auto const oldest = co_await core.store->read(system_rows(), std::move(q));
  // None is passed over for damage: whoever signs up first would become the owner of another one.
  for (auto const& item : oldest.value().items) {
    auto one = from_row<tenant>(item);
    if (one.state == tenant_state::active) co_return one;
  }
  co_return std::nullopt;
}

tenant new_tenant(engine_core& core, std::string name) {
  tenant made;
  made.id = core.ids->next<tenant_id>();
  made.name = std::move(name);
  made.created_at = core.clock->now();
  return made;
}

sign_up_grant founder_of(tenant made) {
  sign_up_grant granted;
  granted.tenant = made.id;
  granted.founded = std::move(made);
  return granted;
}

sign_up_grant owner_of(tenant const& home) {
  sign_up_grant granted;
  granted.tenant = home.id;
  return granted;
}

task<sign_up_grant> of_first_user(engine_core& core) {
  auto claim = co_await claim_of_first_owner(core);  // before the look for passwords: who comes in between is seen
  bool const over = co_await has_passwords(core);
  if (over) throw error(sign_up_denied());
  auto const home = co_await oldest_tenant(core);
  auto granted = home ? owner_of(*home) : founder_of(new_tenant(core, "default"));
  granted.claims.add(std::move(claim));
  co_return granted;
}

std::string six_digits(random_source& random) {
  std::array<std::byte, 3> bytes;
  random.fill(bytes);
  auto const* const first = reinterpret_cast<unsigned char const*>(bytes.data());
  std::string digits;
  boost::algorithm::hex_lower(first, first + bytes.size(), std::back_inserter(digits));
  return digits;
}

task<bool> is_taken(engine_core& core, std::string const& name) {
  auto const records = system_records<tenant>(core);
  auto stored = co_await records.first(records.where(&tenant::name, name));
  co_return if_found(std::move(stored)).has_value();
}

// At most 64 bytes of it (RFC 5321, 4.5.3.1.1), in whole characters.
std::string local_part(std::string_view address) {
  auto size = std::min<std::size_t>(address.find('@'), 64);
  while ((static_cast<unsigned char>(address[size]) & 0xC0) == 0x80) --size;
  return std::string(address.substr(0, size));
}

task<sign_up_grant> of_everybody(engine_core& core, std::string const& email) {
  auto const address = normal_email(email);
  for (;;) {
    auto name = local_part(address) + '-' + six_digits(*core.random);
    bool const taken = co_await is_taken(core, name);
    if (!taken) co_return founder_of(new_tenant(core, std::move(name)));
  }
}

task<sign_up_grant> of_invitation(engine_core& core, std::string const& secret, std::string const& email) {
  auto const address = parse_email(email);
  if (!address) throw error(sign_up_denied());
  auto const found = co_await usable_invitation(core, secret, *address);
  if (!found) throw error(sign_up_denied());
  auto use = co_await use_of(core, *found);
  if (!use) throw error(sign_up_denied());
  sign_up_grant granted;
  granted.tenant = found->tenant_id;
  granted.role = found->role;
  granted.claims = std::move(*use);
  co_return granted;
}

}  // namespace

failure sign_up_denied() { return failure(errc::permission_denied, "nobody may sign up here without an invitation"); }

task<sign_up_policy> current_policy(engine_core& core) {
  auto const policy = core.auth->options.sign_up;
  if (policy != sign_up_policy::first_user) co_return policy;
  bool const over = co_await has_passwords(core);
  co_return over ? sign_up_policy::closed : policy;
}

task<sign_up_grant> grant_of(engine_core& core, sign_up_request const& request) {
  if (request.invitation) co_return co_await of_invitation(core, *request.invitation, request.email);
  switch (core.auth->options.sign_up) {
    case sign_up_policy::closed:
      break;
    case sign_up_policy::first_user:
      co_return co_await of_first_user(core);
    case sign_up_policy::open:
      co_return co_await of_everybody(core, request.email);
  }
  throw error(sign_up_denied());
}

}  // namespace sambung

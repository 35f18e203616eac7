#include <sambung/services/api_tokens.hpp>

#include "core/base64url.hpp"
#include "core/sha256.hpp"
#include "services/engine_core.hpp"
#include "services/token_cache.hpp"
#include "storage/scope_access.hpp"

#include <array>

namespace sambung {
namespace {

constexpr std::string_view prefix = "smb_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t encoded_size = 43;

}  // namespace

api_tokens::api_tokens(std::shared_ptr<engine_core> core) : core_(std::move(core)) {}

task<issued_token> api_tokens::create(tenant_id tenant, user_id user, std::string name, token_options how) {
  std::array<std::byte, random_bytes> secret;
  core_->random->fill(secret);
  issued_token made;
  made.secret = std::string(prefix) + to_base64url({reinterpret_cast<char const*>(secret.data()), secret.size()});
  made.record.id = core_->ids->next<token_id>();
  made.record.tenant_id = tenant;
  made.record.user_id = user;
  made.record.name = std::move(name);
  made.record.hash = sha256_hex(made.secret);
  made.record.last_four = made.secret.substr(made.secret.size() - 4);
  made.record.created_at = core_->clock->now();
  made.record.scopes = to_names(how.scopes);
  if (how.lifetime) made.record.expires_at = made.record.created_at + *how.lifetime;
  (co_await core_->records<api_token>(scope_access::system()).write(insert(made.record))).value();
  co_return made;
}

task<bool> api_tokens::any(tenant_id tenant, user_id user) {
  auto records = core_->records<api_token>(scope_access::system());
  query q = records.where(&api_token::tenant_id, tenant);
  q = std::move(q).where(where(&api_token::user_id, user));
  auto const found = co_await records.first(std::move(q));
  if (!found && found.error().code != errc::not_found) throw error(found.error());
  co_return found.has_value();
}

}  // namespace sambung

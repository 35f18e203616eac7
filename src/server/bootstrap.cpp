#include <sambung/server/bootstrap.hpp>

namespace sambung {
namespace {

task<tenant> find_or_create_tenant(engine& of, std::string name) {
  auto tenants = of.tenants();
  auto found = co_await as_result(tenants.find(name));
  if (found) co_return std::move(*found);
  if (found.error().code != errc::not_found) throw error(found.error());
  co_return co_await tenants.create(std::move(name));
}

task<user> find_or_create_owner(engine& of, tenant_id tenant, std::string email) {
  auto users = of.users();
  auto found = co_await as_result(users.find(email));
  if (found) co_return std::move(*found);
  if (found.error().code != errc::not_found) throw error(found.error());
  co_return co_await users.create(tenant, std::move(email), member_role::owner);
}

}  // namespace

task<std::optional<issued_token>> bootstrap(engine& of, bootstrap_options options) {
  auto const home = co_await find_or_create_tenant(of, options.tenant_name);
  auto const owner = co_await find_or_create_owner(of, home.id, options.email);
  auto tokens = of.api_tokens();
  bool const known = co_await tokens.any(home.id, owner.id);
  if (known) co_return std::nullopt;
  auto made = co_await tokens.create(home.id, owner.id, options.token_name);
  co_return std::optional<issued_token>(std::move(made));
}

}  // namespace sambung

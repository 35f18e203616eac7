#include <sambung/server/setup/bootstrap.hpp>

namespace sambung {
namespace {

// What find() gives, or else create(). Another server that starts at the same moment may be quicker in between.
template <class Find, class Create>
auto found_or_created(Find find, Create create) -> std::invoke_result_t<Find&> {
  auto found = co_await as_result(find());
  if (found) co_return std::move(*found);
  if (found.error().code != errc::not_found) throw error(found.error());
  auto created = co_await as_result(create());
  if (created) co_return std::move(*created);
  if (created.error().code != errc::already_exists) throw error(created.error());
  co_return co_await find();
}

task<tenant> home_named(engine& of, std::string const& name) {
  auto tenants = of.tenants();
  co_return co_await found_or_created([&] { return tenants.find(name); }, [&] { return tenants.create(name); });
}

task<user> owner_named(engine& of, tenant_id tenant, std::string const& email) {
  auto users = of.users();
  co_return co_await found_or_created([&] { return users.find(email); },
                                      [&] { return users.create(tenant, email, member_role::owner); });
}

}  // namespace

task<std::optional<issued_token>> bootstrap(engine& of, bootstrap_options options) {
  auto const home = co_await home_named(of, options.tenant_name);
  auto const owner = co_await owner_named(of, home.id, options.email);
  auto tokens = of.api_tokens();
  bool const known = co_await tokens.any(home.id, owner.id);
  if (known) co_return std::nullopt;
  token_options everything(permission_set::all());
  auto made = co_await tokens.create(home.id, owner.id, options.token_name, std::move(everything));
  co_return std::optional<issued_token>(std::move(made));
}

}  // namespace sambung

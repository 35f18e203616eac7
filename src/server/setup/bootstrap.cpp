#include <sambung/server/setup/bootstrap.hpp>

#include "server/setup/secret_file.hpp"

#include <sambung/core/secret.hpp>
#include <sambung/records/membership.hpp>

#include <filesystem>

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

// Whose first token is to be made; empty when they have one.
task<std::optional<membership>> awaiting_token(engine& of, bootstrap_options const& options) {
  auto const home = co_await home_named(of, options.tenant_name);
  auto const owner = co_await owner_named(of, home.id, options.email);
  auto tokens = of.api_tokens();
  bool const known = co_await tokens.any(home.id, owner.id);
  if (known) co_return std::nullopt;
  membership place;
  place.tenant_id = home.id;
  place.user_id = owner.id;
  co_return place;
}

task<issued_token> first_token(engine& of, membership place, bootstrap_options options) {
  token_options everything(permission_set::all());
  everything.lifetime = options.token_lifetime;
  auto tokens = of.api_tokens();
  co_return co_await tokens.create(place.tenant_id, place.user_id, options.token_name, std::move(everything));
}

task<void> revoke(engine& of, api_token made) {
  auto const desk = co_await of.workspace(made.tenant_id, made.user_id);
  co_await desk.api_tokens().revoke(made.id);
}

}  // namespace

record_description describe_record(record_of<bootstrap_options>) { return record<bootstrap_options>().all_optional(); }

task<std::optional<issued_token>> bootstrap(engine& of, bootstrap_options options) {
  auto const place = co_await awaiting_token(of, options);
  if (!place) co_return std::nullopt;
  auto made = co_await first_token(of, *place, std::move(options));
  co_return std::optional<issued_token>(std::move(made));
}

task<bool> bootstrap_into(std::string file, engine& of, bootstrap_options options) {
  auto const place = co_await awaiting_token(of, options);
  if (!place) co_return false;
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw error(errc::already_exists, file + " is there already: the first token needs a file of its own");
  auto made = co_await first_token(of, *place, std::move(options));
  auto line = made.secret + '\n';
  auto const kept = serving::write_secret_file(file, line);
  wipe(line);
  wipe(made.secret);
  if (!kept) {
    co_await revoke(of, made.record);
    throw error(kept.error());
  }
  co_return true;
}

}  // namespace sambung

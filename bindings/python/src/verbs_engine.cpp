#include "verb_table.hpp"

#include <sambung/services/accounting/model_facts.hpp>

namespace sambung::python {

template <>
struct reached<tenants> {
  static constexpr auto on = target::engine;
  static tenants of(handle const& h) { return h.engine->served()->tenants(); }
};
template <>
struct reached<users> {
  static constexpr auto on = target::engine;
  static users of(handle const& h) { return h.engine->served()->users(); }
};
template <>
struct reached<auth> {
  static constexpr auto on = target::engine;
  static auth of(handle const& h) { return h.engine->served()->auth(); }
};
template <>
struct reached<api_tokens> {
  static constexpr auto on = target::engine;
  static api_tokens of(handle const& h) { return h.engine->served()->api_tokens(); }
};

namespace {

using engine_handle = engine_ptr;  // what keeps the engine while an operation of the catalogue's needs it

task<std::vector<model_info>> models_of(engine_handle on) {
  auto asked = on->served()->models().models();
  auto listed = co_await std::move(asked);
  auto const offered = on->offered();
  auto const now = system_clock()->now();
  for (auto& one : listed) one = with_facts(std::move(one), offered->providers, offered->prices, now);
  co_return listed;
}

task<provider_health> health_of(std::shared_ptr<engine> on, std::string name) {
  auto asked = on->models().check(std::move(name));
  auto checked = co_await std::move(asked);
  co_return std::move(checked).value();
}

task<workspace> workspace_of(std::shared_ptr<engine> on, tenant_id tenant, user_id user,
                             std::optional<member_role> role) {
  if (role) co_return on->workspace(principal::trusted(tenant, user, *role));
  auto asked = on->workspace(tenant, user);
  co_return co_await std::move(asked);
}

task<workspace> workspace_of_identity(std::shared_ptr<engine> on, identity_view who) {
  auto const acting = identity_of(who).acting();
  if (!acting) throw error(errc::permission_denied, "whoever it is acts in no tenant");
  co_return on->workspace(*acting);
}

task<account> account_of(std::shared_ptr<engine> on, identity_view who) { co_return on->account(identity_of(who)); }

task<identity> authenticated(auth on, std::string credential, std::optional<tenant_id> wanted) {
  auto asked = on.authenticate(credential, wanted);
  co_return co_await std::move(asked);
}

request_origin origin_of(std::optional<origin_input> from) {
  request_origin origin;
  if (!from) return origin;
  origin.address = std::move(from->address);
  origin.user_agent = std::move(from->user_agent);
  origin.device = std::move(from->device);
  origin.session = from->session;
  return origin;
}

void add_engine(verb_table& to) {
  to.verb("engine_check", "", &engine::check);
  to.verb("engine_rewrap_keys", "", [](engine_handle on) {
    on->sealed() = 0;
    return on->served()->rewrap_keys([on](std::int64_t sealed) { on->sealed() = sealed; });
  });
  to.verb("engine_workspace", "tenant user role",
          [](engine_handle on, tenant_id tenant, user_id user, std::optional<member_role> role) {
            return workspace_of(on->served(), tenant, user, role);
          });
  to.verb("engine_workspace_of", "identity",
          [](engine_handle on, identity_view who) { return workspace_of_identity(on->served(), std::move(who)); });
  to.verb("engine_account", "identity",
          [](engine_handle on, identity_view who) { return account_of(on->served(), std::move(who)); });
  to.verb("models_list", "", [](engine_handle on) { return models_of(std::move(on)); });
  to.verb("models_health", "", [](engine& on) { return on.models().health(); });
  to.verb("models_check", "provider",
          [](engine_handle on, std::string name) { return health_of(on->served(), std::move(name)); });
}

void add_tenants(verb_table& to) {
  to.verb("tenants_create", "name", &tenants::create);
  to.verb("tenants_get", "tenant", &tenants::get);
  to.verb("tenants_find", "name", &tenants::find);
  to.verb("tenants_ensure", "tenant name",
          [](tenants const& on, tenant_id id, std::string name) { return on.ensure(id, std::move(name)); });
  to.verb("tenants_ensure_external", "external_id name", [](tenants const& on, std::string external, std::string name) {
    return on.ensure(std::move(external), std::move(name));
  });
  to.verb("tenants_find_external", "external_id", &tenants::find_external);
  to.verb("tenants_list", "page", &tenants::list);
  to.verb("tenants_rename", "tenant name revision", &tenants::rename);
  to.verb("tenants_suspend", "tenant", &tenants::suspend);
  to.verb("tenants_resume", "tenant", &tenants::resume);
  to.verb("tenants_erase", "tenant", &tenants::erase);
}

void add_users(verb_table& to) {
  to.verb("users_create", "tenant email role", &users::create);
  to.verb("users_get", "user", &users::get);
  to.verb("users_find", "email", &users::find);
  to.verb("users_ensure", "user name",
          [](users const& on, user_id id, std::string name) { return on.ensure(id, std::move(name)); });
  to.verb("users_ensure_external", "external_id name", [](users const& on, std::string external, std::string name) {
    return on.ensure(std::move(external), std::move(name));
  });
  to.verb("users_find_external", "external_id", &users::find_external);
  to.verb("users_list", "page", &users::list);
  to.verb("users_renew_addresses", "", &users::renew_addresses);
  to.verb("users_role", "tenant user", &users::role);
  to.verb("users_suspend", "user", &users::suspend);
  to.verb("users_resume", "user", &users::resume);
  to.verb("users_set_password", "user password", &users::set_password);
  to.verb("users_join", "tenant user role", &users::join);
  to.verb("users_erase", "user", &users::erase);
}

void add_auth(verb_table& to) {
  to.verb("auth_sign_up", "request origin",
          [](auth const& on, sign_up_request from, std::optional<origin_input> where) {
            return on.sign_up(std::move(from), origin_of(std::move(where)));
          });
  to.verb("auth_sign_up_now", "", &auth::sign_up_now);
  to.verb("auth_sign_in", "email password origin",
          [](auth const& on, std::string email, secret_string password, std::optional<origin_input> where) {
            return on.sign_in(std::move(email), std::move(password), origin_of(std::move(where)));
          });
  to.verb("auth_issue_tokens", "session", &auth::issue_tokens);
  to.verb("auth_refresh", "refresh_token origin",
          [](auth const& on, std::string refresh_token, std::optional<origin_input> where) {
            return on.refresh(std::move(refresh_token), origin_of(std::move(where)));
          });
  to.verb("auth_sign_out", "session origin", [](auth const& on, session_id session, std::optional<origin_input> where) {
    return on.sign_out(session, origin_of(std::move(where)));
  });
  to.verb("auth_authenticate", "credential tenant",
          [](auth const& on, std::string credential, std::optional<tenant_id> wanted) {
            return authenticated(on, std::move(credential), wanted);
          });
  to.verb("auth_still_valid", "identity",
          [](auth const& on, identity_view who) { return on.still_valid(identity_of(who)); });
  to.verb("auth_check_standing", "identity",
          [](auth const& on, identity_view who) { return on.check_standing(identity_of(who)); });
  to.verb("api_tokens_create", "tenant user name options", &api_tokens::create);
  to.verb("api_tokens_any", "tenant user", &api_tokens::any);
}

void add_accounting(verb_table& to) {
  to.verb("engine_audit_list", "page actor", [](engine const& on, page_request which, std::optional<user_id> actor) {
    return on.audit().list(std::move(which), actor);
  });
  to.verb("engine_usage_summary", "tenant request by",
          [](engine const& on, tenant_id tenant, usage_request which, usage_grouping by) {
            return on.usage(tenant).summary(std::move(which), by);
          });
  to.verb("engine_usage_daily", "tenant request page",
          [](engine const& on, tenant_id tenant, usage_request which, page_request days) {
            return on.usage(tenant).daily(std::move(which), std::move(days));
          });
  to.verb("engine_quotas_set", "tenant key limit",
          [](engine const& on, tenant_id tenant, quota_key which, std::int64_t limit) {
            return on.quotas(tenant).set(which, limit);
          });
  to.verb("engine_quotas_remove", "tenant key",
          [](engine const& on, tenant_id tenant, quota_key which) { return on.quotas(tenant).remove(which); });
  to.verb("engine_quotas_list", "tenant page", [](engine const& on, tenant_id tenant, page_request which) {
    return on.quotas(tenant).list(std::move(which));
  });
  to.verb("engine_quotas_mine", "tenant", [](engine const& on, tenant_id tenant) { return on.quotas(tenant).mine(); });
  to.verb("engine_quotas_of", "tenant user",
          [](engine const& on, tenant_id tenant, user_id user) { return on.quotas(tenant).of(user); });
}

}  // namespace

void add_engine_verbs(verb_table& to) {
  add_engine(to);
  add_tenants(to);
  add_users(to);
  add_auth(to);
  add_accounting(to);
}

}  // namespace sambung::python

#include "verb_table.hpp"

namespace sambung::python {

// What a workspace has.
#define SAMBUNG_PYTHON_SERVICE(type, member)                               \
  template <>                                                              \
  struct reached<type> {                                                   \
    static constexpr auto on = target::workspace;                          \
    static type of(handle const& h) { return h.as<workspace>().member(); } \
  }
SAMBUNG_PYTHON_SERVICE(search, search);
SAMBUNG_PYTHON_SERVICE(keys, keys);
SAMBUNG_PYTHON_SERVICE(members, members);
SAMBUNG_PYTHON_SERVICE(invitations, invitations);
SAMBUNG_PYTHON_SERVICE(own_api_tokens, api_tokens);
SAMBUNG_PYTHON_SERVICE(audit, audit);
SAMBUNG_PYTHON_SERVICE(usage, usage);
SAMBUNG_PYTHON_SERVICE(quotas, quotas);
#undef SAMBUNG_PYTHON_SERVICE

namespace {

void add_tenant(verb_table& to) {
  to.verb("workspace_tenant", "", &workspace::tenant);
  to.verb("workspace_rename_tenant", "name revision", &workspace::rename_tenant);
  to.verb("workspace_erase_tenant", "", &workspace::erase_tenant);
  to.verb("workspace_suspend_tenant", "", &workspace::suspend_tenant);
  to.verb("members_list", "page", &members::list);
  to.verb("members_get", "user", &members::get);
  to.verb("members_set_role", "user role", &members::set_role);
  to.verb("members_suspend", "user", &members::suspend);
  to.verb("members_resume", "user", &members::resume);
  to.verb("members_remove", "user", &members::remove);
  to.verb("invitations_create", "email role lifetime",
          [](invitations const& on, std::string email, member_role role, std::optional<std::chrono::seconds> lifetime) {
            if (!lifetime) return on.create(std::move(email), role);
            return on.create(std::move(email), role, *lifetime);
          });
  to.verb("invitations_list", "page", &invitations::list);
  to.verb("invitations_revoke", "invitation", &invitations::revoke);
}

void add_secrets(verb_table& to) {
  to.verb("keys_create", "request", &keys::create);
  to.verb("keys_list", "page", &keys::list);
  to.verb("keys_rotate", "key secret revision", &keys::rotate);
  to.verb("keys_update", "key changes", &keys::update);
  to.verb("keys_remove", "key", &keys::remove);
  to.verb("own_api_tokens_create", "name options", &own_api_tokens::create);
  to.verb("own_api_tokens_list", "page", &own_api_tokens::list);
  to.verb("own_api_tokens_revoke", "token", &own_api_tokens::revoke);
}

void add_accounts(verb_table& to) {
  to.verb("audit_list", "page actor", &audit::list);
  to.verb("usage_summary", "request by", &usage::summary);
  to.verb("usage_daily", "request page", &usage::daily);
  to.verb("quotas_set", "key limit", &quotas::set);
  to.verb("quotas_remove", "key", &quotas::remove);
  to.verb("quotas_list", "page", &quotas::list);
  to.verb("quotas_mine", "", &quotas::mine);
  to.verb("quotas_of", "user", &quotas::of);
}

}  // namespace

void add_desk_verbs(verb_table& to) {
  add_tenant(to);
  add_secrets(to);
  add_accounts(to);
  to.verb("search_query", "request page", &search::query);
}

}  // namespace sambung::python

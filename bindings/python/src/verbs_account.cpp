#include "verb_table.hpp"

namespace sambung::python {

void add_account_verbs(verb_table& to) {
  to.verb("account_profile", "", &account::profile);
  to.verb("account_update", "changes", &account::update);
  to.verb("account_update_latest", "changes", &account::update_latest);
  to.verb("account_change_password", "current wanted", &account::change_password);
  to.verb("account_current_session", "", &account::current_session);
  to.verb("account_sessions", "page", &account::sessions);
  to.verb("account_revoke_session", "session", &account::revoke_session);
  to.verb("account_revoke_other_sessions", "", &account::revoke_other_sessions);
  to.verb("account_tenants", "page", &account::tenants);
  to.verb("account_create_tenant", "name", &account::create_tenant);
  to.verb("account_switch_tenant", "tenant", &account::switch_tenant);
  to.verb("account_leave_tenant", "tenant", &account::leave_tenant);
  to.verb("account_resume_tenant", "tenant", &account::resume_tenant);
  to.verb("account_accept_invitation", "secret", &account::accept_invitation);
  to.verb("account_export_data", "page", &account::export_data);
  to.verb("account_erase", "password", &account::erase);
}

}  // namespace sambung::python

// workspace: what a principal may do. One user in one tenant, with a role; what it cannot reach, it cannot name.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/engine/workspace_records.hpp>
#include <sambung/engine/workspace_rows.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/accounting/quotas.hpp>
#include <sambung/services/accounting/usage.hpp>
#include <sambung/services/auth/api_tokens.hpp>
#include <sambung/services/base/audit.hpp>
#include <sambung/services/chats/chats.hpp>
#include <sambung/services/chats/organise.hpp>
#include <sambung/services/events/events.hpp>
#include <sambung/services/search/search.hpp>
#include <sambung/services/templates/templates.hpp>
#include <sambung/services/tenancy/members.hpp>
#include <sambung/services/tenancy/tenants.hpp>
#include <sambung/services/turns/completions.hpp>
#include <sambung/services/vault/keys.hpp>

namespace sambung {

// What is done through it throws error(errc::permission_denied) while the tenant, the user or their place in it is
// suspended, and error(errc::not_found) when the tenant has no row. Thread safety: cheap value; safe to use from any
// thread. Lifetime: as for chats.
class SAMBUNG_API workspace {
 public:
  // Nobody's: only to be assigned to, as what Asio gives to handlers has to be. Whatever else is asked of it, or of one
  // that was moved from, throws error(errc::invalid_argument).
  workspace() noexcept;

  // Knows of the application's own permissions, too: desk.who().may(ticket_close).
  principal const& who() const;

  // engine_options::permissions. Lives as long as this.
  permission_table const& permissions() const;

  sambung::chats chats() const;
  sambung::organise organise() const;
  sambung::search search() const;
  sambung::completions completions() const;
  sambung::templates templates() const;
  sambung::keys keys() const;
  sambung::members members() const;
  sambung::invitations invitations() const;
  own_api_tokens api_tokens() const;
  sambung::audit audit() const;
  sambung::usage usage() const;
  sambung::quotas quotas() const;
  sambung::events events() const;

  // The tenant itself. Throws error: errc::permission_denied without tenant_read, tenant_manage or tenant_delete;
  // otherwise as tenants::get, rename and erase.
  task<sambung::tenant> tenant() const;
  task<sambung::tenant> rename_tenant(std::string name, std::int64_t revision) const;
  task<erasure_report> erase_tenant() const;
  // Nobody acts in it until an owner, or the operator, resumes it (account::resume_tenant, tenants::resume); its
  // running turns stop. errc::permission_denied without tenant_delete.
  task<sambung::tenant> suspend_tenant() const;

  // An application's own records, in this tenant. R's table must be one of engine_options::modules and not Sambung's.
  // Throws error(errc::invalid_argument) otherwise.
  template <class R>
  workspace_records<R> records() const {
    demand_own_table(description_of<R>().table);
    return workspace_records<R>(core_, who_);
  }

  // The same by a table's name, for tables that are known at run time: see module_schema::table(record_description).
  workspace_rows rows(std::string_view table) const;

  // The time by the engine's clock, which a test may set: for what an application stores and compares itself.
  timestamp now() const;

  // Makes a fresh, ordered id for an application's own record.
  template <class Id>
  Id new_id() const {
    return Id{next_id()};
  }

 private:
  std::shared_ptr<engine_core> const& demanded() const;
  void demand_own_table(std::string_view table) const;
  uuid next_id() const;

  friend class engine;
  workspace(std::shared_ptr<engine_core> core, principal who);

  std::shared_ptr<engine_core> core_;
  principal who_;
};

}  // namespace sambung

#include <sambung/workspace.hpp>

#include "services/engine_core.hpp"
#include "storage/scope_access.hpp"

namespace sambung {

workspace::workspace(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(who) {}

chats workspace::chats() const { return sambung::chats(core_, who_); }

completions workspace::completions() const { return sambung::completions(core_, who_); }

own_api_tokens workspace::api_tokens() const { return own_api_tokens(core_, who_); }

storage& workspace::own_storage(std::string_view table) const {
  for (auto const& module : core_->schema->modules()) {
    if (module.name() == "sambung") continue;
    for (auto const& own : module.tables())
      if (own.table == table) return *core_->store;
  }
  throw error(errc::invalid_argument, "not a table of the application's own: " + std::string(table));
}

scope workspace::tenant_scope() const { return scope_access::tenant(who_.tenant()); }

uuid workspace::next_id() const { return core_->ids->next(); }

}  // namespace sambung

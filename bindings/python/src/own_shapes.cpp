#include "own_shapes.hpp"

namespace sambung::python {

identity_view view_of(identity const& who) {
  identity_view view;
  view.user_id = who.user();
  view.how = who.how();
  if (who.place()) {
    view.tenant_id = who.place()->tenant;
    view.role = who.place()->role;
  }
  view.scopes = who.scopes();
  view.session_id = who.session();
  view.token_id = who.token();
  view.expires_at = who.expires_at();
  return view;
}

identity_view view_of(principal const& who) {
  identity_view view;
  view.user_id = who.user();
  view.how = who.how();
  view.tenant_id = who.tenant();
  view.role = who.role();
  view.scopes = who.scopes();
  return view;
}

identity identity_of(identity_view const& who) {
  std::optional<tenant_place> place;
  if (who.tenant_id && who.role) place.emplace(*who.tenant_id, *who.role);
  identity made(who.user_id, who.how, place, who.scopes, who.session_id);
  if (who.token_id) made = made.by_token(*who.token_id);
  if (who.expires_at) made = made.until(*who.expires_at);
  return made;
}

}  // namespace sambung::python

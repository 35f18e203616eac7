#include <sambung/services/templates/templates.hpp>

#include "services/templates/template_access.hpp"

namespace sambung {
namespace {

task<page<prompt_usage>> list_usage(core_ptr core, principal who, prompt_template_id id, page_request which) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const of = co_await reach.readable(id);
  if (of.owner_id != reach.user()) demand(who, permission::content_manage);
  query q = collection<prompt_usage>::where(&prompt_usage::template_id, of.id);
  std::vector<std::string> order;
  order.emplace_back("number");
  q = std::move(q).order(std::move(order), direction::descending);
  co_return (co_await core->records<prompt_usage>(reach.rows()).list(std::move(q), std::move(which))).value();
}

}  // namespace

task<page<prompt_usage>> templates::usage(prompt_template_id id, page_request which) const {
  return list_usage(core_, who_, id, std::move(which));
}

}  // namespace sambung

#include <sambung/services/templates/templates.hpp>

#include "services/base/row_key.hpp"
#include "services/templates/template_access.hpp"

#include <functional>
#include <map>

namespace sambung {
namespace {

using template_seen = std::function<void(prompt_template const&)>;

// The newest that `which` finds, in whole reads. False: there are more.
task<bool> look_at_newest(template_access const& reach, query which, template_seen seen) {
  which = std::move(which).limit(max_rows);
  for (std::size_t looked_at = 0;;) {
    auto reading = detail::read_to_a_place(*reach.core().store, reach.rows(), description_of<prompt_template>(), which);
    auto const found = (co_await std::move(reading)).value();
    for (auto const& one : reach.core().records<prompt_template>(reach.rows()).readable(found)) seen(one);
    looked_at += found.items.size();
    auto const last = last_id_of(found);
    if (!found.more) co_return true;
    if (looked_at >= max_counted_prompts) co_return false;
    row place(1, value(last.value()));
    which = std::move(which).after(std::move(place));
  }
}

task<prompt_counts> count_templates(core_ptr core, principal who) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  std::map<std::string, std::int64_t> categories;
  prompt_counts counts;
  template_seen own = [&](prompt_template const& one) {
    ++counts.own;
    ++categories[one.category];
  };
  template_seen shared = [&](prompt_template const& one) {
    if (one.owner_id == reach.user()) return;  // counted already
    ++counts.shared;
    ++categories[one.category];
  };
  query of_owner = collection<prompt_template>::where(&prompt_template::owner_id, reach.user());
  query of_tenant = collection<prompt_template>::where(&prompt_template::visibility, visibility::tenant);
  bool const all_own = co_await look_at_newest(reach, std::move(of_owner), std::move(own));
  bool const all_shared = co_await look_at_newest(reach, std::move(of_tenant), std::move(shared));
  counts.more = !all_own || !all_shared;
  for (auto const& [category, count] : categories) counts.categories.push_back({category, count});
  co_return counts;
}

}  // namespace

task<prompt_counts> templates::counts() const { return count_templates(core_, who_); }

}  // namespace sambung

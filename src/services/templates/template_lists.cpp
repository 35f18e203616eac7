#include <sambung/services/templates/templates.hpp>

#include "services/base/row_key.hpp"
#include "services/base/searched_text.hpp"
#include "services/base/system_records.hpp"
#include "services/templates/template_access.hpp"

#include <algorithm>

namespace sambung {
namespace {

// What the caller may see, as lists that may overlap.
enum class reach_of_list { all, shared };

query shared_list(std::optional<std::string> const& category) {
  query q = collection<prompt_template>::where(&prompt_template::visibility, visibility::tenant);
  return category ? std::move(q).where(where(&prompt_template::category, *category)) : q;
}

query own_list(user_id owner, std::optional<std::string> const& category) {
  query q = collection<prompt_template>::where(&prompt_template::owner_id, owner);
  return category ? std::move(q).where(where(&prompt_template::category, *category)) : q;
}

std::optional<uuid> place_behind(page_request const& which) {
  detail::check_page(which).value();
  if (!which.cursor) return std::nullopt;
  auto const parsed = parse_uuid(*which.cursor);
  if (!parsed) throw error(failure(errc::invalid_argument, "not a cursor of this list", {{"cursor", "unknown"}}));
  return parsed;
}

// Puts pages of several lists into one, newest first, each template once.
class merged_page {
 public:
  explicit merged_page(template_access const& reach) : reach_(reach) {}

  void add(rows const& found) {
    for (auto& one : reach_.core().records<prompt_template>(reach_.rows()).readable(found, &merged_.damaged))
      merged_.items.push_back(std::move(one));
    auto const id = last_id_of(found);
    if (!found.more || !id) return;
    prompt_template_id const last{*id};
    horizon_ = std::max(last, horizon_.value_or(last));
  }
  page<prompt_template> of(std::size_t limit) && {
    auto& items = merged_.items;
    std::ranges::sort(items, std::ranges::greater(), &prompt_template::id);
    auto const again = std::ranges::unique(items, {}, &prompt_template::id);
    items.erase(again.begin(), again.end());
    if (horizon_) std::erase_if(items, [this](auto const& one) { return one.id < *horizon_; });
    bool const full = items.size() > limit;
    if (full) items.resize(limit);
    if (full) merged_.next_cursor = to_string(items.back().id);
    else if (horizon_) merged_.next_cursor = to_string(*horizon_);
    return std::move(merged_);
  }

 private:
  template_access const& reach_;
  page<prompt_template> merged_;
  std::optional<prompt_template_id> horizon_;  // nothing behind it is known of some list; it may be damaged itself
};

task<page<prompt_template>> list_templates(core_ptr core, principal who, page_request which,
                                           std::optional<std::string> category, reach_of_list what) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const behind = place_behind(which);
  std::vector<query> lists{shared_list(category)};
  if (what == reach_of_list::all) lists.push_back(own_list(reach.user(), category));
  auto const& table = description_of<prompt_template>();
  merged_page merged(reach);
  for (auto& list : lists) {
    query q = std::move(list).limit(which.limit);
    row place;
    if (behind) place.emplace_back(*behind);
    if (behind) q = std::move(q).after(std::move(place));
    auto reading = detail::read_to_a_place(*core->store, reach.rows(), table, std::move(q));
    merged.add((co_await std::move(reading)).value());
  }
  co_return std::move(merged).of(which.limit);
}

task<page<prompt_template>> search_templates(core_ptr core, principal who, std::string text, page_request which) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  demand_searched(text);
  auto const behind = place_behind(which);
  std::vector<condition> const lists{where(&prompt_template::owner_id, reach.user()),
                                     where(&prompt_template::visibility, visibility::tenant)};
  auto const& table = description_of<prompt_template>();
  merged_page merged(reach);
  for (auto const& list : lists) {
    text_query q = text_query(table.table, text).where(list).limit(which.limit);
    if (behind) q = std::move(q).after(value(*behind));
    auto searching = detail::search_to_a_place(*core->store, reach.rows(), table, std::move(q));
    merged.add((co_await std::move(searching)).value());
  }
  co_return std::move(merged).of(which.limit);
}

}  // namespace

task<page<prompt_template>> templates::list(page_request which, std::optional<std::string> category) const {
  return list_templates(core_, who_, std::move(which), std::move(category), reach_of_list::all);
}

task<page<prompt_template>> templates::list_public(page_request which, std::optional<std::string> category) const {
  return list_templates(core_, who_, std::move(which), std::move(category), reach_of_list::shared);
}

task<page<prompt_template>> templates::search(std::string text, page_request which) const {
  return search_templates(core_, who_, std::move(text), std::move(which));
}

}  // namespace sambung

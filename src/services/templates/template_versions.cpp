#include <sambung/services/templates/templates.hpp>

#include "services/templates/prompt_saving.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

task<page<prompt_version>> list_versions(core_ptr core, principal who, prompt_template_id id, page_request which) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const of = co_await reach.readable(id);
  query q = collection<prompt_version>::where(&prompt_version::template_id, of.id);
  q = std::move(q).order({"number"}, direction::descending);
  co_return (co_await core->records<prompt_version>(reach.rows()).list(std::move(q), std::move(which))).value();
}

task<prompt_version> read_version(core_ptr core, principal who, prompt_template_id id, std::int64_t number) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const of = co_await reach.readable(id);
  co_return co_await reach.version_of(of, number);
}

task<stored_prompt> restore_version(core_ptr core, principal who, prompt_template_id id, std::int64_t number,
                                    std::int64_t revision) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  auto const seen = co_await reach.changeable(id);
  if (seen.revision != revision) throw error(errc::conflict, "the template has changed since");
  auto old = co_await reach.version_of(seen, number);
  prompt_update changes;
  changes.content = static_cast<prompt_content const&>(old);
  changes.note = "restored from version " + std::to_string(number);
  co_return co_await update_prompt(reach, seen, std::move(changes), std::move(old.includes));
}

// Lists as objects by name, so that what is compared is what belongs together.
template <class Item>
json::object by_name(std::vector<Item> const& items) {
  json::object all;
  for (auto const& one : items) all.insert_or_assign(one.name, to_json(one));
  return all;
}

json::object fields_of_version(prompt_version const& of) {
  json::object messages;
  for (std::size_t i = 0; i < of.messages.size(); ++i) {
    auto one = to_json(of.messages[i]).as_object();
    one.erase("text");
    messages.emplace(std::to_string(i), std::move(one));
  }
  json::object all;
  all.emplace("kind", boost::describe::enum_to_string(of.kind, ""));
  all.emplace("messages", std::move(messages));
  all.emplace("variables", by_name(of.variables));
  all.emplace("config", to_json(of.config));
  all.emplace("examples", by_name(of.examples));
  return all;
}

version_diff difference(prompt_version const& before, prompt_version const& after) {
  version_diff out;
  auto const text_of = [](prompt_version const& of, std::size_t i) {
    return i < of.messages.size() ? std::string_view(of.messages[i].text) : std::string_view();
  };
  for (std::size_t i = 0; i < std::max(before.messages.size(), after.messages.size()); ++i)
    if (text_of(before, i) != text_of(after, i))
      out.messages.push_back({static_cast<std::int64_t>(i), line_diff(text_of(before, i), text_of(after, i))});
  out.fields = field_diff(fields_of_version(before), fields_of_version(after));
  return out;
}

task<version_diff> diff_versions(core_ptr core, principal who, prompt_template_id id, std::int64_t before,
                                 std::int64_t after) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  auto const of = co_await reach.readable(id);
  auto const older = co_await reach.version_of(of, before);
  auto const newer = co_await reach.version_of(of, after);
  co_return difference(older, newer);
}

}  // namespace

task<page<prompt_version>> templates::versions(prompt_template_id id, page_request which) const {
  return list_versions(core_, who_, id, std::move(which));
}

task<prompt_version> templates::version(prompt_template_id id, std::int64_t number) const {
  return read_version(core_, who_, id, number);
}

task<stored_prompt> templates::restore(prompt_template_id id, std::int64_t number, std::int64_t revision) const {
  return restore_version(core_, who_, id, number, revision);
}

task<version_diff> templates::diff(prompt_template_id id, std::int64_t before, std::int64_t after) const {
  return diff_versions(core_, who_, id, before, after);
}

}  // namespace sambung

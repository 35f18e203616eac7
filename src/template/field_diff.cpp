#include <sambung/template/field_diff.hpp>

namespace sambung {
namespace {

namespace json = boost::json;

class field_comparison {
 public:
  void compare(json::object const& before, json::object const& after, std::string const& path) {
    for (auto const& item : before) compare(item.value(), after.if_contains(item.key()), inside(path, item.key()));
    for (auto const& item : after)
      if (!before.contains(item.key())) add(inside(path, item.key()), std::nullopt, item.value());
  }

  std::vector<field_change> changes;

 private:
  static std::string inside(std::string const& path, std::string_view key) {
    return path.empty() ? std::string(key) : path + '.' + std::string(key);
  }
  void compare(json::value const& before, json::value const* after, std::string const& path) {
    if (!after) return add(path, before, std::nullopt);
    if (before.is_object() && after->is_object()) return compare(before.get_object(), after->get_object(), path);
    if (before != *after) add(path, before, *after);
  }
  void add(std::string path, std::optional<json::value> before, std::optional<json::value> after) {
    field_change change;
    change.path = std::move(path);
    change.before = std::move(before);
    change.after = std::move(after);
    changes.push_back(std::move(change));
  }
};

}  // namespace

std::vector<field_change> field_diff(json::object const& before, json::object const& after, std::string const& path) {
  field_comparison comparison;
  comparison.compare(before, after, path);
  return std::move(comparison.changes);
}

}  // namespace sambung

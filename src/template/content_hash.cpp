#include "template/content_hash.hpp"

#include "core/sha256.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

json::value with_sorted_members(json::value const& in) {
  if (in.is_array()) {
    json::array sorted;
    for (auto const& item : in.get_array()) sorted.push_back(with_sorted_members(item));
    return sorted;
  }
  if (!in.is_object()) return in;
  std::vector<json::key_value_pair const*> members;
  for (auto const& member : in.get_object()) members.push_back(&member);
  std::ranges::sort(members, {}, [](auto const* one) { return std::string_view(one->key()); });
  json::object sorted;
  for (auto const* one : members) sorted.emplace(one->key(), with_sorted_members(one->value()));
  return sorted;
}

}  // namespace

std::string content_hash(prompt_content const& content, std::vector<prompt_include> const& includes) {
  json::array said;
  said.push_back(with_sorted_members(to_json(content)));
  said.push_back(to_json(includes));
  return sha256_hex(json::serialize(said));
}

}  // namespace sambung

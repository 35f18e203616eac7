#include "services/chats/folder_tree.hpp"

#include <sambung/core/error.hpp>
#include <sambung/services/chats/organise.hpp>

#include "core/text.hpp"

#include <algorithm>

namespace sambung {
namespace {

field const& limits_of(char const* column) {
  auto const& table = description_of<folder>();
  return table.fields[*table.position(column)];
}

[[noreturn]] void throw_wrong_parent(std::string const& why) {
  throw error(failure(errc::invalid_argument, "parentId: " + why, {{"parentId", why}}));
}

std::string free_name(std::string const& name, std::set<std::string> const& taken) {
  auto free = name;
  for (std::size_t number = 2; taken.contains(free); ++number) {
    auto const behind = " (" + std::to_string(number) + ')';
    free = name.substr(0, whole_characters(name, limits_of("name").max_bytes - behind.size())) + behind;
  }
  return free;
}

}  // namespace

folder_tree::folder_tree(std::vector<folder> all) {
  for (auto& one : all) {
    children_.emplace(one.parent_id, one.id);
    auto const id = one.id;
    folders_.emplace(id, std::move(one));
  }
}

folder const& folder_tree::at(folder_id id) const {
  auto const found = folders_.find(id);
  if (found == folders_.end()) throw error(errc::not_found, "not found");
  return found->second;
}

void folder_tree::demand(folder_id parent) const {
  if (parent != folder_id()) (void)at(parent);
}

void folder_tree::demand_room(folder const& one, folder_id parent) const {
  demand(parent);
  if (is_within(parent, one.id)) throw_wrong_parent("a folder cannot be in itself");
  if (depth_of(parent) + height_of(one.id) > max_folder_depth)
    throw_wrong_parent("at most " + std::to_string(max_folder_depth) + " folders in one another");
  for (auto const& other : in(parent))
    if (other.id != one.id && other.name == one.name)
      throw error(errc::already_exists, "there is a folder of that name");
}

std::int64_t folder_tree::end_of(folder_id parent) const {
  std::int64_t end = 0;
  for (auto const& one : in(parent)) end = std::max(end, one.position + 1);
  return std::min(end, limits_of("position").maximum);
}

std::vector<folder> folder_tree::moved_up(folder_id from) const {
  auto const parent = at(from).parent_id;
  std::set<std::string> taken;
  for (auto const& one : in(parent))
    if (one.id != from) taken.insert(one.name);
  auto moved = in(from);
  std::ranges::stable_sort(moved, {}, &folder::position);
  auto position = end_of(parent);
  for (auto& one : moved) {
    one.parent_id = parent;
    one.name = free_name(one.name, taken);
    one.position = std::min(position++, limits_of("position").maximum);
    taken.insert(one.name);
  }
  return moved;
}

std::vector<folder> folder_tree::in(folder_id parent) const {
  std::vector<folder> all;
  auto const [first, last] = children_.equal_range(parent);
  for (auto one = first; one != last; ++one) all.push_back(at(one->second));
  return all;
}

// A folder whose row cannot be read ends the way up as the top does.
std::size_t folder_tree::depth_of(folder_id id) const {
  std::size_t depth = 0;
  for (auto at = folders_.find(id); at != folders_.end() && depth <= folders_.size(); ++depth)
    at = folders_.find(at->second.parent_id);
  return depth;
}

std::size_t folder_tree::height_of(folder_id id) const {
  std::size_t height = 0;
  std::set<folder_id> level{id};
  for (; !level.empty() && height <= max_folder_depth; ++height) {
    std::set<folder_id> below;
    for (auto const& one : level)
      for (auto const& child : in(one)) below.insert(child.id);
    level = std::move(below);
  }
  return height;
}

bool folder_tree::is_within(folder_id id, folder_id outer) const {
  for (std::size_t steps = 0; steps <= folders_.size(); ++steps) {
    if (id == outer) return true;
    auto const found = folders_.find(id);
    if (found == folders_.end()) return false;
    id = found->second.parent_id;
  }
  return true;
}

}  // namespace sambung

// folder_tree: all folders of a user, and what may be done with them so that they stay a tree of bounded depth.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/folder.hpp>

#include <map>
#include <set>

namespace sambung {

// Nil stands for the top everywhere.
class SAMBUNG_API folder_tree {
 public:
  explicit folder_tree(std::vector<folder> all);

  std::size_t size() const { return folders_.size(); }

  // Throws error(errc::not_found) for one that is not there; the top always is.
  folder const& at(folder_id id) const;
  void demand(folder_id parent) const;

  // Throws error(errc::invalid_argument) when `one`, with what is in it, cannot be in `parent`: it would be in itself,
  // or too deep. errc::already_exists when another one there has its name.
  void demand_room(folder const& one, folder_id parent) const;

  // The position behind the last one in `parent`.
  std::int64_t end_of(folder_id parent) const;

  // What is in the folder, as it is when it has moved up to where the folder is: behind the others, and called
  // "name (2)" when one there has the name.
  std::vector<folder> moved_up(folder_id from) const;

 private:
  std::vector<folder> in(folder_id parent) const;
  std::size_t depth_of(folder_id id) const;
  std::size_t height_of(folder_id id) const;
  bool is_within(folder_id id, folder_id outer) const;

  std::map<folder_id, folder> folders_;
  std::multimap<folder_id, folder_id> children_;
};

}  // namespace sambung

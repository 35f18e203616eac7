#include "services/chats/folder_tree.hpp"

#include <sambung/core/error.hpp>

#include <gtest/gtest.h>

namespace sambung::folder_tree_test {
namespace {

folder_id numbered(int number) {
  folder_id id;
  id.value.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

folder made(int number, int parent, std::string name, std::int64_t position = 0) {
  folder one;
  one.id = numbered(number);
  one.parent_id = numbered(parent);  // 0: nil
  one.name = std::move(name);
  one.position = position;
  return one;
}

errc why_no_room(folder_tree const& tree, folder const& one, int parent) {
  try {
    tree.demand_room(one, numbered(parent));
  } catch (error const& e) {
    return e.why().code;
  }
  return errc::internal;
}

TEST(FolderTree, GivesWhatMovesUpNamesOfItsOwn) {
  std::string const longest(400, 'x');
  std::string const wide = std::string(395, 'x') + "\xC3\xA9";  // "é" is cut off as a whole
  folder_tree const tree({made(1, 0, "gone"), made(2, 0, longest), made(3, 0, wide), made(4, 0, "a"),
                          made(5, 0, "a (2)"), made(6, 1, longest, 2), made(7, 1, wide, 1), made(8, 1, "a", 0)});

  auto const moved = tree.moved_up(numbered(1));

  ASSERT_EQ(moved.size(), 3U);
  EXPECT_EQ(moved[0].name, "a (3)");
  EXPECT_EQ(moved[1].name, std::string(395, 'x') + " (2)");
  EXPECT_EQ(moved[2].name, std::string(396, 'x') + " (2)");
  for (auto const& one : moved) EXPECT_EQ(one.parent_id, folder_id());
}

TEST(FolderTree, PutsWhatMovesUpBehindTheOthersInItsOrder) {
  folder_tree const tree({made(1, 0, "gone", 3), made(2, 0, "stays", 7), made(3, 1, "b", 1), made(4, 1, "a", 0)});

  auto const moved = tree.moved_up(numbered(1));

  ASSERT_EQ(moved.size(), 2U);
  EXPECT_EQ(moved[0].name, "a");
  EXPECT_EQ(moved[0].position, 8);
  EXPECT_EQ(moved[1].position, 9);
}

TEST(FolderTree, HasNoPositionBehindTheLastThatThereIs) {
  folder_tree const tree({made(1, 0, "last", 1'000'000'000)});

  EXPECT_EQ(tree.end_of(folder_id()), 1'000'000'000);
  EXPECT_EQ(tree.end_of(numbered(1)), 0);
}

TEST(FolderTree, EndsWhereAFolderCannotBeRead) {
  folder_tree const tree({made(2, 1, "of a folder that is not there"), made(3, 2, "in it")});

  EXPECT_EQ(why_no_room(tree, made(4, 0, "x"), 1), errc::not_found);
  EXPECT_NO_THROW(tree.demand_room(made(4, 0, "x"), numbered(3)));
}

TEST(FolderTree, EndsInACircleThatOnlyDamageMakes) {
  folder_tree const tree({made(1, 2, "a"), made(2, 1, "b"), made(3, 0, "c")});

  EXPECT_EQ(why_no_room(tree, made(3, 0, "c"), 1), errc::invalid_argument);
  EXPECT_EQ(why_no_room(tree, made(1, 2, "a"), 0), errc::invalid_argument);
}

}  // namespace
}  // namespace sambung::folder_tree_test

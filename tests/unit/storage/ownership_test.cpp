// What descriptions must say of whose rows are.
#include <sambung/engine/standard_schema.hpp>

#include "storage/ownership_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sambung::ownership_test {
namespace {

enum class half { mine, theirs };
BOOST_DESCRIBE_ENUM(half, mine, theirs)

struct shelf {
  uuid id;
  user_id owner_id;
  std::optional<user_id> lent_to;
  half whose = half::mine;
};
BOOST_DESCRIBE_STRUCT(shelf, (), (id, owner_id, lent_to, whose))

struct volume {
  uuid id;
  uuid shelf_id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(volume, (), (id, shelf_id, title))

record<shelf> shelves() { return record<shelf>("shelves"); }
record<shelf> marked_shelves() { return shelves().index(&shelf::owner_id).owned_by(&shelf::owner_id); }
record<volume> volumes() { return record<volume>("volumes").index(&volume::shelf_id); }

std::vector<issue> faults(record_description const& table, std::vector<record_description const*> before = {}) {
  return detail::ownership_faults(table, before);
}

TEST(Ownership, HasToBeSaidWhereverAUserIsNamed) {
  auto const found = faults(shelves());

  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, "shelves.owner_id");
  EXPECT_EQ(found[1].path, "shelves.lent_to");
  EXPECT_NE(found[0].message.find("owned_by"), std::string::npos);
  EXPECT_TRUE(faults(marked_shelves()).empty());
  EXPECT_TRUE(faults(shelves().not_personal()).empty());
  EXPECT_TRUE(faults(volumes()).empty());
}

TEST(Ownership, NeedsAReasonWhereTheSystemKeepsIt) {
  EXPECT_EQ(faults(shelves().system().not_personal()).size(), 1U);
  EXPECT_TRUE(faults(shelves().system().not_personal("counted only")).empty());
  EXPECT_EQ(faults(marked_shelves().not_personal("both")).size(), 1U);
}

TEST(Ownership, IsFoundByAnIndex) {
  EXPECT_EQ(faults(shelves().owned_by(&shelf::owner_id)).size(), 2U);  // to erase it, and to take it along
  EXPECT_EQ(faults(shelves().index(&shelf::owner_id, &shelf::lent_to).owned_by(&shelf::owner_id)).size(), 2U);
  auto const half_found = faults(marked_shelves().exported_when(&shelf::whose, half::mine));
  ASSERT_EQ(half_found.size(), 1U);
  EXPECT_EQ(half_found[0].path, "shelves.whose");
  EXPECT_TRUE(
      faults(marked_shelves().exported_when(&shelf::whose, half::mine).index(&shelf::whose, &shelf::owner_id)).empty());
  EXPECT_EQ(faults(shelves().owned_by_key()).size(), 1U);  // its key is no text
}

TEST(Ownership, OfAPartIsThatOfARowBeforeIt) {
  auto const shelf_table = marked_shelves();
  auto const nobodys = record<shelf>("shelves").not_personal();
  auto const part = volumes().part_of(&volume::shelf_id, "shelves");

  EXPECT_TRUE(faults(part, {&shelf_table}).empty());
  EXPECT_EQ(faults(part).at(0).message, "no table before this one is called shelves");
  EXPECT_EQ(faults(part, {&nobodys}).size(), 1U);
  EXPECT_EQ(faults(record<volume>("volumes").part_of(&volume::shelf_id, "shelves"), {&shelf_table}).size(), 1U);
  EXPECT_EQ(faults(volumes().part_of(&volume::title, "shelves"), {&shelf_table}).size(), 1U);
}

TEST(Ownership, IsSharedByWhatRefersToIt) {
  auto const shelf_table = marked_shelves();

  EXPECT_EQ(faults(volumes().refers_to(&volume::shelf_id, "shelves"), {&shelf_table}).size(), 1U);
  auto const part = volumes().refers_to(&volume::shelf_id, "shelves").part_of(&volume::shelf_id, "shelves");
  EXPECT_TRUE(faults(part, {&shelf_table}).empty());
}

struct unmarked {
  uuid id;
  user_id by;
};
BOOST_DESCRIBE_STRUCT(unmarked, (), (id, by))
auto describe_record(record_of<unmarked>) { return record<unmarked>("unmarked"); }

TEST(Ownership, IsCheckedWhereASchemaIsMade) {
  try {
    (void)standard_schema({module_schema("own").table<unmarked>()});
    FAIL();
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::invalid_argument);
    ASSERT_EQ(e.why().issues.size(), 1U);
    EXPECT_EQ(e.why().issues[0].path, "unmarked.by");
  }
}

// A new table of the engine's own with a user's id in it fails here until it says whose it is.
TEST(Ownership, IsSaidByEveryTableOfTheEnginesOwn) {
  auto const own = standard_schema();
  for (auto const& module : own->modules())
    for (auto const& table : module.tables()) {
      bool const names_a_user = std::ranges::any_of(table.fields, &field::user);
      EXPECT_TRUE(!names_a_user || table.ownership.is_marked()) << table.table;
      bool const kept_back = !table.ownership.not_exported.empty() || !table.ownership.not_erased.empty();
      EXPECT_TRUE(!kept_back || table.ownership.has_owner() || !table.ownership.parents.empty()) << table.table;
    }
}

}  // namespace
}  // namespace sambung::ownership_test

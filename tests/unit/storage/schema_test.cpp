#include <sambung/storage/schema.hpp>

#include "storage/initial.hpp"
#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::schema_test {
namespace {

struct thing {
  std::string name;
  std::optional<std::int64_t> size;
  std::vector<std::string> parts;
};
BOOST_DESCRIBE_STRUCT(thing, (), (name, size, parts))
auto describe_record(record_of<thing>) { return record<thing>("things").index(&thing::size); }

struct claimed {
  std::string name;
  sambung::tenant_id tenant_id;
};
BOOST_DESCRIBE_STRUCT(claimed, (), (name, tenant_id))
auto describe_record(record_of<claimed>) { return record<claimed>("Claimed"); }

struct unfit {
  std::optional<std::string> name;
  std::vector<std::string> parts;
};
BOOST_DESCRIBE_STRUCT(unfit, (), (name, parts))
auto describe_record(record_of<unfit>) { return record<unfit>("unfit").index(&unfit::parts).searchable(&unfit::parts); }

struct seat {
  std::string name;
  std::string row;
  std::int64_t number = 0;
  std::int64_t row_number = 0;
};
BOOST_DESCRIBE_STRUCT(seat, (), (name, row, number, row_number))

struct shelf {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(shelf, (), (number))
auto describe_record(record_of<shelf>) { return record<shelf>("shelves"); }

struct volume {
  std::string name;
  std::string shelf_name;
};
BOOST_DESCRIBE_STRUCT(volume, (), (name, shelf_name))
auto describe_record(record_of<volume>) {
  return record<volume>("volumes").index(&volume::shelf_name).refers_to(&volume::shelf_name, "shelves");
}

struct label {
  std::string text;
  std::string thing_name;
};
BOOST_DESCRIBE_STRUCT(label, (), (text, thing_name))
auto describe_record(record_of<label>) { return record<label>("labels").refers_to(&label::thing_name, "things"); }

// Searched by owner, of which there is none.
struct notice {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(notice, (), (text))
auto describe_record(record_of<notice>) {
  return record<notice>("notices").searchable(&notice::text).searched_by_owner();
}

struct visit {
  std::string name;
  timestamp seen_at{};
};
BOOST_DESCRIBE_STRUCT(visit, (), (name, seen_at))
auto describe_record(record_of<visit>) { return record<visit>("visits"); }

struct parcel {
  binary content;
  std::string name;
  std::optional<binary> stamp;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (content, name, stamp))
auto describe_record(record_of<parcel>) {
  return record<parcel>("parcels")
      .bytes(&parcel::stamp, 0, max_binary_bytes + 1)
      .index(&parcel::stamp)
      .searchable(&parcel::content);
}

std::vector<issue> faults(std::vector<module_schema> modules) {
  try {
    schema const made(std::move(modules));
    return {};
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::invalid_argument);
    return e.why().issues;
  }
}

module_schema things() { return module_schema("things").table<thing>(); }

TEST(Schema, FindsTablesOfEveryModule) {
  schema const made({things(), module_schema("probes").table<testing::probe>()});

  EXPECT_EQ(made.find("things")->fields.size(), 3U);
  EXPECT_EQ(made.find("probes")->table, "probes");
  EXPECT_EQ(made.find("nothing"), nullptr);
  EXPECT_EQ(schema().find("things"), nullptr);
}

TEST(Schema, CountsVersionsFromTheSteps) {
  EXPECT_EQ(things().version(), 1);
  EXPECT_EQ(things().migrate(2, {}).migrate(3, {}).version(), 3);
}

TEST(Schema, RefusesTheSameTableTwice) {
  EXPECT_EQ(faults({things(), module_schema("other").table<thing>()}).size(), 1U);
  EXPECT_EQ(faults({things(), module_schema("things")}).size(), 1U);
}

TEST(Schema, RefusesNamesAndColumnsThatStorageCannotHave) {
  auto const found = faults({module_schema("Bad").table<claimed>()});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].path, "Bad");
  EXPECT_EQ(found[1].path, "Claimed");
  EXPECT_EQ(found[2].path, "Claimed.tenant_id");
}

TEST(Schema, RefusesKeysIndexesAndSearchesOfTheWrongType) {
  auto const found = faults({module_schema("m").table<unfit>()});

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].path, "unfit.name");
  EXPECT_EQ(found[1].path, "unfit.parts");
  EXPECT_EQ(found[2].path, "unfit.parts");
}

TEST(Schema, RefusesBytesAsKeysInIndexesAndSearchesAndBeyondTheirLimit) {
  auto const found = faults({module_schema("m").table<parcel>()});

  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].path, "parcels.content");
  EXPECT_EQ(found[1].path, "parcels.stamp");
  EXPECT_EQ(found[1].message, "at most 1048576 bytes");
  EXPECT_EQ(found[2].message, "bytes cannot be indexed");
  EXPECT_EQ(found[3].message, "only text is searchable");
}

void expect_one(std::vector<issue> const& found, std::string_view path, std::string_view message) {
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, path);
  EXPECT_EQ(found[0].message, message);
}

// A database would make the first alone.
TEST(Schema, RefusesTwoIndexesOfOneName) {
  record_description const seats = record<seat>("seats").unique(&seat::row_number).unique(&seat::row, &seat::number);

  expect_one(faults({module_schema("m").table(seats)}), "seats", "two indexes are called seats_unique_row_number");
}

TEST(Schema, RefusesReferencesToWhatIsNoKeyBeforeThem) {
  auto const of_another_kind = faults({module_schema("m").table<shelf>().table<volume>()});
  auto const behind = faults({module_schema("m").table<volume>().table<shelf>()});

  expect_one(of_another_kind, "volumes.shelf_name", "the key of shelves is of another kind");
  expect_one(behind, "volumes.shelf_name", "no table before this one in the module is called shelves");
}

TEST(Schema, RefusesReferencesWithoutAnIndexOrAColumn) {
  auto misspelt = description_of<label>();
  misspelt.references.front().column = "thing";

  auto const without_index = faults({things().table<label>()});
  auto const without_column = faults({things().table(misspelt)});

  expect_one(without_index, "labels.thing_name", "a column that refers to a table needs an index");
  expect_one(without_column, "labels.thing", "a reference names no such column");
}

TEST(Schema, RefusesASearchByOwnerWhereNobodyIsOne) {
  auto const found = faults({module_schema("m").table<notice>()});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "notices");
  EXPECT_TRUE(found[0].message.starts_with("searched by owner is")) << found[0].message;
}

TEST(Schema, TakesATimeAsTheInitialValueOfAColumn) {
  auto const& column = description_of<visit>().fields[1];

  auto const initial = detail::initial_value(R"("2026-01-02T03:04:05.678Z")", column);

  EXPECT_EQ(initial.value(), value(std::int64_t(1'767'323'045'678)));
  EXPECT_EQ(detail::initial_value(R"("yesterday")", column).error().code, errc::invalid_argument);
}

TEST(Schema, RefusesVersionsThatDoNotCount) {
  EXPECT_EQ(faults({things().migrate(3, {})}).size(), 1U);
  EXPECT_EQ(faults({things().migrate(2, {}).migrate(2, {})}).size(), 1U);
  EXPECT_EQ(faults({things().migrate(2, {}).migrate(3, {})}).size(), 0U);
}

TEST(Schema, RefusesStepsThatNameWhatIsNotDescribed) {
  std::vector<migration_step> steps{add_table{"nothing"},
                                    add_column{"things", "nothing"},
                                    add_column{"things", "name", "1"},
                                    add_column{"things", "name"},
                                    add_column{"things", "parts", "[]"},
                                    add_column{"things", "size"},
                                    add_column{"things", "size", "{"},
                                    add_index{"things", index{{"name"}, false}},
                                    add_index{"things", index{{"size"}, false}},
                                    allow_null{"things", "name"},
                                    allow_null{"things", "nothing"},
                                    allow_null{"things", "size"}};

  EXPECT_EQ(faults({things().migrate(2, std::move(steps))}).size(), 8U);
}

}  // namespace
}  // namespace sambung::schema_test

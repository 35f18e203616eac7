#include <sambung/storage/described_row.hpp>
#include <sambung/storage/schema.hpp>

#include <gtest/gtest.h>

namespace sambung::described_row_test {
namespace {

record_description every_type() {
  record_description made;
  made.table = "things";
  for (auto const type : {column_type::uuid, column_type::boolean, column_type::integer, column_type::real,
                          column_type::text, column_type::timestamp, column_type::json, column_type::bytes}) {
    field f;
    f.name = "column_" + std::to_string(made.fields.size());
    f.json_name = camel_case(f.name);
    f.type = type;
    made.fields.push_back(std::move(f));
  }
  return made;
}

row some() {
  return {value(uuid()),
          value(true),
          value(std::int64_t{7}),
          value(0.5),
          value(std::string("text")),
          value(std::int64_t{1'000}),
          value(std::string("[1]")),
          value(binary{std::byte{0}, std::byte{1}})};
}

}  // namespace

TEST(DescribedRow, IsShownAsADescribedStructIs) {
  auto const shown = json_of_row(every_type(), some()).value();

  EXPECT_EQ(shown.at("column0").as_string(), "00000000-0000-0000-0000-000000000000");
  EXPECT_TRUE(shown.at("column1").as_bool());
  EXPECT_EQ(shown.at("column2").as_int64(), 7);
  EXPECT_EQ(shown.at("column3").as_double(), 0.5);
  EXPECT_EQ(shown.at("column4").as_string(), "text");
  EXPECT_EQ(shown.at("column5").as_string(), "1970-01-01T00:00:01.000Z");
  EXPECT_EQ(shown.at("column6").as_array().size(), 1U);
  EXPECT_EQ(shown.at("column7").as_string(), "AAE=");
}

TEST(DescribedRow, HidesWhatIsInternal) {
  auto table = every_type();
  table.fields[4].internal = true;

  EXPECT_FALSE(json_of_row(table, some()).value().contains("column4"));
}

TEST(DescribedRow, IsDamagedWithAValueOfAnotherType) {
  auto const table = every_type();

  EXPECT_TRUE(check_stored(table, some()));
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    for (auto const& wrong : {value(), i == 4 ? value(true) : value(std::string("{"))}) {
      auto broken = some();
      broken[i] = wrong;

      EXPECT_EQ(check_stored(table, broken).error().code, errc::data_loss) << i;
      EXPECT_EQ(json_of_row(table, broken).error().code, errc::data_loss) << i;
    }
  }
  EXPECT_EQ(check_stored(table, row()).error().code, errc::data_loss);
}

TEST(DescribedRow, MayHaveNullsWhereTheDescriptionSaysSo) {
  auto table = every_type();
  for (std::size_t i = 1; i < table.fields.size(); ++i) table.fields[i].nullable = true;
  row empty(table.fields.size());
  empty[0] = value(uuid());

  EXPECT_TRUE(check_stored(table, empty));
  EXPECT_TRUE(json_of_row(table, empty).value().at("column4").is_null());
}

}  // namespace sambung::described_row_test

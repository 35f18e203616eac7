#include <sambung/storage/value.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sambung::value_test {
namespace {

using testing::probe;

field of(column_type type) {
  field f;
  f.name = "column";
  f.type = type;
  return f;
}

probe full() {
  probe p;
  p.id.value = testing::numbered(1);
  p.owner_id.value = testing::numbered(2);
  p.name = "name";
  p.label = "";
  p.active = true;
  p.rank = std::numeric_limits<std::int64_t>::min();
  p.weight = 0.1;
  p.made_at = timestamp(std::chrono::milliseconds(-5));
  p.due_at = timestamp(std::chrono::milliseconds(5));
  p.color = testing::probe_color::green;
  p.tags = {"a", "b"};
  p.extra = boost::json::object{{"k", 1}};
  p.body = "日本";
  return p;
}

TEST(Value, CarriesARecordThereAndBack) {
  EXPECT_EQ(from_row<probe>(to_row(full())), full());
  EXPECT_EQ(from_row<probe>(to_row(probe())), probe());
}

TEST(Value, MakesRowsThatFitTheirDescription) {
  auto const in = to_row(full());
  auto const& fields = description_of<probe>().fields;
  for (std::size_t i = 0; i < in.size(); ++i) EXPECT_EQ(value_fault(in[i], fields[i]), std::nullopt) << fields[i].name;
}

TEST(Value, ReportsDamagedRows) {
  auto const damaged = [](std::size_t column, value v) {
    auto in = to_row(full());
    in[column] = std::move(v);
    try {
      from_row<probe>(in);
      return errc::internal;
    } catch (error const& e) {
      return e.code();
    }
  };

  EXPECT_EQ(damaged(0, value(true)), errc::data_loss);
  EXPECT_EQ(damaged(2, value()), errc::data_loss);
  EXPECT_EQ(damaged(9, value("mauve")), errc::data_loss);
  EXPECT_EQ(damaged(10, value("{")), errc::data_loss);
  EXPECT_EQ(damaged(10, value("{}")), errc::data_loss);
  auto narrow = to_row(full());
  narrow.pop_back();
  EXPECT_THROW(from_row<probe>(narrow), error);
}

TEST(Value, AcceptsOnlyTheTypeOfItsColumn) {
  std::vector<std::pair<column_type, value>> const fitting{
      {column_type::boolean, value(true)},   {column_type::integer, value(std::int64_t(1))},
      {column_type::real, value(1.0)},       {column_type::text, value("x")},
      {column_type::uuid, value(uuid())},    {column_type::timestamp, value(std::int64_t(1))},
      {column_type::json, value("[1, {}]")},
  };
  for (auto const& [type, v] : fitting)
    for (auto const& [other, ignored] : fitting) {
      bool const alike = v.index() == ignored.index() && other != column_type::json;
      EXPECT_EQ(!value_fault(v, of(other)), alike || type == other)
          << static_cast<int>(type) << static_cast<int>(other);
    }
}

TEST(Value, TakesNullOnlyWhereItMayBe) {
  auto f = of(column_type::text);

  EXPECT_EQ(value_fault(value(), f), "must not be null");
  f.nullable = true;
  EXPECT_EQ(value_fault(value(), f), std::nullopt);
}

TEST(Value, HoldsToTheLimitsOfAField) {
  auto text = of(column_type::text);
  text.min_bytes = 2;
  text.max_bytes = 3;
  auto number = of(column_type::integer);
  number.minimum = 0;
  number.maximum = 9;

  EXPECT_TRUE(value_fault(value("x"), text));
  EXPECT_FALSE(value_fault(value("xx"), text));
  EXPECT_TRUE(value_fault(value("xxxx"), text));
  EXPECT_TRUE(value_fault(value(std::int64_t(-1)), number));
  EXPECT_FALSE(value_fault(value(std::int64_t(9)), number));
  EXPECT_TRUE(value_fault(value(std::int64_t(10)), number));
}

TEST(Value, RefusesWhatNoBackendCouldKeep) {
  EXPECT_TRUE(value_fault(value(std::nan("")), of(column_type::real)));
  EXPECT_TRUE(value_fault(value(HUGE_VAL), of(column_type::real)));
  EXPECT_TRUE(value_fault(value(std::string("\0", 1)), of(column_type::text)));
  EXPECT_TRUE(value_fault(value("\xed\xa0\x80"), of(column_type::text)));
  for (auto const* text : {"", "{", "[1,]", "nul", "1 2", "\"\\u0000\"", "1e999", "{\"a\\u0000\":1}"})
    EXPECT_TRUE(value_fault(value(text), of(column_type::json))) << text;
}

TEST(Value, TakesEveryNumberThatJsonCanHave) {
  for (auto const* text : {"0", "-9223372036854775808", "9223372036854775807", "18446744073709551615", "0.1", "1e300"})
    EXPECT_EQ(value_fault(value(text), of(column_type::json)), std::nullopt) << text;
}

TEST(Value, StoresMinusZeroAsZero) {
  EXPECT_FALSE(std::signbit(std::get<double>(stored_value(value(-0.0)))));
  EXPECT_EQ(stored_value(value("-0.0")), value("-0.0"));
}

}  // namespace
}  // namespace sambung::value_test

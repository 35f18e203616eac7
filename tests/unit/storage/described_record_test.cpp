#include <sambung/storage/described_row.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

namespace sambung::described_record_test {
namespace {

using testing::probe;

probe full() {
  probe p;
  p.id.value = testing::numbered(1);
  p.owner_id.value = testing::numbered(2);
  p.name = "name";
  p.active = true;
  p.weight = 0.1;
  p.made_at = timestamp(std::chrono::milliseconds(5));
  p.color = testing::probe_color::green;
  p.tags = {"a", "b"};
  p.extra = boost::json::object{{"k", 1}};
  return p;
}

std::size_t position_of(char const* column) { return *description_of<probe>().position(column); }

TEST(DescribedRecord, IsTheJsonOfTheRecord) {
  for (auto const& one : {full(), probe()}) {
    auto const json = json_of_row(description_of<probe>(), to_row(one));

    ASSERT_TRUE(json);
    EXPECT_EQ(boost::json::value(*json), to_json(one));
  }
}

TEST(DescribedRecord, SaysThatARowIsDamaged) {
  auto const whole = to_row(full());
  auto narrow = whole;
  narrow.pop_back();
  auto nameless = whole;
  nameless[position_of("color")] = value("mauve");
  auto lacking = whole;
  lacking[position_of("name")] = value();
  auto garbled = whole;
  garbled[position_of("tags")] = value("[");
  auto other = whole;
  other[position_of("active")] = value("true");

  for (auto const& damaged : {narrow, nameless, lacking, garbled, other}) {
    auto const json = json_of_row(description_of<probe>(), damaged);

    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().code, errc::data_loss);
  }
}

}  // namespace
}  // namespace sambung::described_record_test

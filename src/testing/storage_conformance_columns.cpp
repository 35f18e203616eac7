// Columns and rows: every value is read as it was written.
#include "testing/conformance_bench.hpp"

#include <cmath>
#include <limits>

namespace sambung::testing::conformance {
namespace {

void inserts_every_type_of_value(bench& b) {
  auto p = b.sample(1);
  p.label = "a label";
  p.active = true;
  p.weight = 0.1;
  p.made_at = timestamp(std::chrono::milliseconds(1'700'000'000'123));
  p.due_at = timestamp(std::chrono::milliseconds(-1));
  p.color = probe_color::blue;
  p.tags = {"x", "", "\"quoted\""};
  p.extra = boost::json::object{{"deep", {{"list", {1, 2.5, nullptr, "é"}}}}};

  auto const done = b.write(insert(p));

  EXPECT_EQ(done.value().rows, 1U);
  EXPECT_EQ(b.find(p.id), p);
}

void keeps_null_and_empty_text_apart(bench& b) {
  auto with = b.sample(1), without = b.sample(2);
  with.label = "";
  b.write(insert(with)).value();
  b.write(insert(without)).value();

  EXPECT_EQ(b.find(with.id)->label, "");
  EXPECT_EQ(b.find(without.id)->label, std::nullopt);
  EXPECT_EQ(b.ranks(all().where("label", comparison::equal, value(""))), numbers{1});
  EXPECT_EQ(b.ranks(all().where("label", comparison::is_null)), numbers{2});
}

void keeps_text_byte_for_byte(bench& b) {
  std::vector<std::string> const texts{"it's \"quoted\"",
                                       "100% _sure_ \\ \\n",
                                       "'; DROP TABLE probes; --",
                                       "😀👩‍👩‍👧",
                                       "e\xCC\x81 is not \xC3\xA9",
                                       " \t\r\n ",
                                       "\x01\x7f",
                                       "$1 ?1 :a @b",
                                       std::string(200, 'x')};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto p = b.sample(i);
    p.name = texts[i];
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->name, texts[i]);
    EXPECT_EQ(b.ranks(all().where("name", comparison::equal, value(texts[i]))), numbers{p.rank}) << texts[i];
  }
}

void keeps_the_limits_of_integers(bench& b) {
  for (auto const number : {lowest, lowest + 1, std::int64_t(-1), std::int64_t(0), highest}) {
    auto p = b.sample(static_cast<std::uint64_t>(number));
    p.revision = number;
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->revision, number);
    EXPECT_EQ(b.find(p.id)->rank, number);
  }
}

void keeps_doubles_exactly(bench& b) {
  using limits = std::numeric_limits<double>;
  std::uint64_t number = 0;
  for (double const d : {0.1, -0.1, 1e300, limits::denorm_min(), limits::min(), limits::max(), limits::lowest(),
                         9007199254740993.0, 3.0, 1e15, -1e-320}) {
    auto p = b.sample(++number);
    p.weight = d;
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->weight, d);
    EXPECT_EQ(b.ranks(all().where("weight", comparison::equal, value(d))), numbers{p.rank}) << d;
  }
}

void stores_minus_zero_as_zero(bench& b) {
  auto p = b.sample(1);
  p.weight = -0.0;
  b.write(insert(p)).value();

  EXPECT_FALSE(std::signbit(b.find(p.id)->weight));
  EXPECT_EQ(b.ranks(all().where("weight", comparison::equal, value(-0.0))), numbers{1});
}

void keeps_any_timestamp(bench& b) {
  std::uint64_t number = 0;
  for (auto const ms : {lowest, std::int64_t(-62'135'596'800'000), std::int64_t(-1), std::int64_t(0), highest}) {
    auto p = b.sample(++number);
    p.made_at = timestamp(std::chrono::milliseconds(ms));
    b.write(insert(p)).value();
    EXPECT_EQ(b.find(p.id)->made_at, p.made_at);
  }
}

void keeps_large_rows(bench& b) {
  auto p = b.sample(1);
  p.body = std::string(100'000, 'y');
  b.write(insert(p)).value();

  EXPECT_EQ(b.find(p.id)->body.size(), 100'000U);
}

}  // namespace

cases columns() {
  return {
      {"InsertsEveryTypeOfValue", inserts_every_type_of_value},
      {"KeepsNullAndEmptyTextApart", keeps_null_and_empty_text_apart},
      {"KeepsTextByteForByte", keeps_text_byte_for_byte},
      {"KeepsTheLimitsOfIntegers", keeps_the_limits_of_integers},
      {"KeepsDoublesExactly", keeps_doubles_exactly},
      {"StoresMinusZeroAsZero", stores_minus_zero_as_zero},
      {"KeepsAnyTimestamp", keeps_any_timestamp},
      {"KeepsLargeRows", keeps_large_rows},
  };
}

}  // namespace sambung::testing::conformance

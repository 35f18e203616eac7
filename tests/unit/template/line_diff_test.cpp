#include <sambung/template/line_diff.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sambung::line_diff_test {
namespace {

// "=a -b +c"
std::string shown(std::vector<diff_line> const& lines) {
  std::string text;
  for (auto const& one : lines) {
    if (!text.empty()) text += ' ';
    text += one.change == line_change::same ? '=' : one.change == line_change::added ? '+' : '-';
    text += one.text;
  }
  return text;
}

std::string side(std::vector<diff_line> const& lines, line_change left_out) {
  std::string text;
  for (auto const& one : lines)
    if (one.change != left_out) text += one.text + '\n';
  return text;
}

std::size_t differing(std::vector<diff_line> const& lines) {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [](auto const& l) { return l.change != line_change::same; }));
}

// The longest common subsequence by the textbook's table.
std::size_t fewest(std::string const& a, std::string const& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j)
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
  return a.size() + b.size() - 2 * table[a.size()][b.size()];
}

std::string lines_of(std::string const& letters) {
  std::string text;
  for (auto const c : letters) text += std::string(1, c) + '\n';
  return text;
}

TEST(LineDiff, SaysWhatWasRemovedAndAdded) {
  EXPECT_EQ(shown(line_diff("a\nb\nc", "a\nc\nd")), "=a -b =c +d");
  EXPECT_EQ(shown(line_diff("", "a")), "+a");
  EXPECT_EQ(shown(line_diff("a", "")), "-a");
  EXPECT_EQ(shown(line_diff("", "")), "");
  EXPECT_EQ(shown(line_diff("a\n\nb", "a\n\nb")), "=a = =b");
  EXPECT_EQ(shown(line_diff("x", "y")), "-x +y");
}

TEST(LineDiff, IsTheShortestThereIs) {
  std::mt19937 random(3);
  for (int i = 0; i < 2'000; ++i) {
    std::string before, after;
    for (auto left = random() % 14; left > 0; --left) before += static_cast<char>('a' + random() % 4);
    for (auto left = random() % 14; left > 0; --left) after += static_cast<char>('a' + random() % 4);
    auto const found = line_diff(lines_of(before), lines_of(after));
    ASSERT_EQ(side(found, line_change::added), lines_of(before)) << before << ' ' << after;
    ASSERT_EQ(side(found, line_change::removed), lines_of(after)) << before << ' ' << after;
    ASSERT_EQ(differing(found), fewest(before, after)) << before << ' ' << after;
  }
}

TEST(LineDiff, ReplacesTextsThatDifferInTooManyLines) {
  std::string before = "first\n", after = "first\n";
  for (int i = 0; i < 100'000; ++i) before += "a\n", after += i % 2 ? "b\n" : "c\n";
  before += "last\n", after += "last\n";
  auto const found = line_diff(before, after);
  EXPECT_EQ(differing(found), 200'000u);
  EXPECT_EQ(found.front().change, line_change::same);
  EXPECT_EQ(found.back().text, "last");
  EXPECT_EQ(side(found, line_change::added), before);
}

}  // namespace
}  // namespace sambung::line_diff_test

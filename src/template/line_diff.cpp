#include <sambung/template/line_diff.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace sambung {
namespace {

// Time and memory grow with its square.
constexpr int max_differing_lines = 1'000;

using lines = std::vector<std::string_view>;

lines lines_of(std::string_view text) {
  lines all;
  while (!text.empty()) {
    auto const end = std::min(text.find('\n'), text.size());
    all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

// Lines as numbers, which are compared at once.
class numbering {
 public:
  std::vector<int> operator()(lines const& of) {
    std::vector<int> numbers;
    numbers.reserve(of.size());
    for (auto const line : of) numbers.push_back(known_.emplace(line, static_cast<int>(known_.size())).first->second);
    return numbers;
  }

 private:
  std::unordered_map<std::string_view, int> known_;
};

// How far each diagonal k = x - y is reached with d differences: Myers' V.
class frontier {
 public:
  explicit frontier(int d) : d_(d), reached_(static_cast<std::size_t>(2 * d + 3), -1) {}
  int& operator[](int k) { return reached_[static_cast<std::size_t>(k + d_ + 1)]; }
  int operator[](int k) const { return reached_[static_cast<std::size_t>(k + d_ + 1)]; }

 private:
  int d_;
  std::vector<int> reached_;
};

bool comes_from_above(frontier const& of, int k, int d) { return k == -d || (k != d && of[k - 1] < of[k + 1]); }

class shortest_edit {
 public:
  shortest_edit(std::vector<int> before, std::vector<int> after)
      : before_(std::move(before)), after_(std::move(after)) {}

  // One change for each line of both; empty when they differ in too many.
  std::optional<std::vector<line_change>> find() {
    frontier start(0);
    start[1] = 0;
    steps_.push_back(std::move(start));
    for (int d = 0; d <= max_differing_lines; ++d)
      if (advance(d)) return walk_back(d);
    return std::nullopt;
  }

 private:
  int size(std::vector<int> const& of) const { return static_cast<int>(of.size()); }

  // Follows equal lines from every end with d differences; whether one is the end of both.
  bool advance(int d) {
    frontier const& last = steps_.back();
    frontier next(d + 1);
    bool done = false;
    for (int k = -d; k <= d && !done; k += 2) {
      int x = comes_from_above(last, k, d) ? last[k + 1] : last[k - 1] + 1;
      while (x < size(before_) && x - k < size(after_) && same(x, x - k)) ++x;
      next[k] = x;
      done = x >= size(before_) && x - k >= size(after_);
    }
    steps_.push_back(std::move(next));
    return done;
  }
  bool same(int x, int y) const { return before_[static_cast<std::size_t>(x)] == after_[static_cast<std::size_t>(y)]; }

  std::vector<line_change> walk_back(int d) const {
    std::vector<line_change> changes;
    int x = size(before_);
    int y = size(after_);
    for (; d > 0; --d) {
      frontier const& last = steps_[static_cast<std::size_t>(d)];
      bool const added = comes_from_above(last, x - y, d);
      int const k = added ? x - y + 1 : x - y - 1;
      int const from = added ? last[k] : last[k] + 1;  // where the equal lines behind the difference begin
      changes.insert(changes.end(), static_cast<std::size_t>(x - from), line_change::same);
      changes.push_back(added ? line_change::added : line_change::removed);
      x = last[k];
      y = x - k;
    }
    changes.insert(changes.end(), static_cast<std::size_t>(x), line_change::same);
    std::ranges::reverse(changes);
    return changes;
  }

  std::vector<int> before_;
  std::vector<int> after_;
  std::vector<frontier> steps_;
};

std::vector<line_change> all_replaced(std::size_t before, std::size_t after) {
  std::vector<line_change> changes(before, line_change::removed);
  changes.insert(changes.end(), after, line_change::added);
  return changes;
}

// What the lines begin with alike.
std::size_t common_prefix(lines const& a, lines const& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

std::vector<line_change> changes_between(lines const& before, lines const& after) {
  numbering number;
  auto numbered = number(before);
  auto found = shortest_edit(std::move(numbered), number(after)).find();
  return found ? std::move(*found) : all_replaced(before.size(), after.size());
}

}  // namespace

std::vector<diff_line> line_diff(std::string_view before, std::string_view after) {
  auto old_lines = lines_of(before);
  auto new_lines = lines_of(after);
  auto const begin = common_prefix(old_lines, new_lines);
  std::vector<diff_line> all;
  for (std::size_t i = 0; i < begin; ++i) all.push_back({line_change::same, std::string(old_lines[i])});
  old_lines.erase(old_lines.begin(), old_lines.begin() + static_cast<std::ptrdiff_t>(begin));
  new_lines.erase(new_lines.begin(), new_lines.begin() + static_cast<std::ptrdiff_t>(begin));
  lines tail;
  while (!old_lines.empty() && !new_lines.empty() && old_lines.back() == new_lines.back()) {
    tail.push_back(old_lines.back());
    old_lines.pop_back();
    new_lines.pop_back();
  }
  auto removed = old_lines.begin();
  auto added = new_lines.begin();
  for (auto const change : changes_between(old_lines, new_lines)) {
    all.push_back({change, std::string(change == line_change::added ? *added : *removed)});
    if (change != line_change::added) ++removed;
    if (change != line_change::removed) ++added;
  }
  for (auto line = tail.rbegin(); line != tail.rend(); ++line) all.push_back({line_change::same, std::string(*line)});
  return all;
}

}  // namespace sambung

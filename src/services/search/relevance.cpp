#include "services/search/relevance.hpp"

#include <sambung/storage/query.hpp>

#include "storage/words.hpp"

#include <algorithm>

namespace sambung {
namespace {

constexpr double k1 = 1.2;
constexpr double b = 0.75;

// How long a text is, and how often it has each of the wanted words, which are in order.
struct word_tally {
  double words = 0;
  std::vector<double> times;
};

// Word by word: a text has tens of thousands of them.
word_tally tally_of(std::string_view text, std::vector<std::string> const& wanted) {
  word_tally out;
  out.times.resize(wanted.size());
  auto const count = [&](std::string const& word) {
    auto const at = std::ranges::lower_bound(wanted, word);
    if (at != wanted.end() && *at == word) ++out.times[static_cast<std::size_t>(at - wanted.begin())];
  };
  detail::word_reader reader(text);
  std::string before;
  while (auto found = reader.next()) {
    ++out.words;
    if (found->goes_on) count(before + found->word);
    count(found->word);
    before = std::move(found->word);
  }
  return out;
}

}  // namespace

// Every text has every word, so that none is rarer than another one and their weights are alike.
std::vector<double> relevance_of(std::vector<std::string> const& texts, std::string_view searched) {
  auto wanted = search_words(searched);
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  std::vector<word_tally> said;
  double words = 0;
  for (auto const& text : texts) {
    said.push_back(tally_of(text, wanted));
    words += said.back().words;
  }
  auto const average = std::max(1.0, words / static_cast<double>(std::max<std::size_t>(said.size(), 1)));
  std::vector<double> out;
  for (auto const& one : said) {
    auto const length = k1 * (1 - b + b * one.words / average);
    double sum = 0;
    for (auto const times : one.times) sum += times * (k1 + 1) / (times + length);
    out.push_back(sum);
  }
  return out;
}

}  // namespace sambung

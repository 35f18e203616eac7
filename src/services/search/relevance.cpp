#include "services/search/relevance.hpp"

#include <sambung/storage/query.hpp>

#include <algorithm>
#include <numeric>

namespace sambung {
namespace {

constexpr double k1 = 1.2;
constexpr double b = 0.75;

}  // namespace

// Every text has every word, so that none is rarer than another one and their weights are alike.
std::vector<double> relevance_of(std::vector<std::string> const& texts, std::string_view searched) {
  auto wanted = search_words(searched);
  std::ranges::sort(wanted);
  wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
  std::vector<std::vector<std::string>> said;
  for (auto const& text : texts) said.push_back(search_words(text));
  auto const words = std::accumulate(said.begin(), said.end(), 0.0,
                                     [](double sum, auto const& one) { return sum + static_cast<double>(one.size()); });
  auto const average = std::max(1.0, words / static_cast<double>(std::max<std::size_t>(said.size(), 1)));
  std::vector<double> out;
  for (auto const& one : said) {
    auto const length = k1 * (1 - b + b * static_cast<double>(one.size()) / average);
    double sum = 0;
    for (auto const& word : wanted) {
      auto const times = static_cast<double>(std::ranges::count(one, word));
      sum += times * (k1 + 1) / (times + length);
    }
    out.push_back(sum);
  }
  return out;
}

}  // namespace sambung

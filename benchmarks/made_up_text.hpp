// Text of words that nobody uses, as often as words are used: the n-th most frequent is n times rarer than the first.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

class made_up_text {
 public:
  made_up_text() {
    double sum = 0;
    for (unsigned rank = 0; rank < vocabulary; ++rank) shares_.push_back(sum += 1.0 / (rank + 1));
  }

  // Of two or three syllables, another one for each rank under 20,000.
  static std::string word(unsigned rank) {
    constexpr std::string_view consonants = "bcdfghjklmnprstvwyz", vowels = "aeiou";
    constexpr auto syllables = static_cast<unsigned>(consonants.size() * vowels.size());
    std::string out;
    for (unsigned left = rank + syllables; left > 0; left /= syllables) {
      out += consonants[left % syllables / vowels.size()];
      out += vowels[left % vowels.size()];
    }
    return out;
  }
  // One that is never made up.
  static std::string rare_word() { return "quoxquox"; }

  std::string words(std::size_t count) {
    std::string out;
    std::uniform_real_distribution<double> anywhere(0, shares_.back());
    for (std::size_t i = 0; i < count; ++i) {
      auto const place = std::ranges::lower_bound(shares_, anywhere(random_));
      if (i > 0) out += ' ';
      out += word(static_cast<unsigned>(std::min<std::ptrdiff_t>(place - shares_.begin(), vocabulary - 1)));
    }
    return out;
  }
  // 10 to 90 words: some 250 bytes.
  std::string message() { return words(std::uniform_int_distribution<std::size_t>(10, 90)(random_)); }

 private:
  static constexpr unsigned vocabulary = 20'000;

  std::mt19937_64 random_{7};
  std::vector<double> shares_;  // of all words up to each rank
};

#include "server/setup/secret_strength.hpp"

#include <algorithm>
#include <cstddef>

namespace sambung::setup {
namespace {

// In characters of a generator's: some 4 bits each where they are hexadecimal digits.
constexpr double least = 24;
// Of a list of words that somebody may have, one among some thousands.
constexpr double of_a_word = 2.5;
constexpr std::size_t least_letters = 6;  // in a row of one case: random text seldom has as many
constexpr std::size_t least_repeated = 4;
constexpr std::size_t least_run = 4;
constexpr std::size_t looked_at = 256;  // bytes

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Is>
std::size_t length_while(std::string_view text, Is is) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is) - text.begin());
}

bool is_separator(char c) { return !is_small(c) && !is_capital(c) && !is_digit(c); }

// "secret", "Secret" or "SECRET" where a separator or nothing stands on both sides, or of many letters; 0: none.
std::size_t word_length(std::string_view before, std::string_view text) {
  auto const capitals = length_while(text, is_capital);
  auto const length = capitals > 1 ? capitals : capitals + length_while(text.substr(capitals), is_small);
  bool const stands_alone =
      (before.empty() || is_separator(before.back())) && (length == text.size() || is_separator(text[length]));
  return stands_alone || length >= least_letters ? length : 0;
}

// "aaaa", "1234", "dcba".
std::size_t run_length(std::string_view text) {
  if (text.size() < least_run) return 0;
  auto const step = text[1] - text[0];
  if (step < -1 || step > 1) return 0;
  std::size_t length = 2;
  while (length < text.size() && text[length] - text[length - 1] == step) ++length;
  return length >= least_run ? length : 0;
}

// What stood in `before` already.
std::size_t repeated_length(std::string_view before, std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && before.find(text.substr(0, length + 1)) != before.npos) ++length;
  return length >= least_repeated ? length : 0;
}

// What a secret goes on with, and how much of it nobody could know before.
struct piece {
  std::size_t length;
  double unknown;
};

piece next_piece(std::string_view before, std::string_view text) {
  if (auto const repeated = repeated_length(before, text)) return {repeated, 0};
  if (auto const run = run_length(text)) return {run, 1};
  auto const word = word_length(before, text);
  if (word == 0) return {1, 1};
  bool const separated = word < text.size() && is_separator(text[word]);
  return {word + separated, std::min(of_a_word, static_cast<double>(word))};
}

}  // namespace

bool is_guessable(std::string_view secret) {
  secret = secret.substr(0, looked_at);
  double unknown = 0;
  for (std::size_t at = 0; at < secret.size();) {
    auto const next = next_piece(secret.substr(0, at), secret.substr(at));
    at += next.length;
    unknown += next.unknown;
  }
  return unknown < least;
}

}  // namespace sambung::setup

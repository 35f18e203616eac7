#include "context/context_budget.hpp"

#include <algorithm>

namespace sambung {
namespace {

// Of the budget, per cent, that the history has before what may be searched for does.
constexpr std::int64_t history_floor = 25;

bool begins_character(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

// The longest beginning of at most `bytes` that ends between words, or else between characters.
std::string_view beginning_of(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text;
  while (bytes > 0 && !begins_character(text, bytes)) --bytes;
  auto const space = text.substr(0, bytes).find_last_of(" \n\t");
  return text.substr(0, space == text.npos || space < bytes / 2 ? bytes : space);
}

std::string_view end_of(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text;
  auto from = text.size() - bytes;
  while (from < text.size() && !begins_character(text, from)) ++from;
  auto const space = text.find_first_of(" \n\t", from);
  return text.substr(space == text.npos || space - from > bytes / 2 ? from : space + 1);
}

std::size_t number_of(context_place place) { return static_cast<std::size_t>(place); }

}  // namespace

// Each round takes what the last one says is too much; the counter need not be in proportion to bytes.
std::string trimmed_to(std::string const& text, std::int64_t tokens, context_trim side, token_counter& counter,
                       std::string const& model) {
  constexpr int rounds = 16;
  std::string_view left = text;
  for (int i = 0; i < rounds && tokens > 0 && !left.empty(); ++i) {
    auto const has = counter.count(model, left);
    if (has <= tokens) return std::string(left);
    auto const share = static_cast<double>(tokens) / static_cast<double>(has);
    auto const bytes = std::min(static_cast<std::size_t>(static_cast<double>(left.size()) * share), left.size() - 1);
    left = side == context_trim::head ? end_of(left, bytes) : beginning_of(left, bytes);
  }
  return {};
}

result<budgeted> context_budget::take(std::vector<context_block> blocks, std::int64_t question,
                                      std::vector<std::int64_t> const& newest_first) {
  used_by_place_.assign(number_of(context_place::at_depth) + 1, 0);
  budgeted made;
  for (auto& block : blocks) {
    auto& one = made.blocks.emplace_back(std::move(block));
    one.reason = one.block.reason;
    one.tokens = tokens_of(one.block.text);
  }
  if (auto const fits = take_mandatory(made.blocks, question); !fits) return fits.error();
  take_rank(made.blocks, context_rank::second);
  std::int64_t of_history = 0;
  take_history(newest_first, budget_ * history_floor / 100, made.history, of_history);
  take_rank(made.blocks, context_rank::third);
  take_history(newest_first, budget_, made.history, of_history);
  return made;
}

result<void> context_budget::take_mandatory(std::vector<placed_block>& blocks, std::int64_t question) {
  std::vector<issue> sizes;
  sizes.push_back({"question", std::to_string(question) + " tokens"});
  left_ -= question;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].block.rank != context_rank::mandatory) continue;
    left_ -= blocks[i].tokens;
    used_by_place_[number_of(blocks[i].block.place)] += blocks[i].tokens;
    sizes.push_back({"blocks[" + std::to_string(i) + "]", std::to_string(blocks[i].tokens) + " tokens"});
  }
  if (left_ >= 0) return {};
  return failure(errc::payload_too_large,
                 "what the prompt must have is over its " + std::to_string(budget_) + " tokens", std::move(sizes));
}

void context_budget::take_rank(std::vector<placed_block>& blocks, context_rank which) {
  for (auto& one : blocks) {
    if (one.block.rank != which) continue;
    fit(one, std::min(left_, cap_left(one.block)));
    if (!one.is_in()) continue;
    left_ -= one.tokens;
    used_by_place_[number_of(one.block.place)] += one.tokens;
  }
}

// Whole messages, newest first, until they have `most` tokens together; the first that does not fit ends it.
void context_budget::take_history(std::vector<std::int64_t> const& newest_first, std::int64_t most, std::size_t& taken,
                                  std::int64_t& tokens) {
  while (taken < newest_first.size() && tokens < most && newest_first[taken] <= left_) {
    tokens += newest_first[taken];
    left_ -= newest_first[taken];
    ++taken;
  }
}

void context_budget::fit(placed_block& one, std::int64_t room) {
  if (one.tokens <= room) return;
  one.reason = context_reason::budget;
  auto cut = one.block.trim == context_trim::none
                 ? std::string()
                 : trimmed_to(one.block.text, room - tokens_per_message, one.block.trim, counter_, model_);
  one.state = cut.empty() ? block_state::dropped : block_state::trimmed;
  if (cut.empty()) return;
  one.block.text = std::move(cut);
  one.tokens = tokens_of(one.block.text);
}

std::int64_t context_budget::cap_left(context_block const& block) const {
  return budget_ * block.cap / 100 - used_by_place_[number_of(block.place)];
}

std::int64_t context_budget::tokens_of(std::string const& text) const {
  return counter_.count(model_, text) + tokens_per_message;
}

}  // namespace sambung

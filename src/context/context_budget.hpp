// context_budget: what of the blocks and of the history fits.
#pragma once

#include <sambung/core/error.hpp>
#include <sambung/provider/token_counter.hpp>

#include "context/context_block.hpp"

#include <string>
#include <vector>

namespace sambung {

struct budgeted {
  std::vector<placed_block> blocks;  // as they were given
  std::size_t history = 0;           // so many of the newest messages
};

// One prompt's. Lifetime: `counter` outlives it.
class context_budget {
 public:
  // `model` is "provider/model".
  context_budget(std::int64_t tokens, token_counter& counter, std::string model)
      : budget_(tokens), left_(tokens), counter_(counter), model_(std::move(model)) {}

  // `newest_first` are the history's messages without the question, which takes `question` tokens.
  // errc::payload_too_large, with the size of each, when what is mandatory does not fit.
  result<budgeted> take(std::vector<context_block> blocks, std::int64_t question,
                        std::vector<std::int64_t> const& newest_first);

 private:
  result<void> take_mandatory(std::vector<placed_block>& blocks, std::int64_t question);
  void take_rank(std::vector<placed_block>& blocks, context_rank which);
  void take_history(std::vector<std::int64_t> const& newest_first, std::int64_t most, std::size_t& taken,
                    std::int64_t& tokens);
  void fit(placed_block& one, std::int64_t room);
  std::int64_t cap_left(context_block const& block) const;
  std::int64_t tokens_of(std::string const& text) const;

  std::int64_t const budget_;
  std::int64_t left_;
  std::vector<std::int64_t> used_by_place_;
  token_counter& counter_;
  std::string model_;
};

// The part of a text that has at most so many tokens, cut between words where there are any. Empty when nothing fits.
std::string trimmed_to(std::string const& text, std::int64_t tokens, context_trim side, token_counter& counter,
                       std::string const& model);

}  // namespace sambung

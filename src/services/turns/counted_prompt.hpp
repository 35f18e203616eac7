// counted_prompt: what one call's prompt takes, and what the vendor's own count then teaches.
#pragma once

#include <sambung/provider/token_counter.hpp>

#include <string>

namespace sambung {

// Lifetime: `by` outlives it.
class counted_prompt {
 public:
  // `model` is "provider/model".
  counted_prompt(token_counter& by, std::string model, completion_request const& request);

  std::int64_t tokens() const { return tokens_; }

  // The vendor has told what the call took. An estimate of ours teaches nothing, nor does a prompt with media, whose
  // share nobody knows.
  void reported(token_usage const& used) const;

 private:
  token_counter& by_;
  std::string model_;
  std::int64_t tokens_ = 0;
  std::int64_t estimated_ = 0;  // tools included, which a vendor counts as well
  bool has_media_ = false;
};

// What the definitions of tools take in a prompt, as estimate_tokens() counts.
std::int64_t tokens_of_tools(boost::json::array const& tools);

}  // namespace sambung

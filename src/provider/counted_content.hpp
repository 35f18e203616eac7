// counted_content: what of a message is counted as tokens.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/completion.hpp>

#include <cstddef>
#include <cstdint>

namespace sambung {

// More than any prompt has: sums of counts up to it stay far from the end of their type.
inline constexpr std::int64_t most_tokens = 1'000'000'000'000;

struct counted_content {
  std::size_t text_bytes = 0;
  std::int64_t media_tokens = 0;  // of images and files, as token_counter.hpp takes them
};

SAMBUNG_API counted_content content_of(prompt_message const& message);

}  // namespace sambung

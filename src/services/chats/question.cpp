#include "services/chats/question.hpp"

#include <sambung/core/error.hpp>
#include <sambung/core/json_codec.hpp>

#include <string>

namespace sambung {
namespace {

// The most text one message of a user may have, in bytes.
constexpr std::size_t max_question_bytes = 1'048'576;

}  // namespace

void check_parts(std::vector<part> const& parts) {
  validate(parts).value();
  std::vector<issue> issues;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto const path = "parts[" + std::to_string(i) + "]";
    if (auto const* text = std::get_if<text_part>(&parts[i])) {
      bytes += text->text.size();
      if (text->text.empty()) issues.push_back({path + ".text", "must not be empty"});
    } else if (auto const* image = std::get_if<image_part>(&parts[i])) {
      bytes += image->url.size();
    } else if (auto const* file = std::get_if<file_part>(&parts[i])) {
      bytes += file->url.size();
    } else {
      issues.push_back({path + ".type", "a user's message holds text, images and files"});
    }
  }
  if (parts.empty()) issues.push_back({"parts", "must not be empty"});
  if (!issues.empty()) {
    auto message = "invalid message: " + issues.front().path + ": " + issues.front().message;
    throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
  }
  if (bytes > max_question_bytes)
    throw error(errc::payload_too_large, "a message has at most " + std::to_string(max_question_bytes) + " bytes");
}

}  // namespace sambung

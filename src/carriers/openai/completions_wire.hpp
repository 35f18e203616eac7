// Whole answers and lists of models as OpenAI's clients read them. Pure.
// Source: openai-python and @ai-sdk/openai, which read what is written here; see docs/reference/http.md.
#pragma once

#include <sambung/provider/completion.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sambung::openai_server {

// What all pieces of one answer have in common.
struct answer_head {
  answer_head(std::string id_, std::int64_t created_, std::string model_)
      : id(std::move(id_)), created(created_), model(std::move(model_)) {}

  // The vendor's, where it gave any.
  void adopt(std::string_view vendors_id, std::int64_t vendors_created) {
    if (!vendors_id.empty()) id = vendors_id;
    if (vendors_created > 0) created = vendors_created;
  }

  // As the beginning of a JSON object.
  void append_to(std::string& out, std::string_view object) const;

  std::string id;        // "chatcmpl-..."
  std::int64_t created;  // UNIX seconds
  std::string model;     // the one that was asked for
};

// A whole answer: what the vendor said of it in this form, if it did, else what was decoded.
std::string encode_completion(answer_head head, completion const& answer);

std::string encode_models(std::span<model_info const> models);
std::string encode_model(model_info const& model);

}  // namespace sambung::openai_server

#include "services/chats/chat_document.hpp"

#include <sambung/core/json_codec.hpp>

#include "services/chats/markdown_chat.hpp"

namespace sambung {
namespace {

class json_chat_writer final : public chat_writer {
 public:
  std::string head(chat const& of, std::size_t damaged) override {
    return "{\"format\":\"" + std::string(chat_document_format) +
           "\",\"version\":" + std::to_string(chat_document_version) + ",\"damaged\":" + std::to_string(damaged) +
           ",\"chat\":" + to_json_text(of) + ",\"messages\":[";
  }
  std::string said(message const& one) override {
    auto const* between = is_first_ ? "\n" : ",\n";
    is_first_ = false;
    return between + to_json_text(one);
  }
  std::string end() override { return "\n]}\n"; }

 private:
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<chat_writer> chat_writer_for(export_format as) {
  if (as == export_format::json) return std::make_unique<json_chat_writer>();
  return markdown_writer();
}

}  // namespace sambung

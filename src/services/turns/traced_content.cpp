#include "services/turns/traced_content.hpp"

#include "core/enum_name.hpp"
#include "core/json_text.hpp"
#include "core/json_writer.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <ranges>

namespace sambung {
namespace {

// Of an id or a name; whoever made them may have made them long.
constexpr std::size_t max_id_bytes = 256;

// Writes the parts of one message within what is left.
class part_writer {
 public:
  part_writer(std::string& out, std::size_t& left) : out_(out), all_(out), left_(left) {}

  void add(part const& one) {
    if (left_ == 0) return;
    auto const before = out_.size();
    object_writer to(all_.next());
    std::visit([&](auto const& what) { write(to, what); }, one);
    to.end();
    left_ = is_cut_ ? 0 : left_ - std::min(left_, out_.size() - before);
  }
  void end() { all_.end(); }

 private:
  void write(object_writer& to, text_part const& one) { said(to, "text", "content", one.text); }
  void write(object_writer& to, reasoning_part const& one) { said(to, "reasoning", "content", one.text); }
  void write(object_writer& to, tool_call_part const& one) {
    said(to, "tool_call", "arguments", one.arguments);
    to.text("id", brief(one.id));
    to.text("name", brief(one.name));
  }
  void write(object_writer& to, tool_result_part const& one) {
    said(to, "tool_call_response", "response", one.text);
    to.text("id", brief(one.call_id));
  }
  void write(object_writer& to, image_part const&) { to.text("type", "image"); }
  void write(object_writer& to, file_part const&) { to.text("type", "file"); }
  void write(object_writer& to, error_part const&) { to.text("type", "error"); }

  static std::string_view brief(std::string_view text) { return text.substr(0, whole_characters(text, max_id_bytes)); }

  void said(object_writer& to, std::string_view type, std::string_view name, std::string_view text) {
    to.text("type", type);
    auto fits = whole_characters(text, left_);
    while (json_string_size(text.substr(0, fits)) > left_ + 2) fits = whole_characters(text, fits / 2);
    to.text(name, text.substr(0, fits));
    is_cut_ = fits < text.size();
  }

  std::string& out_;
  array_writer all_;
  std::size_t& left_;
  bool is_cut_ = false;
};

std::string encoded(prompt_message const& one, std::size_t& left) {
  std::string out;
  object_writer to(out);
  to.text("role", name_of(one.who));
  part_writer parts(to.key("parts"), left);
  for (auto const& each : one.parts) parts.add(each);
  parts.end();
  to.end();
  return out;
}

}  // namespace

std::string traced_input(std::vector<prompt_message> const& messages) {
  std::size_t left = max_traced_bytes;
  std::vector<std::string> newest;
  for (auto const& one : std::views::reverse(messages)) {
    if (left == 0) break;
    auto room = left;
    newest.push_back(encoded(one, room));
    left -= std::min(left, newest.back().size());
    if (room == 0) break;
  }
  std::string out;
  array_writer all(out);
  for (auto const& one : std::views::reverse(newest)) all.next() += one;
  all.end();
  return out;
}

std::string traced_output(std::string_view text, std::string_view finish_reason) {
  std::size_t left = max_traced_bytes;
  std::string out;
  array_writer all(out);
  object_writer answer(all.next());
  answer.text("role", "assistant");
  part_writer parts(answer.key("parts"), left);
  if (!text.empty()) parts.add(text_part{std::string(text), std::nullopt});
  parts.end();
  answer.text("finish_reason", finish_reason);
  answer.end();
  all.end();
  return out;
}

}  // namespace sambung

#include "services/chats/markdown_chat.hpp"

#include <sambung/core/time.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace sambung {
namespace {

std::string one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

// In a fence that nothing in it ends.
std::string in_fence(std::string const& text, std::string const& kind) {
  std::size_t longest = 2, run = 0;
  for (char const c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  std::string const fence(longest + 1, '`');
  return fence + kind + '\n' + text + (text.ends_with('\n') ? "" : "\n") + fence + '\n';
}

std::string code_of(std::string text) {
  std::ranges::replace(text, '`', '\'');
  return '`' + one_line(std::move(text)) + '`';
}

std::string quoted_lines(std::string const& text) {
  std::string out = "> ";
  for (char const c : text) {
    out += c;
    if (c == '\n') out += "> ";
  }
  return out + '\n';
}

// Data would be megabytes that nobody reads: of it the size is told.
std::string place_of(std::string const& url) {
  if (url.starts_with("data:")) return "(" + std::to_string(url.size()) + " bytes of data)";
  return "<" + one_line(url) + ">";
}

struct part_text {
  std::string operator()(text_part const& one) const { return one.text + '\n'; }
  std::string operator()(reasoning_part const& one) const { return "*Thought:*\n\n" + quoted_lines(one.text); }
  std::string operator()(tool_call_part const& one) const {
    return "*Called " + code_of(one.name) + ":*\n\n" + in_fence(one.arguments, "json");
  }
  std::string operator()(tool_result_part const& one) const {
    return (one.is_error ? "*It failed:*\n\n" : "*It gave:*\n\n") + in_fence(one.text, "");
  }
  std::string operator()(image_part const& one) const { return "*Image:* " + place_of(one.url) + '\n'; }
  std::string operator()(file_part const& one) const {
    return "*File " + code_of(one.name) + " (" + code_of(one.media_type) + "):* " + place_of(one.url) + '\n';
  }
  std::string operator()(error_part const& one) const {
    return "*Error " + code_of(one.code) + ":* " + one_line(one.message) + '\n';
  }
};

template <class E>
std::string word_of(E one) {
  return boost::describe::enum_to_string(one, "unknown");
}

std::string heading_of(role who) {
  switch (who) {
    case role::system:
      return "System";
    case role::user:
      return "User";
    case role::assistant:
      return "Assistant";
    case role::tool:
      return "Tool";
  }
  return "";
}

class markdown_chat_writer final : public chat_writer {
 public:
  std::string head(chat const& of, std::size_t damaged) override {
    auto out = "# " + one_line(of.title.empty() ? "Chat" : of.title) + "\n\n*" + to_iso8601(of.created_at) + ", " +
               one_line(of.model) + "*\n";
    if (!of.system_prompt.empty()) out += "\n*Told first:*\n\n" + quoted_lines(of.system_prompt);
    if (damaged > 0) out += "\n*Messages that could not be read: " + std::to_string(damaged) + "*\n";
    return out;
  }
  std::string said(message const& one) override {
    auto out = "\n## " + heading_of(one.role) + "\n\n*" + to_iso8601(one.created_at) +
               (one.model ? ", " + one_line(*one.model) : "") + end_of(one) + "*\n";
    for (auto const& piece : one.parts) out += '\n' + std::visit(part_text(), piece);
    return out;
  }
  std::string end() override { return ""; }

 private:
  static std::string end_of(message const& one) {
    if (one.state == message_state::complete) return "";
    auto out = ", " + word_of(one.state);
    if (one.reason) out += " (" + word_of(*one.reason) + ")";
    return out;
  }
};

}  // namespace

std::unique_ptr<chat_writer> markdown_writer() { return std::make_unique<markdown_chat_writer>(); }

}  // namespace sambung

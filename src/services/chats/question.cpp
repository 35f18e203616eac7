#include "services/chats/question.hpp"

#include <sambung/core/error.hpp>
#include <sambung/core/json_codec.hpp>

#include "core/text.hpp"
#include "provider/sampling_check.hpp"

#include <string>

namespace sambung {
namespace {

// The most text one message may have, in bytes.
constexpr std::size_t max_question_bytes = 1'048'576;

// A path or a script is nothing that a vendor could fetch.
bool is_media_url(std::string_view url) {
  auto const scheme = lower_case(url.substr(0, url.find(':')));
  return scheme.size() < url.size() && (scheme == "https" || scheme == "http" || scheme == "data");
}

struct url_check {
  bool operator()(image_part const& image) const { return is_media_url(image.url); }
  bool operator()(file_part const& file) const { return is_media_url(file.url); }
  bool operator()(auto const&) const { return true; }
};

// What is wrong with the kind of one part; empty when nothing is.
struct kind_check {
  role who;

  std::string operator()(text_part const& text) const { return text.text.empty() ? "must not be empty" : ""; }
  std::string operator()(image_part const&) const { return media(); }
  std::string operator()(file_part const&) const { return media(); }
  std::string operator()(reasoning_part const&) const { return of_answers(); }
  std::string operator()(tool_call_part const&) const { return of_answers(); }
  std::string operator()(tool_result_part const&) const { return of_answers(); }
  std::string operator()(error_part const&) const { return refused(); }

 private:
  std::string media() const { return who == role::system ? refused() : ""; }
  std::string of_answers() const { return who == role::assistant ? "" : refused(); }
  std::string refused() const {
    switch (who) {
      case role::user:
        return "a user's message holds text, images and files";
      case role::assistant:
        return "an answer holds text, reasoning, images, files, and calls of tools with their results";
      case role::system:
        return "an instruction holds text";
      case role::tool:
        break;
    }
    return "results of calls are parts of the answer that made them";
  }
};

std::string path_of(std::string_view message, std::size_t position) {
  return std::string(message) + "parts[" + std::to_string(position) + "]";
}

void add_part_issues(role who, std::vector<part> const& parts, std::string_view message, std::vector<issue>& issues) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto wrong = std::visit(kind_check{who}, parts[i]);
    bool const is_text = std::holds_alternative<text_part>(parts[i]);
    if (!wrong.empty()) issues.push_back({path_of(message, i) + (is_text ? ".text" : ".type"), std::move(wrong)});
    else if (!std::visit(url_check(), parts[i]))
      issues.push_back({path_of(message, i) + ".url", "must be an https:, http: or data: URL"});
  }
  if (parts.empty()) issues.push_back({std::string(message) + "parts", "must not be empty"});
}

void add_vendor_issues(std::vector<part> const& parts, std::string_view message, std::vector<issue>& issues) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    bool const has_data = std::visit([](auto const& one) { return one.provider_data.has_value(); }, parts[i]);
    if (has_data) issues.push_back({path_of(message, i) + ".providerData", "only a vendor's own answer has it"});
  }
}

// As validate(), with paths that begin at the list's name.
template <class T>
void check_described(std::string_view name, std::vector<T> const& list) {
  json_reader reader;
  reader.inside(name, [&] { detail::check_value(list, detail::any_text(), reader); });
  if (reader.failed()) throw error(reader.why());
}

void refuse(std::vector<issue> issues, std::string_view what) {
  if (issues.empty()) return;
  auto message = "invalid " + std::string(what) + ": " + issues.front().path + ": " + issues.front().message;
  throw error(failure(errc::invalid_argument, std::move(message), std::move(issues)));
}

void demand_bytes(std::size_t bytes, std::size_t most, std::string_view what) {
  if (bytes <= most) return;
  throw error(errc::payload_too_large, std::string(what) + " at most " + std::to_string(most) + " bytes");
}

}  // namespace

void check_parts(std::vector<part> const& parts) {
  check_described("parts", parts);
  std::vector<issue> issues;
  add_part_issues(role::user, parts, {}, issues);
  refuse(std::move(issues), "message");
  std::size_t bytes = 0;
  for (auto const& one : parts) {
    if (auto const* text = std::get_if<text_part>(&one)) bytes += text->text.size();
    else if (auto const* image = std::get_if<image_part>(&one)) bytes += image->url.size();
    else if (auto const* file = std::get_if<file_part>(&one)) bytes += file->url.size();
  }
  demand_bytes(bytes, max_question_bytes, "a message has");
}

void check_options(send_options const& how) {
  validate(how).value();
  std::vector<issue> issues;
  add_sampling_faults(how.temperature, how.top_p, "topP", issues);
  refuse(std::move(issues), "options");
  if (!how.format || how.format->how != output_format::kind::json_schema || !how.format->name.empty()) return;
  throw error(failure(errc::invalid_argument, "a schema needs a name", {{"format.name", "required with a schema"}}));
}

void check_appended(std::vector<appended_message> const& messages) {
  check_described("messages", messages);
  std::vector<issue> issues;
  if (messages.empty()) issues.push_back({"messages", "must not be empty"});
  if (messages.size() > max_appended_messages)
    issues.push_back({"messages", "at most " + std::to_string(max_appended_messages) + " at once"});
  for (std::size_t i = 0; i < messages.size() && issues.size() < 100; ++i) {
    auto const at = "messages[" + std::to_string(i) + "].";
    if (messages[i].role == role::tool) issues.push_back({at + "role", "results are parts of the answer that called"});
    else add_part_issues(messages[i].role, messages[i].parts, at, issues);
    add_vendor_issues(messages[i].parts, at, issues);
  }
  refuse(std::move(issues), "messages");
  std::size_t bytes = 0;
  for (auto const& one : messages) {
    auto const of_one = content_bytes(one.parts);
    demand_bytes(of_one, max_question_bytes, "a message has");
    bytes += of_one;
  }
  demand_bytes(bytes, max_appended_bytes, "messages that are appended together have");
}

}  // namespace sambung

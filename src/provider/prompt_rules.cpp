#include "provider/prompt_rules.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace sambung {
namespace {

// Where words are missing.
constexpr char const* no_answer = "(There was no answer.)";
constexpr char const* no_question = "(There was no question.)";
constexpr char const* goes_on = "(The conversation goes on.)";  // what stood before was left out
constexpr std::string_view between_messages = "\n\n";

// OpenAI's limit for the name of a function.
constexpr std::size_t max_tool_name_bytes = 64;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

std::string in_plain_letters(std::string text) {
  for (char& c : text)
    if (!is_plain(c)) c = '_';
  return text;
}

// A model may call a tool by any name; in a prompt only these are taken.
std::string name_in_prompt(std::string name) {
  if (name.empty()) return "unknown";
  if (name.size() > max_tool_name_bytes) name.resize(max_tool_name_bytes);
  return in_plain_letters(std::move(name));
}

template <class Part>
bool is(part const& p) {
  return std::holds_alternative<Part>(p);
}

bool is_media(part const& p) { return is<image_part>(p) || is<file_part>(p); }

bool has_words(part const& p) {
  auto const* text = std::get_if<text_part>(&p);
  return text && !is_blank(text->text);
}

bool answers(std::vector<part> const& said) {
  return std::ranges::any_of(said, [](part const& p) { return has_words(p) || is<tool_call_part>(p); });
}

// Parts an answer where a result is followed by something else.
class answer_splitter {
 public:
  void add(part p) {
    if (is<error_part>(p)) return;
    if (auto* result = std::get_if<tool_result_part>(&p)) return add_result(std::move(*result));
    if (!results_.empty()) end_step();
    if (auto* call = std::get_if<tool_call_part>(&p)) {
      call->name = name_in_prompt(std::move(call->name));
      open_.emplace(call->id, calls_++);
    }
    said_.push_back(std::move(p));
  }

  std::vector<prompt_message> take() {
    end_step();
    return std::move(made_);
  }

 private:
  void add_result(tool_result_part result) {
    auto const call = open_.find(result.call_id);
    if (call == open_.end()) return;
    open_.erase(call);
    results_.push_back(std::move(result));
  }

  void end_step() {
    std::map<std::size_t, std::string> in_order;
    for (auto const& [id, number] : open_) in_order.emplace(number, id);
    for (auto& [number, id] : in_order) {
      tool_result_part none;
      none.call_id = std::move(id);
      none.text = "Error: the answer ended before this call was made, or before it had a result";
      none.is_error = true;
      results_.push_back(std::move(none));
    }
    open_.clear();
    if (!said_.empty()) made_.emplace_back(role::assistant, std::exchange(said_, {}));
    if (!results_.empty()) made_.emplace_back(role::tool, std::exchange(results_, {}));
  }

  std::vector<prompt_message> made_;
  std::vector<part> said_;
  std::vector<part> results_;
  std::multimap<std::string, std::size_t> open_;  // calls without a result so far: which one of the answer's by its id
  std::size_t calls_ = 0;
};

bool may_join(prompt_message const& one, prompt_message const& next) {
  return one.who == next.who && (one.who == role::user || one.who == role::assistant);
}

void join(prompt_message& one, prompt_message next) {
  auto* last = one.parts.empty() ? nullptr : std::get_if<text_part>(&one.parts.back());
  auto* first = next.parts.empty() ? nullptr : std::get_if<text_part>(&next.parts.front());
  bool const same_text = last && first && !last->provider_data && !first->provider_data;
  if (same_text) (last->text += between_messages) += first->text;
  std::move(next.parts.begin() + (same_text ? 1 : 0), next.parts.end(), std::back_inserter(one.parts));
}

// What has to stand before a message of this role, behind one of the other; none: it may stand there.
std::optional<prompt_message> missing_between(std::optional<role> before, role next) {
  bool const begins = !before || *before == role::system;
  if (begins && next == role::assistant) return prompt_message(role::user, goes_on);
  if (before == role::tool && next == role::user) return prompt_message(role::assistant, no_answer);
  return std::nullopt;
}

// An answer, in its steps. Each says or calls something.
void add_answer(std::vector<prompt_message>& out, std::vector<part> parts) {
  auto steps = prompt_of(std::move(parts));
  if (steps.empty()) steps.emplace_back(role::assistant, no_answer);
  for (auto& step : steps) {
    if (step.who == role::assistant && !answers(step.parts)) step.parts.push_back(text_part{no_answer, {}});
    out.push_back(std::move(step));
  }
}

// What a user said, without what only a model does. Nothing, when nothing of it is left.
void add_question(std::vector<prompt_message>& out, std::vector<part> parts) {
  std::erase_if(parts, [](part const& p) { return !is<text_part>(p) && !is_media(p); });
  bool const says_something = std::ranges::any_of(parts, [](part const& p) { return has_words(p) || is_media(p); });
  if (says_something) out.emplace_back(role::user, std::move(parts));
}

// The ids of one answer's calls, as they were and as they are in the prompt.
class call_ids {
 public:
  void begin_answer() { of_results_.clear(); }

  void rename(tool_call_part& call) {
    auto id = call.id;
    if (id.empty() || taken_.contains(in_plain_letters(id))) id = unused(id.empty() ? "call" : id);
    taken_.insert(in_plain_letters(id));
    of_results_.emplace(std::exchange(call.id, id), id);
  }

  // The results of calls with one id are theirs in the order in which they were made.
  void rename(tool_result_part& result) {
    auto const call = of_results_.lower_bound(result.call_id);
    if (call == of_results_.end() || call->first != result.call_id) return;
    result.call_id = std::move(call->second);
    of_results_.erase(call);
  }

 private:
  // Counts on from where it came to, or many calls of one id would take time with their square.
  std::string unused(std::string const& id) {
    auto const plain = in_plain_letters(id);
    auto& number = numbers_.emplace(plain, 2).first->second;
    while (taken_.contains(plain + "_" + std::to_string(number))) ++number;
    return id + "_" + std::to_string(number);
  }

  std::set<std::string> taken_;  // in plain letters: what one vendor writes so must differ too
  std::map<std::string, int> numbers_;
  std::multimap<std::string, std::string> of_results_;  // those of one id in their order
};

}  // namespace

std::vector<prompt_message> prompt_of(std::vector<part> answer) {
  answer_splitter splitter;
  for (auto& p : answer) splitter.add(std::move(p));
  return splitter.take();
}

std::vector<prompt_message> in_turns(std::vector<prompt_message> messages) {
  std::vector<prompt_message> made;
  made.reserve(messages.size() + 1);
  for (auto& one : messages) {
    if (!made.empty() && may_join(made.back(), one)) {
      join(made.back(), std::move(one));
      continue;
    }
    auto missing = missing_between(made.empty() ? std::nullopt : std::optional(made.back().who), one.who);
    if (missing) made.push_back(std::move(*missing));
    made.push_back(std::move(one));
  }
  return made;
}

std::vector<prompt_message> without_empty(std::vector<prompt_message> messages) {
  std::vector<prompt_message> made;
  made.reserve(messages.size());
  bool gap = false;
  for (auto& one : messages) {
    if (std::exchange(gap, one.parts.empty())) {
      auto missing = missing_between(made.empty() ? std::nullopt : std::optional(made.back().who), one.who);
      if (!gap && missing) made.push_back(std::move(*missing));
      if (!gap && !made.empty() && may_join(made.back(), one)) {
        join(made.back(), std::move(one));
        continue;
      }
    }
    if (!gap) made.push_back(std::move(one));
  }
  return made;
}

void separate_call_ids(std::vector<prompt_message>& messages) {
  call_ids ids;
  for (auto& message : messages) {
    if (message.who == role::assistant) ids.begin_answer();
    for (auto& p : message.parts) {
      if (auto* call = std::get_if<tool_call_part>(&p)) ids.rename(*call);
      else if (auto* result = std::get_if<tool_result_part>(&p)) ids.rename(*result);
    }
  }
}

std::vector<prompt_message> prompt_of_history(std::string_view system_prompt, std::vector<prompt_message> history) {
  std::vector<prompt_message> all;
  all.reserve(history.size() + 2);
  if (!is_blank(system_prompt)) all.emplace_back(role::system, std::string(system_prompt));
  for (auto& one : history) {
    if (one.who == role::assistant) add_answer(all, std::move(one.parts));
    else if (one.who != role::tool) add_question(all, std::move(one.parts));
  }
  bool const asks = !all.empty() && all.back().who == role::user;
  if (!asks) all.emplace_back(role::user, no_question);
  all = in_turns(std::move(all));
  separate_call_ids(all);
  return all;
}

}  // namespace sambung

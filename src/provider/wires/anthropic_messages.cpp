#include "provider/wires/anthropic_messages.hpp"

#include "core/json_writer.hpp"
#include "provider/wires/anthropic_media.hpp"
#include "provider/wires/anthropic_wire.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sambung::anthropic {
namespace {

namespace json = boost::json;

enum class side { system, user, assistant };

side side_of(role who) {
  if (who == role::system) return side::system;
  return who == role::assistant ? side::assistant : side::user;
}
bool is_character_start(std::string_view text, std::size_t at) {
  return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

// Ids that other vendors gave may have characters that this one refuses.
std::string safe_id(std::string_view id) {
  std::string out(id);
  for (char& c : out) {
    bool const fine =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    if (!fine) c = '_';
  }
  return out;
}

// Writes messages, and notes what of them the API has not.
class anthropic_message_encoder {
 public:
  anthropic_message_encoder(std::string& out, std::vector<issue>& refused, completion_request const& request)
      : messages_(out), refused_(refused), without_reasoning_(leaves_reasoning_out(request)) {}

  void add(std::span<prompt_message const> all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto const who = side_of(all[i].who);
      // System prompts go elsewhere and do not part their neighbours.
      if (who == side::system) refuse_media(all[i], "Anthropic's API takes nothing but text in a system prompt", i);
      else if (who == side::assistant) add_answer(all[i], i);
      else add_question(all[i], i);
    }
    end_turn();
  }
  void end() { messages_.end(); }
  wire::prompt left() const { return messages_.empty() ? wire::prompt::empty : wire::prompt::not_empty; }

 private:
  // What one side says in a row: its blocks, without brackets. Results of tools stand in front of the rest.
  struct turn_content {
    side who = side::system;  // none yet
    std::string results;
    std::string said;
  };

  // A message of which the API takes nothing parts no turn.
  void add_question(prompt_message const& message, std::size_t place) {
    std::string results, said;
    array_writer result_blocks(results), blocks(said);
    add_results(result_blocks, message, place);
    add_said(blocks, message, place);
    add_to_turn(side::user, results, said);
  }

  void add_answer(prompt_message const& message, std::size_t place) {
    std::string said;
    array_writer blocks(said);
    add_answer(blocks, message, place);
    add_to_turn(side::assistant, "[", said);
  }

  // Each begins with the bracket of its writer.
  void add_to_turn(side who, std::string_view results, std::string_view said) {
    if (results.size() == 1 && said.size() == 1) return;
    if (turn_.who != who) end_turn();
    turn_.who = who;
    append(turn_.results, results.substr(1));
    append(turn_.said, said.substr(1));
  }

  static void append(std::string& blocks, std::string_view more) {
    if (more.empty()) return;
    if (!blocks.empty()) blocks += ',';
    blocks += more;
  }

  // The API wants the user to begin. What the model says first is the application's own, or the rest of a chat whose
  // beginning was left out.
  void add_opening() {
    object_writer object(messages_.next());
    object.text("role", "user");
    object.text("content", "(The conversation goes on.)");
    object.end();
  }

  void end_turn() {
    auto turn = std::exchange(turn_, turn_content());
    if (turn.who == side::system) return;
    if (messages_.empty() && turn.who == side::assistant) add_opening();
    append(turn.results, turn.said);
    object_writer object(messages_.next());
    object.text("role", turn.who == side::user ? "user" : "assistant");
    object.raw("content", "[" + turn.results + "]");
    object.end();
  }

  void add_results(array_writer& blocks, prompt_message const& message, std::size_t place) {
    for (auto at = message.parts.begin(); at != message.parts.end(); ++at)
      if (auto const* result = std::get_if<tool_result_part>(&*at))
        add_result(blocks, *result, media_behind(message, at), place);
  }

  // What a tool gave besides its text: the pictures and files behind it, in the message of a tool.
  static std::span<part const> media_behind(prompt_message const& message, std::vector<part>::const_iterator result) {
    if (message.who != role::tool) return {};
    auto const end = std::find_if_not(result + 1, message.parts.end(), is_media);
    return {result + 1, end};
  }

  void add_result(array_writer& blocks, tool_result_part const& result, std::span<part const> media,
                  std::size_t place) {
    object_writer block(blocks.next());
    block.text("type", "tool_result");
    block.text("tool_use_id", safe_id(result.call_id));
    if (media.empty()) {
      block.text("content", result.text);
    } else {
      array_writer content(block.key("content"));
      add_text(content, result.text);
      for (auto const& p : media) add_media(content, p, place);
      content.end();
    }
    if (result.is_error) block.raw("is_error", "true");
    block.end();
  }

  void add_said(array_writer& blocks, prompt_message const& message, std::size_t place) {
    if (message.who == role::tool) {
      if (!message.parts.empty() && is_media(message.parts.front()))
        refuse("Anthropic's API gets media of a tool only with a result of it", place);
      return;
    }
    for (auto const& p : message.parts) {
      if (auto const* text = std::get_if<text_part>(&p)) add_text(blocks, text->text);
      else add_media(blocks, p, place);
    }
  }

  void add_answer(array_writer& blocks, prompt_message const& message, std::size_t place) {
    refuse_media(message, "Anthropic's API takes no media in what the model said", place);
    for (auto const& p : message.parts) {
      if (auto const* text = std::get_if<text_part>(&p)) add_text(blocks, text->text);
      else if (is_signed(p) && !without_reasoning_) add_reasoning(blocks, std::get<reasoning_part>(p));
      else if (auto const* call = std::get_if<tool_call_part>(&p)) add_call(blocks, *call);
    }
  }

  static void add_text(array_writer& blocks, std::string_view text) {
    if (blank(text)) return;
    object_writer block(blocks.next());
    block.text("type", "text");
    block.text("text", text);
    block.end();
  }

  // As it was signed; text without a signature of this API would be refused.
  static void add_reasoning(array_writer& blocks, reasoning_part const& reasoning) {
    auto const* entries = wire::array_at(*reasoning.provider_data, anthropic::thinking_member);
    std::string_view rest = reasoning.text;
    for (auto const& each : *entries) {
      auto const* entry = each.if_object();
      if (!entry) return;
      auto const redacted = wire::text_at(*entry, "redacted");
      auto const bytes = static_cast<std::size_t>(wire::count_at(*entry, "bytes"));
      if (bytes > rest.size() || !is_character_start(rest, bytes)) return;
      if (!redacted.empty()) add_redacted(blocks, redacted);
      else add_signed(blocks, rest.substr(0, bytes), wire::text_at(*entry, "signature"));
      rest.remove_prefix(bytes);
    }
  }

  static void add_redacted(array_writer& blocks, std::string_view data) {
    object_writer block(blocks.next());
    block.text("type", "redacted_thinking");
    block.text("data", data);
    block.end();
  }

  static void add_signed(array_writer& blocks, std::string_view text, std::string_view signature) {
    if (signature.empty()) return;
    object_writer block(blocks.next());
    block.text("type", "thinking");
    block.text("thinking", text);
    block.text("signature", signature);
    block.end();
  }

  static void add_call(array_writer& blocks, tool_call_part const& call) {
    object_writer block(blocks.next());
    block.text("type", "tool_use");
    block.text("id", safe_id(call.id));
    block.text("name", call.name);
    block.value("input", json::value(wire::arguments_object(call.arguments)));
    block.end();
  }

  void add_media(array_writer& blocks, part const& p, std::size_t place) {
    if (auto const* why = anthropic::add_media(blocks, p)) refuse(why, place);
  }

  void refuse_media(prompt_message const& message, char const* why, std::size_t place) {
    if (std::ranges::any_of(message.parts, is_media)) refuse(why, place);
  }
  void refuse(char const* why, std::size_t place) {
    refused_.push_back({"messages[" + std::to_string(place) + "]", why});
  }

  array_writer messages_;
  turn_content turn_;
  std::vector<issue>& refused_;
  bool without_reasoning_;
};

}  // namespace

bool thinks(completion_request const& request) { return request.effort && *request.effort != reasoning_effort::none; }

bool binds_reasoning(std::string_view model) {
  static constexpr std::array<std::string_view, 7> known{"claude-fable-5-1",  "claude-fable-5-2", "claude-mythos-5-1",
                                                         "claude-mythos-5-2", "claude-opus-5-5",  "claude-sonnet-5-5",
                                                         "claude-haiku-5-5"};
  return std::ranges::any_of(known, [&](std::string_view name) { return model.starts_with(name); });
}

bool leaves_reasoning_out(completion_request const& request) {
  return binds_reasoning(request.model) && request.effort && !thinks(request);
}

bool is_signed(part const& p) {
  auto const* reasoning = std::get_if<reasoning_part>(&p);
  return reasoning && reasoning->provider_data &&
         wire::array_at(*reasoning->provider_data, anthropic::thinking_member) != nullptr;
}
bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

wire::prompt add_messages(std::string& out, completion_request const& request, std::vector<issue>& refused) {
  anthropic_message_encoder messages(out, refused, request);
  messages.add(request.messages);
  messages.end();
  return messages.left();
}

}  // namespace sambung::anthropic

#include "core/json_text.hpp"
#include "provider/wires/anthropic_wire.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

namespace json = boost::json;

// The names of events that are read. "message" is what an event without a name is called.
constexpr std::array<std::string_view, 9> names{"message_start",
                                                "message_delta",
                                                "message_stop",
                                                "content_block_start",
                                                "content_block_delta",
                                                "content_block_stop",
                                                "error",
                                                "message",
                                                ""};

bool known(std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

// Where a block stands in the message: some servers with one block only do not say.
std::int64_t place_of(json::object const& event) { return wire::integer_at(event, "index").value_or(0); }

}  // namespace

void anthropic_stream_decoder::push(std::string_view bytes) {
  if (ended()) return;
  sse_.push(bytes, [this](sse_event const& event) { return on_event(event); });
  if (!ended() && sse_.overflowed()) fail({errc::provider_error, "a line of the provider's stream is too long"});
}

void anthropic_stream_decoder::end(failure why) {
  if (!ended()) fail(std::move(why));
}

void anthropic_stream_decoder::digest(json::object const& message) {
  on_message_start(message);
  std::int64_t place = 0;
  if (auto const* content = wire::array_at(message, "content"))
    for (auto const& each : *content) {
      if (auto const* object = each.if_object()) start_block(place, *object);
      stop_block(place++);
    }
  on_message_stop();
}

// The kind of an event is its data's `type`, or its name where the data has none, as in Anthropic's own clients.
bool anthropic_stream_decoder::on_event(sse_event const& event) {
  if (event.data.empty() || !known(event.event)) return true;
  std::array<unsigned char, 4096> memory;
  json::monotonic_resource resource(memory.data(), memory.size());
  json::error_code fault;
  auto const parsed = json::parse(event.data, fault, &resource);
  auto const* object = fault ? nullptr : parsed.if_object();
  if (!object) {
    auto const* what =
        fault ? "an event of the provider's stream is not JSON" : "an event of the provider's stream is not an object";
    fail(not_an_answer(what, event.data, secret()));
    return false;
  }
  auto const type = wire::text_at(*object, "type");
  on_object(type.empty() ? event.event : type, *object, event.data);
  return !ended();
}

void anthropic_stream_decoder::on_object(std::string_view kind, json::object const& event, std::string_view raw) {
  if (kind == "content_block_delta") {
    if (auto const* delta = wire::object_at(event, "delta")) on_delta(place_of(event), *delta);
  } else if (kind == "content_block_start") {
    if (auto const* content = wire::object_at(event, "content_block")) start_block(place_of(event), *content);
  } else if (kind == "content_block_stop") {
    stop_block(place_of(event));
  } else if (kind == "message_start") {
    if (auto const* message = wire::object_at(event, "message")) on_message_start(*message);
  } else if (kind == "message_delta") {
    on_message_delta(event);
  } else if (kind == "message_stop") {
    on_message_stop();
  } else if (kind == "error" || kind == "message" || kind.empty()) {
    json::value const whole(event);
    if (auto const* error = error_in(whole)) fail(vendor_failure(*error, raw, secret()));
    else if (kind == "error") fail(not_an_answer("the provider reported an error", raw, secret()));
  }
}

void anthropic_stream_decoder::on_message_start(json::object const& message) {
  name_model(wire::text_at(message, "model"));
  if (auto const* usage = wire::object_at(message, "usage")) add_usage(*usage);
  if (auto const reason = wire::text_at(message, "stop_reason"); !reason.empty())
    conclude(anthropic::ending_of(reason));
}

void anthropic_stream_decoder::on_message_delta(json::object const& event) {
  if (auto const* usage = wire::object_at(event, "usage")) add_usage(*usage);
  auto const* delta = wire::object_at(event, "delta");
  auto const reason = delta ? wire::text_at(*delta, "stop_reason") : std::string_view();
  if (!reason.empty()) conclude(anthropic::ending_of(reason));
}

void anthropic_stream_decoder::on_message_stop() {
  for (auto& open : blocks_) close(open.second);
  blocks_.clear();
  if (!answered()) conclude({calls_ == 0 ? finish_reason::stop : finish_reason::tool_calls, {}});
  finish();
}

void anthropic_stream_decoder::start_block(std::int64_t place, json::object const& content) {
  stop_block(place);
  auto& begun = blocks_[place];
  auto const type = wire::text_at(content, "type");
  if (type == "text") {
    begun.kind = block_kind::text;
    add_text(wire::text_at(content, "text"));
  } else if (type == "thinking") {
    begun.kind = block_kind::thinking;
    begun.signature = without_nul(wire::text_at(content, "signature"));
    add_thought(begun, wire::text_at(content, "thinking"));
  } else if (type == "redacted_thinking") {
    json::object entry;
    entry.emplace("redacted", without_nul(wire::text_at(content, "data")));
    note_thinking(std::move(entry));
  } else if (type == "tool_use") {
    begin_call(begun, content);
  }
}

void anthropic_stream_decoder::begin_call(block& begun, json::object const& content) {
  begun.kind = block_kind::tool_call;
  begun.call = calls_++;
  begun.input = wire::arguments_of(content.if_contains("input"));
  if (begun.input.empty()) begun.input = "{}";
  tool_call_delta delta;
  delta.index = begun.call;
  delta.id = without_nul(wire::text_at(content, "id"));
  if (delta.id.empty()) delta.id = wire::call_id(static_cast<std::size_t>(begun.call));
  delta.name = without_nul(wire::text_at(content, "name"));
  emit(std::move(delta));
}

void anthropic_stream_decoder::on_delta(std::int64_t place, json::object const& delta) {
  auto const found = blocks_.find(place);
  if (found == blocks_.end()) return;
  auto* const open = &found->second;
  auto const type = wire::text_at(delta, "type");
  if (type == "text_delta" && open->kind == block_kind::text) {
    add_text(wire::text_at(delta, "text"));
  } else if (type == "thinking_delta" && open->kind == block_kind::thinking) {
    add_thought(*open, wire::text_at(delta, "thinking"));
  } else if (type == "signature_delta" && open->kind == block_kind::thinking) {
    open->signature += without_nul(wire::text_at(delta, "signature"));
  } else if (type == "input_json_delta" && open->kind == block_kind::tool_call) {
    auto fragment = without_nul(wire::text_at(delta, "partial_json"));
    if (fragment.empty()) return;
    open->input.clear();
    tool_call_delta more;
    more.index = open->call;
    more.arguments = std::move(fragment);
    emit(std::move(more));
  }
}

void anthropic_stream_decoder::stop_block(std::int64_t place) {
  auto const ending = blocks_.find(place);
  if (ending == blocks_.end()) return;
  close(ending->second);
  blocks_.erase(ending);
}

void anthropic_stream_decoder::close(block& ending) {
  if (ending.kind == block_kind::tool_call && !ending.input.empty()) {
    tool_call_delta rest;
    rest.index = ending.call;
    rest.arguments = std::move(ending.input);
    emit(std::move(rest));
  }
  if (ending.kind != block_kind::thinking || (ending.thought_bytes == 0 && ending.signature.empty())) return;
  json::object entry;
  entry.emplace("bytes", static_cast<std::int64_t>(ending.thought_bytes));
  if (!ending.signature.empty()) entry.emplace("signature", ending.signature);
  note_thinking(std::move(entry));
}

void anthropic_stream_decoder::add_text(std::string_view text) {
  if (!text.empty()) emit_text(without_nul(text));
}

void anthropic_stream_decoder::add_thought(block& of, std::string_view text) {
  if (text.empty()) return;
  auto clean = without_nul(text);
  of.thought_bytes += clean.size();
  emit(reasoning_delta{std::move(clean)});
}

void anthropic_stream_decoder::note_thinking(json::object entry) {
  json::array list;
  list.push_back(json::value(std::move(entry)));
  json::object data;
  data.emplace(anthropic::thinking_member, std::move(list));
  emit(reasoning_delta{{}, std::move(data)});
}

// Counts are cumulative: each report says what it knows anew.
void anthropic_stream_decoder::add_usage(json::object const& usage) {
  for (auto const& item : usage)
    if (!item.value().is_null()) usage_[item.key()] = item.value();
  report({anthropic::usage_of(usage_), json::serialize(usage_)});
}

}  // namespace sambung

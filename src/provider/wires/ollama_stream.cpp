#include "core/json_text.hpp"
#include "provider/wires/ollama_wire.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> metrics{"total_duration",       "load_duration", "prompt_eval_count",
                                                  "prompt_eval_duration", "eval_count",    "eval_duration"};

wire::ending ending_of(std::string_view raw, std::int32_t calls) {
  auto reason = finish_reason::other;
  if (raw == "length") reason = finish_reason::length;
  else if (raw == "stop" || raw.empty()) reason = calls > 0 ? finish_reason::tool_calls : finish_reason::stop;
  return {reason, without_nul(raw)};
}

json::object metrics_of(json::object const& line) {
  json::object out;
  for (auto const name : metrics)
    if (auto const* found = line.if_contains(name)) out[name] = *found;
  return out;
}

// The error of a line and the status beside it, in one object.
json::object error_of(json::object const& line, json::value const& error) {
  json::object out;
  if (auto const* inner = error.if_object()) out = *inner;
  else if (auto const* words = error.if_string()) out["message"] = *words;
  if (auto const status = wire::integer_at(line, "status")) out["status"] = *status;
  return out;
}

}  // namespace

void ollama_stream_decoder::push(std::string_view bytes) {
  if (ended()) return;
  lines_.push(bytes, [this](std::string_view line) { return on_line(line); });
  if (!ended() && lines_.overflowed()) fail({errc::provider_error, "a line of the provider's stream is too long"});
}

// The last line may lack its end; a piece of one is no line.
void ollama_stream_decoder::end(failure why) {
  if (ended()) return;
  json::error_code fault;
  auto const last = lines_.tail();
  if (!last.empty() && json::parse(last, fault).is_object() && !fault) on_line(last);
  if (!ended()) fail(std::move(why));
}

bool ollama_stream_decoder::on_line(std::string_view line) {
  std::array<unsigned char, 4096> memory;
  json::monotonic_resource resource(memory.data(), memory.size());
  json::error_code fault;
  auto const parsed = json::parse(line, fault, &resource);
  auto const* object = fault ? nullptr : parsed.if_object();
  auto const* error = fault ? nullptr : error_in(parsed);
  if (fault) fail(not_an_answer("a line of the provider's stream is not JSON", line, secret()));
  else if (error && object) fail(vendor_failure(json::value(error_of(*object, *error)), line, secret()));
  else if (error) fail(vendor_failure(*error, line, secret()));
  else if (!object) fail(not_an_answer("a line of the provider's stream is not an object", line, secret()));
  else digest(*object);
  return !ended();
}

void ollama_stream_decoder::digest(json::object const& line) {
  name_model(wire::text_at(line, "model"));
  if (auto const* message = wire::object_at(line, "message")) on_message(*message);
  auto const* done = line.if_contains("done");
  if (done && done->is_bool() && done->get_bool()) on_done(line);
}

void ollama_stream_decoder::on_message(json::object const& message) {
  if (auto const thinking = wire::text_at(message, "thinking"); !thinking.empty())
    emit(reasoning_delta{without_nul(thinking)});
  if (auto const text = wire::text_at(message, "content"); !text.empty()) emit_text(without_nul(text));
  if (auto const* calls = wire::array_at(message, "tool_calls"))
    for (auto const& each : *calls)
      if (auto const* call = each.if_object()) on_tool_call(*call);
}

// Calls come whole; their order numbers them, since servers have sent the index 0 for all.
void ollama_stream_decoder::on_tool_call(json::object const& call) {
  auto const* function = wire::object_at(call, "function");
  if (!function) return;
  tool_call_delta delta;
  delta.index = calls_++;
  delta.id = without_nul(wire::text_at(call, "id"));
  if (delta.id.empty()) delta.id = wire::call_id(static_cast<std::size_t>(delta.index));
  delta.name = without_nul(wire::text_at(*function, "name"));
  delta.arguments = wire::arguments_of(function->if_contains("arguments"));
  if (delta.arguments.empty()) delta.arguments = "{}";
  emit(std::move(delta));
}

void ollama_stream_decoder::on_done(json::object const& line) {
  if (line.contains("prompt_eval_count") || line.contains("eval_count")) {
    token_usage usage;
    usage.input_tokens = wire::count_at(line, "prompt_eval_count");
    usage.output_tokens = wire::count_at(line, "eval_count");
    report({usage, json::serialize(metrics_of(line))});
  }
  conclude(ending_of(wire::text_at(line, "done_reason"), calls_));
  finish();
}

}  // namespace sambung

#include "core/json_text.hpp"
#include "provider/wires/openai_wire.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace {

namespace json = boost::json;

// Texts that no chunk holds by chance, for proving which members the holes of a template are.
constexpr std::string_view content_probe = "sambung-probe-content";
constexpr std::string_view padding_probe = "sambung-probe-padding";

constexpr int most_misses = 8;

// Where the text behind `"name":"` begins; npos unless that occurs exactly once.
std::size_t string_member(std::string_view chunk, std::string_view name) {
  std::string const quoted = '"' + std::string(name) + '"';
  auto const key = chunk.find(quoted);
  if (key == chunk.npos || chunk.find(quoted, key + 1) != chunk.npos) return chunk.npos;
  auto at = chunk.find_first_not_of(' ', key + quoted.size());
  if (at == chunk.npos || chunk[at] != ':') return chunk.npos;
  at = chunk.find_first_not_of(' ', at + 1);
  return at != chunk.npos && chunk[at] == '"' ? at + 1 : chunk.npos;
}

template <class Key>
void note(std::map<Key, std::size_t, std::less<>>& newest, Key const& of, std::size_t slot) {
  auto& noted = newest[of];
  noted = std::max(noted, slot);
}

}  // namespace

std::optional<std::string_view> chunk_template::match(std::string_view chunk) const {
  if (!learnt_ || !chunk.starts_with(before_)) return std::nullopt;
  chunk.remove_prefix(before_.size());
  auto const text = json_string_inside(chunk);
  if (!text) return std::nullopt;
  chunk.remove_prefix(text->size());
  if (!padded_) return chunk == after_ ? text : std::nullopt;
  if (!chunk.starts_with(between_)) return std::nullopt;
  chunk.remove_prefix(between_.size());
  auto const padding = json_string_inside(chunk);
  if (!padding || chunk.substr(padding->size()) != after_) return std::nullopt;
  return text;
}

void chunk_template::learn(std::string_view chunk, std::string_view decoded) {
  if (misses_ >= most_misses) return;
  ++misses_;
  learnt_ = false;
  auto const text_at = string_member(chunk, "content");
  if (text_at == chunk.npos) return;
  auto const text = json_string_inside(chunk.substr(text_at));
  if (!text || unescape_json_string(*text) != decoded) return;
  auto const text_end = text_at + text->size();
  auto const padding_at = string_member(chunk, "obfuscation");
  padded_ = padding_at != chunk.npos;
  auto after = text_end;
  if (padded_) {
    auto const padding = padding_at > text_end ? json_string_inside(chunk.substr(padding_at)) : std::nullopt;
    if (!padding) return;
    between_ = chunk.substr(text_end, padding_at - text_end);
    after = padding_at + padding->size();
  }
  before_ = chunk.substr(0, text_at);
  after_ = chunk.substr(after);
  learnt_ = proven();
}

bool chunk_template::proven() const {
  std::string probe = before_;
  probe += content_probe;
  if (padded_) (probe += between_) += padding_probe;
  probe += after_;
  json::error_code fault;
  auto const parsed = json::parse(probe, fault);
  if (fault || !parsed.is_object()) return false;
  auto const& chunk = parsed.get_object();
  if (padded_ && wire::text_at(chunk, "obfuscation") != padding_probe) return false;
  auto const* choices = wire::array_at(chunk, "choices");
  auto const* choice = choices && choices->size() == 1 ? choices->front().if_object() : nullptr;
  auto const* delta = choice ? wire::object_at(*choice, "delta") : nullptr;
  return delta && wire::text_at(*delta, "content") == content_probe;
}

void openai_stream_decoder::push(std::string_view bytes) {
  if (ended()) return;
  sse_.push(bytes, [this](sse_event const& event) { return on_event(event); });
  if (!ended() && sse_.overflowed()) fail({errc::provider_error, "a line of the provider's stream is too long"});
}

void openai_stream_decoder::end(failure why) {
  if (ended()) return;
  if (answered()) complete();
  else fail(std::move(why));
}

bool openai_stream_decoder::on_event(sse_event const& event) {
  if (event.data.starts_with("[DONE]")) {
    if (!answered()) conclude({calls_.empty() ? finish_reason::stop : finish_reason::tool_calls, {}});
    complete();
  } else if (auto const text = fast_ == fast_path::on ? template_.match(event.data) : std::nullopt;
             text && event.event.empty()) {
    template_.matched();
    if (form_ == vendor_form::kept) emit(vendor_chunk{std::string(event.data)});
    if (!text->empty()) emit_text(unescape_json_string(*text));
  } else if (!event.data.empty()) {
    on_chunk(event.data);
    if (event.event == "error" && !ended()) fail(not_an_answer("the provider reported an error", event.data, secret()));
  }
  return !ended();
}

void openai_stream_decoder::on_chunk(std::string_view chunk) {
  std::array<unsigned char, 4096> memory;
  json::monotonic_resource resource(memory.data(), memory.size());
  json::error_code fault;
  auto const parsed = json::parse(chunk, fault, &resource);
  if (fault) return fail(not_an_answer("a chunk of the provider's stream is not JSON", chunk, secret()));
  if (auto const* error = error_in(parsed)) return fail(vendor_failure(*error, chunk, secret()));
  auto const* object = parsed.if_object();
  if (!object) return fail(not_an_answer("a chunk of the provider's stream is not an object", chunk, secret()));
  on_object(*object, chunk);
}

void openai_stream_decoder::on_object(json::object const& chunk, std::string_view raw) {
  keep(chunk, raw);
  auto const events_before = events().size();
  name_model(wire::text_at(chunk, "model"));
  auto const* usage = wire::object_at(chunk, "usage");
  if (usage) report({openai::usage_of(*usage), json::serialize(*usage)});
  auto const* choices = wire::array_at(chunk, "choices");
  if (!choices) return;
  for (auto const& each : *choices)
    if (auto const* choice = each.if_object();
        choice && !ended() && wire::integer_at(*choice, "index").value_or(0) == 0)
      on_choice(*choice);
  bool const plain = !ended() && !answered() && !usage && events().size() == events_before + 1;
  auto const* text = plain ? std::get_if<text_delta>(&events().back()) : nullptr;
  if (text && fast_ == fast_path::on) template_.learn(raw, text->text);
}

void openai_stream_decoder::keep(json::object const& chunk, std::string_view raw) {
  if (form_ == vendor_form::dropped) return;
  // Over several lines it would be several events to whoever gets it in one.
  if (!openai::is_own_chunk(chunk) || raw.find_first_of("\r\n") != raw.npos) {
    form_ = vendor_form::dropped;
    return emit(vendor_chunk());
  }
  auto const& choices = *wire::array_at(chunk, "choices");
  vendor_chunk kept{std::string(raw)};
  kept.with_choices = !choices.empty();
  kept.with_usage = wire::object_at(chunk, "usage");
  kept.ends = std::ranges::any_of(
      choices, [](json::value const& choice) { return !wire::text_at(choice.get_object(), "finish_reason").empty(); });
  emit(std::move(kept));
}

void openai_stream_decoder::on_choice(json::object const& choice) {
  if (auto const* delta = wire::object_at(choice, "delta")) on_delta(*delta);
  auto const reason = wire::text_at(choice, "finish_reason");
  if (reason == "error") return fail({errc::provider_error, "the provider reported an error"});
  if (!reason.empty()) conclude(openai::ending_of(reason, calls_.size()));
}

void openai_stream_decoder::on_delta(json::object const& delta) {
  auto content = openai::content_of(delta.if_contains("content"));
  content.reasoning.insert(0, without_nul(openai::reasoning_at(delta)));
  auto extras = openai::reasoning_extras(delta);
  if (!content.reasoning.empty() || extras) emit(reasoning_delta{std::move(content.reasoning), std::move(extras)});
  content.text += without_nul(wire::text_at(delta, "refusal"));
  if (!content.text.empty()) emit_text(std::move(content.text));
  if (auto const* calls = wire::array_at(delta, "tool_calls")) on_tool_calls(*calls);
}

void openai_stream_decoder::on_tool_calls(json::array const& calls) {
  for (std::size_t i = 0; i < calls.size(); ++i)
    if (auto const* call = calls[i].if_object()) on_tool_call(*call, i, calls.size());
}

void openai_stream_decoder::on_tool_call(json::object const& call, std::size_t position, std::size_t count) {
  auto const* function = wire::object_at(call, "function");
  auto const slot = slot_of(call, position, count);
  auto& known = calls_[slot];
  if (auto const index = wire::integer_at(call, "index"); index && !known.vendor_index) {
    known.vendor_index = index;
    note(by_index_, *index, slot);
  }
  if (known.id.empty()) {
    known.id = without_nul(wire::text_at(call, "id"));
    if (!known.id.empty()) note(by_id_, known.id, slot);
  }
  if (function && known.name.empty()) known.name = without_nul(wire::text_at(*function, "name"));
  if (function) known.arguments += wire::arguments_of(function->if_contains("arguments"));
  if (auto extras = openai::tool_call_extras(call)) known.extras = std::move(extras);
  if (!known.name.empty()) announce(slot);
}

// The same id is the same call, whatever its index says; the same index is, unless the ids differ (some servers send 0
// for all). Without both, a fragment continues the call in its place, and a new name begins a new call.
std::size_t openai_stream_decoder::slot_of(json::object const& call, std::size_t position, std::size_t count) {
  auto const id = without_nul(wire::text_at(call, "id"));
  if (auto const same = by_id_.find(id); same != by_id_.end()) return same->second;
  if (auto const index = wire::integer_at(call, "index")) {
    auto const same = by_index_.find(*index);
    bool const continued = same != by_index_.end() && (id.empty() || calls_[same->second].id.empty());
    return continued ? same->second : new_slot();
  }
  auto const* function = wire::object_at(call, "function");
  bool const begins = !id.empty() || (function && !wire::text_at(*function, "name").empty());
  if (begins || calls_.empty()) {
    bool const waits_for_name = !calls_.empty() && calls_.back().name.empty() && count == 1;
    return waits_for_name ? calls_.size() - 1 : new_slot();
  }
  return count > 1 && position < calls_.size() ? position : calls_.size() - 1;
}

std::size_t openai_stream_decoder::new_slot() {
  calls_.emplace_back();
  return calls_.size() - 1;
}

void openai_stream_decoder::announce(std::size_t slot) {
  auto& call = calls_[slot];
  tool_call_delta delta;
  if (!call.announced) {
    call.index = announced_++;
    if (call.id.empty()) call.id = wire::call_id(slot);
    delta.id = call.id;
    delta.name = call.name;
  }
  delta.index = call.index;
  delta.arguments = std::exchange(call.arguments, {});
  delta.provider_data = std::exchange(call.extras, std::nullopt);
  bool const says_something = !call.announced || !delta.arguments.empty() || delta.provider_data;
  call.announced = true;
  if (says_something) emit(std::move(delta));
}

void openai_stream_decoder::complete() {
  for (std::size_t i = 0; i < calls_.size(); ++i)
    if (!calls_[i].announced) announce(i);
  finish();
}

}  // namespace sambung

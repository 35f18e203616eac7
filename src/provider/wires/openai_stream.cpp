#include "provider/wires/openai_stream.hpp"

#include "core/json_text.hpp"
#include "provider/openai_words.hpp"
#include "provider/wires/openai_form.hpp"
#include "provider/wires/vendor_error.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr char const* not_json = "a chunk of the provider's stream is not JSON";

// Longer ones are no names.
constexpr std::size_t max_id_bytes = 256;

// The same chunk on one line: over several it would be several events to whoever gets it in one.
std::string_view on_one_line(std::string_view chunk, std::string& memory) {
  if (chunk.find_first_of("\r\n") == chunk.npos) return chunk;
  memory = chunk;
  std::ranges::replace_if(memory, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return memory;
}

}  // namespace

void openai_stream_decoder::push(std::string_view bytes) {
  if (ended()) return;
  sse_.push(bytes, [this](sse_event const& event) { return on_event(event); });
  if (!ended() && sse_.overflowed()) fail({errc::provider_error, "a line of the provider's stream is too long"});
}

void openai_stream_decoder::end(failure why) {
  if (ended()) return;
  if (mender_.waits()) fail(not_an_answer(not_json, {}, secret()));
  else if (answered()) complete();
  else fail(std::move(why));
}

bool openai_stream_decoder::on_event(sse_event const& event) {
  if (event.data.starts_with("[DONE]")) {
    if (mender_.waits()) return fail(not_an_answer(not_json, {}, secret())), false;
    if (!answered()) conclude({calls_.all().empty() ? finish_reason::stop : finish_reason::tool_calls, {}});
    complete();
  } else if (auto const found = may_match() ? template_.match(event.data) : std::nullopt;
             found && event.event.empty()) {
    template_.matched();
    if (form_ == vendor_form::kept) {
      close_chunk(events().size());
      emit(kept(template_.members_with(*found)));
    }
    if (!found->content.empty()) emit_text(unescape_json_string(found->content));
  } else if (!event.data.empty()) {
    on_chunk(event.data);
    if (event.event == "error" && !ended()) fail(not_an_answer("the provider reported an error", event.data, secret()));
  }
  return !ended();
}

void openai_stream_decoder::on_chunk(std::string_view chunk) {
  if (!mender_.waits() && on_json(chunk)) return;
  auto whole = mender_.mended(chunk);
  if (!whole) return fail(not_an_answer(not_json, chunk, secret()));
  // Nothing is said of a chunk before the rest of its last character is there.
  if (auto const held = std::exchange(cut_, {}); !held.empty() && !on_json(held))
    return fail(not_an_answer(not_json, held, secret()));
  if (mender_.waits()) cut_ = std::move(*whole);
  else if (!ended() && !on_json(*whole)) fail(not_an_answer(not_json, *whole, secret()));
}

// False for what is no JSON.
bool openai_stream_decoder::on_json(std::string_view chunk) {
  std::array<unsigned char, 4096> memory;
  json::monotonic_resource resource(memory.data(), memory.size());
  json::error_code fault;
  auto const parsed = json::parse(chunk, fault, &resource);
  if (fault) return false;
  if (auto const* error = error_in(parsed)) fail(vendor_failure(*error, chunk, secret()));
  else if (auto const* object = parsed.if_object()) on_object(*object, chunk);
  else fail(not_an_answer("a chunk of the provider's stream is not an object", chunk, secret()));
  return true;
}

void openai_stream_decoder::on_object(json::object const& chunk, std::string_view raw) {
  auto const first_event = events().size();
  bool const began = has_role_;
  name_model(wire::text_at(chunk, "model"));
  auto const* usage = wire::object_at(chunk, "usage");
  if (usage) report({openai::usage_of(*usage), json::serialize(*usage)});
  auto const choice = openai::choice_in(chunk);
  if (choice.read) on_choice(*choice.read);
  if (ended()) return;
  bool const plain = choice.read && !answered() && !usage && events().size() == first_event + 1;
  auto const text = plain ? std::get_if<text_delta>(&events().back()) : nullptr;
  if (form_ == vendor_form::dropped) {
    if (text && fast_ == fast_path::on) template_.learn(raw, text->text, {});
    return;
  }
  identify(chunk);
  keep(raw, choice, first_event);
  auto const* said = text ? std::get_if<text_delta>(&events().back()) : nullptr;
  if (said && began && fast_ == fast_path::on)
    template_.learn(raw, said->text, std::get<vendor_chunk>(events()[events().size() - 2]).members);
}

void openai_stream_decoder::identify(json::object const& chunk) {
  if (identified_) return;
  auto const id = wire::text_at(chunk, "id");
  if (id_.empty() && id.size() <= max_id_bytes) id_ = without_nul(id);
  if (created_ <= 0) created_ = wire::integer_at(chunk, "created").value_or(0);
}

void openai_stream_decoder::keep(std::string_view raw, openai::placed_choice const& choice, std::size_t first_event) {
  std::string memory;
  auto const line = on_one_line(raw, memory);
  if (auto const usage = openai_form::usage_in(line); usage.starts_with('{')) usage_ = usage;
  if (!choice.read) return keep_without_choice(line);
  auto const decoded = std::span(events()).subspan(first_event);
  auto const role = has_role_ ? openai_form::role_word::said : openai_form::role_word::due;
  auto const* delta = wire::object_at(*choice.read, "delta");
  other_calls_ = other_calls_ || (delta && openai_form::form_of_calls(*delta) == openai_form::call_form::vendors);
  auto const calls = other_calls_ ? openai_form::call_form::vendors : openai_form::call_form::ours;
  auto made = openai_form::of_chunk(line, choice, decoded, role, calls);
  auto const place = close_chunk(first_event);
  bool const may_be_last = answered() && !made.says_something;
  if (!may_be_last) return keep_chunk(std::move(made), place);
  has_role_ = true;
  open_.emplace(std::move(made.before), std::move(made.after));
}

// Clients that did not ask for usage rely on a choice in every chunk.
void openai_stream_decoder::keep_without_choice(std::string_view raw) {
  auto rest = openai_form::rest_of(raw);
  if (reported()) {
    beside_usage_ = std::move(rest);
    return;
  }
  if (rest.empty()) return;
  auto made = kept("\"choices\":[]" + rest);
  made.with_choices = false;
  emit(std::move(made));
}

void openai_stream_decoder::keep_chunk(openai_form::chunk chunk, std::size_t place) {
  has_role_ = true;
  emit_before(place, kept(chunk.before + "null" + chunk.after));
}

vendor_chunk openai_stream_decoder::kept(std::string members) {
  vendor_chunk made;
  made.members = std::move(members);
  if (identified_ || id_.empty()) return made;
  identified_ = true;
  made.id = id_;
  made.created = created_;
  return made;
}

// It was not the last one. Gives the place behind it.
std::size_t openai_stream_decoder::close_chunk(std::size_t place) {
  if (!open_) return place;
  emit_before(place, kept(open_->before + "null" + open_->after));
  open_.reset();
  return place + 1;
}

void openai_stream_decoder::on_choice(json::object const& choice) {
  if (auto const* delta = wire::object_at(choice, "delta")) on_delta(*delta);
  auto const reason = wire::text_at(choice, "finish_reason");
  if (reason == "error") return fail({errc::provider_error, "the provider reported an error"});
  if (!reason.empty()) conclude(openai::ending_of(reason, calls_.all().size()));
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
  for (std::size_t i = 0; i < calls.size(); ++i) {
    auto const* fragment = calls[i].if_object();
    if (!fragment) continue;
    auto const slot = calls_.take(*fragment, {i, calls.size()});
    if (!calls_.all()[slot].name.empty()) announce(slot);
  }
}

void openai_stream_decoder::announce(std::size_t slot) {
  if (auto delta = calls_.news_of(slot)) emit(std::move(*delta));
}

void openai_stream_decoder::announce_rest() {
  auto const first_event = events().size();
  for (std::size_t i = 0; i < calls_.all().size(); ++i)
    if (!calls_.all()[i].announced) announce(i);
  if (form_ == vendor_form::dropped || other_calls_ || events().size() == first_event) return;
  auto const role = has_role_ ? openai_form::role_word::said : openai_form::role_word::due;
  auto made = openai_form::of_events(std::span(events()).subspan(first_event), role);
  keep_chunk(std::move(made), first_event);
}

// Clients parse the arguments of a call, those of one without any too.
void openai_stream_decoder::keep_empty_arguments() {
  std::vector<completion_event> none;
  for (auto const& call : calls_.all())
    if (!call.has_arguments)
      none.push_back(tool_call_delta{call.index, {}, {}, std::string(openai_words::no_arguments)});
  if (!none.empty()) keep_chunk(openai_form::of_events(none, openai_form::role_word::said), events().size());
}

void openai_stream_decoder::complete() {
  announce_rest();
  if (form_ == vendor_form::kept && !other_calls_) keep_empty_arguments();
  auto const raw = ending()->raw;
  if (!raw.empty()) conclude(openai::ending_of(raw, calls_.all().size()));
  if (open_) {
    auto last = kept(open_->before + '"' + openai_form::word_of(*ending()) + '"' + open_->after);
    last.ends = true;
    emit(std::move(last));
  }
  if (form_ == vendor_form::kept && reported()) {
    auto counts = kept(openai_form::of_usage(reported()->usage, usage_, beside_usage_));
    counts.with_choices = false;
    counts.with_usage = true;
    emit(std::move(counts));
  }
  finish();
}

}  // namespace sambung

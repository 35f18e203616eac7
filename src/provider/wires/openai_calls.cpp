#include "provider/wires/openai_calls.hpp"

#include "core/json_text.hpp"
#include "provider/wires/openai_wire.hpp"
#include "provider/wires/wire.hpp"

#include <algorithm>
#include <utility>

namespace sambung {
namespace {

namespace json = boost::json;

template <class Key>
void note(std::map<Key, std::size_t, std::less<>>& newest, Key const& of, std::size_t slot) {
  auto& noted = newest[of];
  noted = std::max(noted, slot);
}

}  // namespace

std::size_t openai_calls::take(json::object const& fragment, place where) {
  auto const* function = wire::object_at(fragment, "function");
  auto const slot = slot_of(fragment, where);
  auto& known = calls_[slot];
  if (auto const index = wire::integer_at(fragment, "index"); index && !known.vendor_index) {
    known.vendor_index = index;
    note(by_index_, *index, slot);
  }
  if (known.id.empty()) {
    known.id = without_nul(wire::text_at(fragment, "id"));
    if (!known.id.empty()) note(by_id_, known.id, slot);
  }
  if (function && known.name.empty()) known.name = without_nul(wire::text_at(*function, "name"));
  if (function) known.arguments += wire::arguments_of(function->if_contains("arguments"));
  if (auto extras = openai::tool_call_extras(fragment)) known.extras = std::move(extras);
  return slot;
}

// The same id is the same call, whatever its index says; the same index is, unless the ids differ (some servers send 0
// for all). Without both, a fragment continues the call in its place, and a new name begins a new call.
std::size_t openai_calls::slot_of(json::object const& fragment, place where) {
  auto const id = without_nul(wire::text_at(fragment, "id"));
  if (auto const same = by_id_.find(id); same != by_id_.end()) return same->second;
  if (auto const index = wire::integer_at(fragment, "index")) {
    auto const same = by_index_.find(*index);
    bool const continued = same != by_index_.end() && (id.empty() || calls_[same->second].id.empty());
    return continued ? same->second : new_slot();
  }
  auto const* function = wire::object_at(fragment, "function");
  bool const begins = !id.empty() || (function && !wire::text_at(*function, "name").empty());
  if (begins || calls_.empty()) {
    bool const waits_for_name = !calls_.empty() && calls_.back().name.empty() && where.count == 1;
    return waits_for_name ? calls_.size() - 1 : new_slot();
  }
  return where.count > 1 && where.position < calls_.size() ? where.position : calls_.size() - 1;
}

std::size_t openai_calls::new_slot() {
  calls_.emplace_back();
  return calls_.size() - 1;
}

std::optional<tool_call_delta> openai_calls::news_of(std::size_t slot) {
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
  call.has_arguments = call.has_arguments || !delta.arguments.empty();
  if (!says_something) return std::nullopt;
  return delta;
}

}  // namespace sambung

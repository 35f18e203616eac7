#include "provider/answer_bounds.hpp"

#include <sambung/provider/provider.hpp>

#include "core/storable.hpp"

#include <algorithm>
#include <numeric>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::size_t max_reason_bytes = 256;

std::size_t size_of_data(json::value const& value);

std::size_t size_of_data(json::object const& object) {
  return std::accumulate(object.begin(), object.end(), std::size_t(2), [](std::size_t sum, auto const& item) {
    return sum + item.key().size() + size_of_data(item.value());
  });
}

std::size_t size_of_data(json::value const& value) {
  if (auto const* text = value.if_string()) return 2 + text->size();
  if (auto const* object = value.if_object()) return size_of_data(*object);
  if (auto const* array = value.if_array())
    return std::accumulate(array->begin(), array->end(), std::size_t(2),
                           [](std::size_t sum, auto const& item) { return sum + size_of_data(item); });
  return 4;
}

std::size_t mended(std::string& text) {
  make_storable(text);
  return text.size();
}

std::size_t mended(std::optional<json::object>& data) {
  if (!data) return 0;
  make_storable(*data);
  return size_of_data(*data);
}

struct mend_part {
  std::size_t operator()(text_part& p) const { return mended(p.text) + mended(p.provider_data); }
  std::size_t operator()(reasoning_part& p) const { return mended(p.text) + mended(p.provider_data); }
  std::size_t operator()(tool_call_part& p) const {
    return mended(p.id) + mended(p.name) + mended(p.arguments) + mended(p.provider_data);
  }
  std::size_t operator()(tool_result_part& p) const {
    return mended(p.call_id) + mended(p.text) + mended(p.provider_data);
  }
  std::size_t operator()(image_part& p) const { return mended(p.url) + mended(p.provider_data); }
  std::size_t operator()(file_part& p) const {
    return mended(p.name) + mended(p.media_type) + mended(p.url) + mended(p.provider_data);
  }
  std::size_t operator()(error_part& p) const { return mended(p.code) + mended(p.message) + mended(p.provider_data); }
};

}  // namespace

std::optional<failure> answer_bounds::admit(completion_event& event) {
  if (auto* text = std::get_if<text_delta>(&event)) {
    begin(kind::text);
    bytes_ += mended(text->text);
  } else if (auto* thought = std::get_if<reasoning_delta>(&event)) {
    begin(kind::reasoning);
    bytes_ += mended(thought->text) + mended(thought->provider_data);
  } else if (auto* call = std::get_if<tool_call_delta>(&event)) {
    // One more than there were, as part_builder takes it: it is a part of its own then.
    if (static_cast<std::size_t>(std::max(call->index, 0)) >= calls_) {
      ++calls_;
      ++parts_;
      last_ = kind::tool_call;
    }
    bytes_ += mended(call->id) + mended(call->name) + mended(call->arguments) + mended(call->provider_data);
  } else if (auto* end = std::get_if<completion_finished>(&event)) {
    make_storable(end->raw_reason);
    if (end->raw_reason.size() > max_reason_bytes) end->raw_reason.clear();
  }
  return excess();
}

std::optional<failure> answer_bounds::admit(std::vector<part>& parts) {
  for (auto& one : parts) bytes_ += std::visit(mend_part(), one);
  parts_ += parts.size();
  return excess();
}

// Neighbouring deltas of a kind are one part.
void answer_bounds::begin(kind what) {
  if (last_ != what) ++parts_;
  last_ = what;
}

std::optional<failure> answer_bounds::excess() const {
  if (bytes_ > max_answer_bytes)
    return failure(errc::provider_error,
                   "the provider's answer is larger than " + std::to_string(max_answer_bytes) + " bytes");
  if (parts_ > max_answer_parts)
    return failure(errc::provider_error,
                   "the provider's answer has more than " + std::to_string(max_answer_parts) + " parts");
  return std::nullopt;
}

}  // namespace sambung

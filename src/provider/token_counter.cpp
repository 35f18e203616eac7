#include <sambung/provider/token_counter.hpp>

#include "provider/counted_content.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace sambung {
namespace {

// Of less, most is what vendors put around a prompt.
constexpr std::int64_t least_sample = 64;
constexpr double least_ratio = 0.5;
constexpr double largest_ratio = 2.0;
// From so many samples on each counts as much as the next one: what a vendor changes is learnt anew.
constexpr double remembered_samples = 8;

std::int64_t scaled(std::int64_t tokens, double ratio) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(tokens) * ratio));
}

class learning_counter final : public token_counter {
 public:
  explicit learning_counter(std::size_t max_models) : max_models_(std::max<std::size_t>(max_models, 1)) {}

  std::int64_t count(std::string_view model, std::string_view text) override {
    return scaled(estimate_tokens(text), ratio_of(model));
  }

  std::int64_t count_message(std::string_view model, prompt_message const& message) override {
    auto const content = content_of(message);
    return scaled(tokens_of_bytes(content.text_bytes) + tokens_per_message, ratio_of(model)) + content.media_tokens;
  }

  void learn(std::string_view model, std::int64_t estimated, std::int64_t reported) override {
    if (estimated < least_sample || reported <= 0) return;
    auto const sample =
        std::clamp(static_cast<double>(reported) / static_cast<double>(estimated), least_ratio, largest_ratio);
    std::unique_lock lock(mutex_);
    auto& known = place_of(model);
    known.samples = std::min(known.samples + 1, remembered_samples);
    known.ratio += (sample - known.ratio) / known.samples;
  }

 private:
  struct learnt {
    std::string model;
    double ratio = 1;
    double samples = 0;
  };
  using models = std::list<learnt>;
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  double ratio_of(std::string_view model) const {
    std::shared_lock lock(mutex_);
    auto const found = places_.find(model);
    return found == places_.end() ? 1.0 : found->second->ratio;
  }

  learnt& place_of(std::string_view model) {
    if (auto const found = places_.find(model); found != places_.end()) {
      models_.splice(models_.end(), models_, found->second);
      return models_.back();
    }
    if (models_.size() == max_models_) {
      places_.erase(places_.find(std::string_view(models_.front().model)));
      models_.pop_front();
    }
    auto& made = models_.emplace_back();
    made.model = std::string(model);
    places_.emplace(made.model, std::prev(models_.end()));
    return made;
  }

  std::size_t const max_models_;
  mutable std::shared_mutex mutex_;
  models models_;  // what was learnt of longest ago first
  std::unordered_map<std::string, models::iterator, text_hash, std::equal_to<>> places_;
};

// The bytes of a file of text that travels as data (RFC 2397), without decoding it.
std::optional<std::size_t> text_bytes_of(file_part const& file) {
  std::string_view const url = file.url;
  auto const comma = url.find(',');
  if (!url.starts_with("data:text/") || comma == url.npos) return std::nullopt;
  auto const payload = url.substr(comma + 1);
  if (url.substr(0, comma).ends_with(";base64")) return payload.size() / 4 * 3;
  auto const escapes = static_cast<std::size_t>(std::ranges::count(payload, '%'));
  return payload.size() - std::min(2 * escapes, payload.size());
}

class content_counter {
 public:
  void operator()(text_part const& p) { bytes(p.text); }
  void operator()(reasoning_part const& p) { bytes(p.text); }
  void operator()(tool_result_part const& p) { bytes(p.text); }
  void operator()(tool_call_part const& p) {
    bytes(p.name);
    bytes(p.arguments);
  }
  void operator()(image_part const&) { made.media_tokens += tokens_per_image; }
  void operator()(file_part const& p) {
    if (auto const text = text_bytes_of(p)) made.text_bytes += *text;
    else made.media_tokens += tokens_per_file;
  }
  void operator()(error_part const&) {}  // no vendor sees it

  counted_content made;

 private:
  void bytes(std::string_view text) { made.text_bytes += text.size(); }
};

// A call has two.
std::array<std::string_view, 2> texts_of(part const& one) {
  if (auto const* text = std::get_if<text_part>(&one)) return {text->text, {}};
  if (auto const* thought = std::get_if<reasoning_part>(&one)) return {thought->text, {}};
  if (auto const* result = std::get_if<tool_result_part>(&one)) return {result->text, {}};
  if (auto const* call = std::get_if<tool_call_part>(&one)) return {call->name, call->arguments};
  return {};
}

std::int64_t beside_text(part const& one) {
  if (!std::holds_alternative<image_part>(one) && !std::holds_alternative<file_part>(one)) return 0;
  content_counter counter;
  std::visit(counter, one);
  return tokens_of_bytes(counter.made.text_bytes) + counter.made.media_tokens;
}

}  // namespace

counted_content content_of(prompt_message const& message) {
  content_counter counter;
  for (auto const& p : message.parts) std::visit(counter, p);
  return counter.made;
}

std::int64_t estimate_tokens(std::string_view text) { return tokens_of_bytes(text.size()); }

std::int64_t estimate_tokens(prompt_message const& message) {
  auto const content = content_of(message);
  return tokens_of_bytes(content.text_bytes) + content.media_tokens + tokens_per_message;
}

std::int64_t estimate_tokens(std::vector<prompt_message> const& messages) {
  std::int64_t tokens = 0;
  for (auto const& message : messages) tokens += estimate_tokens(message);
  return tokens;
}

std::int64_t token_counter::count_message(std::string_view model, prompt_message const& message) {
  auto tokens = tokens_per_message;
  for (auto const& p : message.parts) {
    for (auto const text : texts_of(p)) {
      auto const counted = text.empty() ? 0 : count(model, text);
      if (counted < 0 || counted > most_tokens) return counted;  // a count that is none, and would spoil the sum
      tokens += counted;
    }
    tokens += beside_text(p);
  }
  return tokens;
}

void token_counter::learn(std::string_view, std::int64_t, std::int64_t) {}

std::shared_ptr<token_counter> learning_token_counter(std::size_t max_models) {
  return std::make_shared<learning_counter>(max_models);
}

}  // namespace sambung

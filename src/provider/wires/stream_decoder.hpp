// A streamed answer on its way in: bytes of one vendor in, events out. Any split of the bytes gives the same events.
#pragma once

#include "provider/wires/wire.hpp"

#include <sambung/core/secret.hpp>
#include <sambung/provider/completion.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sambung {

// Usage comes once, the last report, before completion_finished or the failure. After the end further bytes are
// ignored.
class stream_decoder {
 public:
  virtual ~stream_decoder() = default;

  virtual void push(std::string_view bytes) = 0;

  // The connection ended, in the way `why` tells.
  virtual void end(failure why) = 0;

  // The next event that is decoded; empty when there is none yet, or no more.
  std::optional<completion_event> next();

  // Nothing more will be decoded: completion_finished or why() is the end.
  bool ended() const { return ended_; }
  // The vendor has said why the answer ends: what may still come is usage and the end itself.
  bool answered() const { return ending_.has_value(); }
  // Set when the answer broke; the events before it are still to be read with next().
  std::optional<failure> const& why() const { return why_; }
  // As the vendor names it; empty until it does.
  std::string const& model() const { return model_; }

 protected:
  explicit stream_decoder(secret_string secret) : secret_(std::move(secret)) {}
  stream_decoder(stream_decoder const&) = default;
  stream_decoder(stream_decoder&&) = default;
  stream_decoder& operator=(stream_decoder const&) = default;
  stream_decoder& operator=(stream_decoder&&) = default;

  std::string_view secret() const { return secret_.view(); }
  std::vector<completion_event> const& events() const { return events_; }

  void emit(completion_event event) { events_.push_back(std::move(event)); }
  void emit_text(std::string text) { events_.emplace_back(std::in_place_type<text_delta>, std::move(text)); }
  void name_model(std::string_view name);  // the first name counts
  // In front of the event in that place.
  void emit_before(std::size_t place, completion_event event) {
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(place), std::move(event));
  }
  void report(usage_report usage) { usage_ = std::move(usage); }
  std::optional<usage_report> const& reported() const { return usage_; }
  void conclude(wire::ending ending) { ending_ = std::move(ending); }
  std::optional<wire::ending> const& ending() const { return ending_; }
  // The answer is whole, and ends as concluded.
  void finish();
  void fail(failure why);

 private:
  void report_usage();

  secret_string secret_;
  std::string model_;
  std::vector<completion_event> events_;
  std::size_t read_ = 0;
  std::optional<usage_report> usage_;
  std::optional<wire::ending> ending_;
  std::optional<failure> why_;
  bool ended_ = false;
};

// The answer of a decoder that has ended, or why there is none.
result<completion> collected(stream_decoder& decoder);

}  // namespace sambung

#include "provider/vendors/decoded_stream.hpp"

#include <algorithm>

namespace sambung {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How long usage and the end may take behind the finish reason; the answer itself is there.
constexpr milliseconds ending_timeout{5'000};

}  // namespace

failure took_too_long(char const* what, milliseconds limit) {
  return {errc::deadline_exceeded,
          std::string("the provider took longer than ") + std::to_string(limit.count()) + " ms " + what};
}

decoded_stream::decoded_stream(std::unique_ptr<http_body> body, std::unique_ptr<stream_decoder> decoder,
                               std::string requested_model, std::string request_id, provider_deadlines const& deadlines,
                               time_point deadline, std::vector<issue> warnings)
    : body_(std::move(body)),
      decoder_(std::move(decoder)),
      requested_model_(std::move(requested_model)),
      request_id_(std::move(request_id)),
      deadlines_(deadlines),
      deadline_(deadline),
      warnings_(std::move(warnings)) {}

std::string decoded_stream::model() const { return decoder_->model().empty() ? requested_model_ : decoder_->model(); }

task<result<std::optional<completion_event>>> decoded_stream::next() {
  for (;;) {
    if (auto event = ready()) co_return event;
    if (decoder_->why()) {
      body_.reset();
      auto why = *decoder_->why();
      why.request_id = request_id_;
      co_return why;
    }
    if (decoder_->ended()) co_return std::optional<completion_event>();
    auto const bytes = co_await body_->read(read_deadline());
    if (!bytes) decoder_->end(explained(bytes.error()));
    else if (bytes->empty()) decoder_->end({errc::unavailable, "the provider's answer broke off: it has no end"});
    else decoder_->push(*bytes);
  }
}

std::optional<completion_event> decoded_stream::ready() {
  auto event = decoder_->next();
  if (event) {
    started_ = true;
    waiting_since_ = time_point();
  }
  return event;
}

// Counted from when the reader began to wait after the last event, so that a slow reader costs the vendor nothing.
decoded_stream::time_point decoded_stream::read_deadline() {
  if (waiting_since_ == time_point()) waiting_since_ = steady::now();
  auto const limited = decoder_->answered() ? std::min(limit(), ending_timeout) : limit();
  return std::min(waiting_since_ + limited, deadline_);
}

failure decoded_stream::explained(failure why) const {
  if (why.code != errc::deadline_exceeded) return why;
  if (steady::now() >= deadline_) return took_too_long("for the whole answer", deadlines_.total);
  return started_ ? took_too_long("between two events", deadlines_.idle)
                  : took_too_long("to the first event", deadlines_.first_token);
}

whole_answer_stream::whole_answer_stream(completion const& answer) : model_(answer.model), warnings_(answer.warnings) {
  for (auto& event : events_of(answer)) events_.push_back(std::move(event));
}

std::optional<completion_event> whole_answer_stream::ready() {
  if (events_.empty()) return std::nullopt;
  std::optional<completion_event> event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace sambung

#include "core/caught.hpp"
#include "core/context_hold.hpp"
#include "core/first_of.hpp"
#include "core/running_count.hpp"
#include "core/text.hpp"
#include "telemetry/export/otlp_json.hpp"
#include "telemetry/export/span_queue.hpp"

#include <sambung/core/deadline.hpp>
#include <sambung/telemetry/export/otlp.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace sambung {
namespace otlp {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr unsigned max_attempts = 5;
constexpr milliseconds first_wait{1'000};  // before a second attempt; each further one twice as much
constexpr milliseconds max_wait{30'000};
constexpr std::size_t spans_at_once = 64;         // are written before others have their turn
constexpr std::size_t max_answer_bytes = 65'536;  // of what a collector says

// What came of one attempt.
struct delivery {
  std::optional<failure> why;         // none: the collector took it
  bool again = false;                 // whether it may take it later
  std::optional<milliseconds> after;  // when, if it said so
  std::uint64_t rejected = 0;         // spans of what it took
};

bool is_for_later(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

// In seconds; a date is left to our own waits.
std::optional<milliseconds> retry_after(http_headers const& headers) {
  for (auto const& [name, value] : headers) {
    if (lower_case(name) != "retry-after") continue;
    auto const seconds = whole_number<std::uint32_t>(trim(value));
    if (seconds) return std::min<milliseconds>(std::chrono::seconds(*seconds), max_wait);
  }
  return std::nullopt;
}

// Of a connection that was refused for good nothing else is to be hoped.
delivery not_sent(failure const& why) {
  delivery out;
  out.why = why;
  out.again = why.code != errc::invalid_argument && why.code != errc::permission_denied;
  return out;
}

// Up to the limit.
task<std::string> words_of(http_body& body, steady_clock::time_point deadline) {
  std::string all;
  while (all.size() < max_answer_bytes) {
    auto const piece = co_await body.read(deadline);
    if (!piece || piece->empty()) break;
    all += piece->substr(0, max_answer_bytes - all.size());
  }
  co_return all;
}

counter dropped_traces(metrics* in) {
  if (!in) return {};
  metric_description what("sambung_telemetry_dropped_total", "What nobody got of what was measured and traced.",
                          {"signal"});
  return in->counters(std::move(what)).at({"traces"});
}

otlp_options checked(otlp_options options, transport const* over) {
  if (!over) throw error(errc::invalid_argument, "an otlp_exporter needs a transport");
  if (options.max_batch_spans == 0 || options.max_queued_spans < options.max_batch_spans ||
      options.interval.count() <= 0 || options.timeout.count() <= 0)
    throw error(errc::invalid_argument, "otlp_options: limits must be at least 1, and a batch fits the queue");
  if (!options.clock) options.clock = system_clock();
  if (!options.random) options.random = system_random();
  return options;
}

}  // namespace
}  // namespace otlp

using std::chrono::milliseconds;

// What sends runs on a strand, from the first span that waits until none does.
class otlp_exporter::state : public std::enable_shared_from_this<state> {
 public:
  state(boost::asio::any_io_executor const& executor, std::shared_ptr<transport> over, otlp_options options)
      : options_(otlp::checked(std::move(options), over.get())),
        over_(std::move(over)),
        strand_(executor),
        spans_(options_, otlp::dropped_traces(options_.metrics.get())) {}

  void add(ended_span span) {
    auto const asks = spans_.add(std::move(span));
    if (asks == otlp::span_queue::demand::hurry) ready_.raise_by(1);
    if (asks == otlp::span_queue::demand::start) start();
  }

  void close() {
    spans_.close();
    closed_.raise_to(1);
    ready_.raise_by(1);
  }

  static task<void> shut_down(std::shared_ptr<state> self, milliseconds limit) {
    self->close();
    auto ended = self->running_.all_ended();
    auto bounded = as_result(within(std::move(ended), limit));
    auto const done = co_await std::move(bounded);
    if (done) co_return;
    post_home(self->strand_, [self] { self->cancel_.emit(boost::asio::cancellation_type::terminal); });
    self->spans_.abandon();
  }

  otlp::span_queue& spans() { return spans_; }

 private:
  void start() {
    running_.begin();
    post_home(strand_, [self = shared_from_this()] {
      auto ended = [self, counted = self->running_.ending()](std::exception_ptr thrown) mutable {
        if (thrown) self->broke_off(thrown);
        counted();
      };
      boost::asio::co_spawn(
          self->strand_, [self] { return self->send_all(); },
          boost::asio::bind_cancellation_slot(self->cancel_.slot(), std::move(ended)));
    });
  }

  task<void> send_all() {
    while (!spans_.idle()) {
      co_await gathered();
      auto batch = spans_.take();
      if (batch.empty()) continue;
      auto const count = batch.size();
      auto body = co_await written(std::move(batch));
      auto const lost = co_await deliver(std::move(body), count);
      spans_.ended(lost);
    }
  }

  // What waits for a next time would wait for ever.
  void broke_off(std::exception_ptr const& thrown) {
    auto const lost = spans_.abandon();
    if (options_.gave_up && lost > 0) options_.gave_up(caught(thrown), lost);
  }

  // Until a batch is there, or the time for fewer has come.
  task<void> gathered() {
    auto const mark = ready_.value();
    if (spans_.ready()) co_return;
    auto time = options_.clock->sleep(options_.interval);
    auto there = ready_.try_above(mark);
    co_await first_of(std::move(there), std::move(time));
  }

  task<std::string> written(std::vector<ended_span> batch) {
    otlp::json_batch out(options_.resource);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (i > 0 && i % otlp::spans_at_once == 0) co_await boost::asio::post(boost::asio::use_awaitable);
      out.add(batch[i]);
    }
    co_return std::move(out).finish();
  }

  // How many of the spans were lost.
  task<std::uint64_t> deliver(std::string body, std::size_t count) {
    for (unsigned attempt = 1;; ++attempt) {
      bool const last = attempt == otlp::max_attempts || spans_.closed();
      auto const came = co_await attempted(body);
      if (!came.why) co_return std::min<std::uint64_t>(came.rejected, count);
      if (!came.again || last) {
        if (options_.gave_up) options_.gave_up(*came.why, count);
        co_return count;
      }
      auto const wait = came.after ? *came.after : wait_before(attempt);
      co_await pause(wait);
    }
  }

  task<otlp::delivery> attempted(std::string const& body) {
    http_request request("POST", options_.endpoint);
    request.headers = options_.headers;
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    request.connect_timeout = options_.timeout;
    request.header_timeout = options_.timeout;
    request.deadline = std::chrono::steady_clock::now() + options_.timeout;
    auto const deadline = request.deadline;
    auto answer = co_await over_->send(std::move(request));
    if (!answer) co_return otlp::not_sent(answer.error());
    auto const words = co_await otlp::words_of(*answer->body, deadline);
    otlp::delivery out;
    if (answer->status >= 200 && answer->status < 300) {
      out.rejected = otlp::rejected_spans(words);
      co_return out;
    }
    out.why.emplace(errc::unavailable, "the collector answered " + std::to_string(answer->status));
    out.again = otlp::is_for_later(answer->status);
    out.after = otlp::retry_after(answer->headers);
    co_return out;
  }

  // At random, between half of the time and all of it.
  milliseconds wait_before(unsigned attempts) {
    auto const most = std::min<milliseconds>(otlp::first_wait * (1U << (attempts - 1)), otlp::max_wait);
    std::array<std::byte, 1> byte{};
    options_.random->fill(byte);
    return most / 2 + most / 2 * std::to_integer<int>(byte[0]) / 255;
  }

  // A shutdown does not wait for it.
  task<void> pause(milliseconds time) {
    auto over = options_.clock->sleep(time);
    auto hurried = closed_.try_above(0);
    co_await first_of(std::move(hurried), std::move(over));
  }

  otlp_options const options_;
  std::shared_ptr<transport> const over_;
  boost::asio::strand<boost::asio::any_io_executor> const strand_;
  otlp::span_queue spans_;
  rising_level ready_;
  rising_level closed_;
  running_count running_;
  boost::asio::cancellation_signal cancel_;  // touched on the strand
};

otlp_exporter::otlp_exporter(boost::asio::any_io_executor executor, std::shared_ptr<transport> over,
                             otlp_options options)
    : state_(std::make_shared<state>(executor, std::move(over), std::move(options))) {}

otlp_exporter::~otlp_exporter() { state_->close(); }

// What a program that is out of memory would have traced is lost like anything else that there is no room for.
void otlp_exporter::add(ended_span span) noexcept {
  try {
    state_->add(std::move(span));
  } catch (...) {
    state_->spans().drop(1);
  }
}

task<void> otlp_exporter::shutdown(std::chrono::milliseconds within) { return state::shut_down(state_, within); }

std::uint64_t otlp_exporter::dropped() const { return state_->spans().dropped(); }

}  // namespace sambung

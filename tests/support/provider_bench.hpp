// What tests of decorators need: calls that run while the test decides what time it is.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>
#include <sambung/testing/manual_clock.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sambung::testing {

// Draws the same number each time.
class fixed_random final : public random_source {
 public:
  explicit fixed_random(std::uint64_t number = 0) : number_(number) {}
  void fill(std::span<std::byte> out) override {
    auto const number = number_.load();
    std::memcpy(out.data(), &number, std::min(out.size(), sizeof number));
  }
  void draw(std::uint64_t number) { number_ = number; }

 private:
  std::atomic<std::uint64_t> number_;
};

// Keeps what a decorator reports.
class event_log {
 public:
  provider_event_sink sink() {
    return [shared = shared_](provider_event const& event) {
      std::lock_guard const lock(shared->mutex);
      shared->events.push_back(event);
    };
  }
  template <class T>
  std::vector<T> all() const {
    std::lock_guard const lock(shared_->mutex);
    std::vector<T> found;
    for (auto const& event : shared_->events)
      if (auto const* one = std::get_if<T>(&event)) found.push_back(*one);
    return found;
  }

 private:
  struct state {
    std::mutex mutex;
    std::vector<provider_event> events;
  };
  std::shared_ptr<state> shared_ = std::make_shared<state>();
};

// What a reader of a stream saw.
struct read_answer {
  std::string model;
  std::string text;
  std::vector<completion_event> events;
  std::optional<failure> why;
  bool opened = false;
  bool finished = false;
};

inline task<read_answer> read_all(std::shared_ptr<provider> from, completion_request request) {
  read_answer seen;
  auto opened = co_await from->stream(std::move(request));
  if (!opened) {
    seen.why = opened.error();
    co_return seen;
  }
  seen.opened = true;
  auto& stream = **opened;
  for (;;) {
    auto event = co_await stream.next();
    if (!event) {
      seen.why = event.error();
      break;
    }
    if (!*event) break;
    if (auto const* text = std::get_if<text_delta>(&**event)) seen.text += text->text;
    seen.finished = std::holds_alternative<completion_finished>(**event);
    seen.events.push_back(std::move(**event));
  }
  seen.model = stream.model();
  co_return seen;
}

inline task<result<completion>> ask(std::shared_ptr<provider> from, completion_request request) {
  co_return co_await from->complete(std::move(request));
}

inline completion_request question(std::string text = "Apa khabar?") {
  completion_request asked;
  asked.model = "scripted";
  asked.messages.emplace_back(role::user, std::move(text));
  return asked;
}

// The question, paid with somebody's key for `host`.
inline completion_request paid_question(std::string host, std::string key = "sk-of-ada") {
  auto asked = question();
  asked.credential = std::make_shared<provider_credential const>(secret_string(std::move(key)), std::move(host));
  return asked;
}

inline answer_script answer(std::string text) { return answer_script().text(std::move(text)).finish(); }
inline answer_script refusal(errc code, int status = 0,
                             std::optional<std::chrono::milliseconds> retry_after = std::nullopt) {
  failure why(code, "no");
  why.status = status;
  why.retry_after = retry_after;
  return answer_script().fail(std::move(why));
}

template <class T>
struct started_call {
  std::optional<T> value;
  std::exception_ptr thrown;
  bool ended = false;
  boost::asio::cancellation_signal cancel;

  bool was_cancelled() const {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (boost::system::system_error const& e) {
      return e.code() == boost::asio::error::operation_aborted;
    }
    return false;
  }
};

class provider_bench {
 public:
  provider_bench() = default;
  // Lets the calls end that still wait for the clock: they and it would keep each other alive.
  ~provider_bench() {
    for (int i = 0; i < 1'000 && clock->sleeping() > 0; ++i) advance(3'600'000);
  }
  provider_bench(provider_bench const&) = delete;
  provider_bench& operator=(provider_bench const&) = delete;

  template <class T>
  std::shared_ptr<started_call<T>> start(task<T> operation) {
    auto call = std::make_shared<started_call<T>>();
    boost::asio::co_spawn(
        context_, std::move(operation),
        boost::asio::bind_cancellation_slot(call->cancel.slot(), [call](std::exception_ptr e, T value) {
          call->thrown = e;
          if (!e) call->value = std::move(value);
          call->ended = true;
        }));
    settle();
    return call;
  }
  template <class T>
  void cancel(std::shared_ptr<started_call<T>> const& call) {
    call->cancel.emit(boost::asio::cancellation_type::terminal);
    settle();
  }
  void advance(std::int64_t milliseconds) {
    clock->advance(std::chrono::milliseconds(milliseconds));
    settle();
  }
  // Runs what can run without time going on.
  void settle() {
    context_.restart();
    context_.poll();
  }

 private:
  boost::asio::io_context context_{1};  // outlives the clock, whose sleepers belong to it

 public:
  std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
  std::shared_ptr<fixed_random> random = std::make_shared<fixed_random>();
  std::shared_ptr<scripted_provider> vendor = std::make_shared<scripted_provider>();
  event_log events;
};

}  // namespace sambung::testing

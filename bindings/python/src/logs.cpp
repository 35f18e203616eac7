// The queue of lines for Python's logging, and what fills it.
#include "logs.hpp"

#include "gil.hpp"
#include "parts_of_module.hpp"
#include "process.hpp"

#include <sambung/server/log_observer.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <pybind11/pybind11.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace py = pybind11;

namespace sambung::python {
namespace {

constexpr std::size_t max_lines = 10'000;  // that wait; more are left out, and counted

struct log_line {
  std::string event;
  std::string message;
};

// Whoever tells something never waits. Thread safety: safe to use from any thread.
class log_queue {
 public:
  void put(std::string event, std::string message) {
    std::lock_guard lock(mutex_);
    if (!read_) return;
    if (lines_.size() >= max_lines) return static_cast<void>(++left_out_);
    lines_.push_back({std::move(event), std::move(message)});
    if (lines_.size() == 1) there_.notify_one();
  }

  void begin() {
    std::lock_guard lock(mutex_);
    read_ = true;
  }
  // What is there is taken yet.
  void end() {
    std::lock_guard lock(mutex_);
    read_ = false;
    there_.notify_one();
  }

  // Waits until there is something; nothing once it has ended.
  std::deque<log_line> take() {
    std::unique_lock lock(mutex_);
    there_.wait(lock, [this] { return !lines_.empty() || !read_; });
    if (auto const lost = std::exchange(left_out_, 0); lost > 0)
      lines_.push_back({"lines_lost", std::to_string(lost) + " lines"});
    return std::exchange(lines_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable there_;
  std::deque<log_line> lines_;
  std::size_t left_out_ = 0;
  bool read_ = false;
};

// A forked child has one of its own: the parent's may have been locked. None ends behind the interpreter.
log_queue& lines() {
  struct of_process {
    std::uint64_t forked = forks();
    log_queue queue;
  };
  static std::atomic<of_process*> current{new of_process};
  auto* found = current.load();
  if (found->forked == forks()) return found->queue;
  auto made = std::make_unique<of_process>();
  if (current.compare_exchange_strong(found, made.get())) return made.release()->queue;
  return found->queue;
}

// Not what a vendor said: that may be an answer, or the question again.
std::string told(failure const& why) { return std::string(to_string(why.code)) + ": " + why.message; }

template <class E>
std::string name_of(E e) {
  return boost::describe::enum_to_string(e, "");
}

std::string told(std::chrono::milliseconds time) { return std::to_string(time.count()) + " ms"; }

struct teller {
  void operator()(retry_scheduled const& of) const {
    lines().put("retry_scheduled", of.model + ": attempt " + std::to_string(of.attempt) + " failed, the next in " +
                                       told(of.delay) + ": " + told(of.why));
  }
  void operator()(retries_ended const& of) const {
    lines().put("retries_ended", of.model + ": no further attempt after " + std::to_string(of.attempt) + " (" +
                                     name_of(of.obstacle) + "): " + told(of.why));
  }
  void operator()(fell_back const& of) const {
    lines().put("fell_back", of.from + " failed, " + of.to + " is asked: " + told(of.why));
  }
  void operator()(circuit_changed const& of) const {
    auto text = of.name + ": " + name_of(of.from) + " to " + name_of(of.to);
    if (of.to == circuit_state::open) text += " for " + told(of.rest);
    lines().put("circuit_changed", std::move(text));
  }
  void operator()(throttled const& of) const { lines().put("throttled", of.model + ": waits " + told(of.wait)); }
  void operator()(throttle_refused const& of) const {
    lines().put("throttle_refused", of.model + ": would wait " + told(of.wait));
  }
  template <class Cached>
  void operator()(Cached const&) const {}  // nothing that somebody should look at
};

py::object take_lines() {
  std::deque<log_line> taken;
  {
    without_gil const waiting;
    taken = lines().take();
  }
  if (taken.empty()) return py::none();
  py::list all;
  for (auto const& one : taken)
    all.append(
        py::make_tuple(one.event, py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(
                                      one.message.data(), static_cast<Py_ssize_t>(one.message.size()), "replace"))));
  return all;
}

}  // namespace

std::shared_ptr<observer> logged_observer() {
  return std::make_shared<log_observer>(
      log_observer::sink([](std::string_view event, std::string_view message, std::string_view request_id) {
        auto text = std::string(message);
        if (!request_id.empty()) text += ", request " + std::string(request_id);
        lines().put(std::string(event), std::move(text));
      }));
}

provider_event_sink logged_events() {
  return [](provider_event const& of) { std::visit(teller(), of); };
}

void log_failing_provider(provider_health const& health, failure const& why) {
  lines().put("provider_failing", health.name + ": " + told(why) + (health.hint.empty() ? "" : "; " + health.hint));
}

void add_logs(py::module_& m) {
  m.def("log_begin", [] { lines().begin(); });
  m.def("log_end", [] { lines().end(); });
  m.def("log_take", take_lines);
}

}  // namespace sambung::python

#include <sambung/server/log_writer.hpp>

#include "http/server/access_log.hpp"
#include "http/server/log_buffer.hpp"

#include <poll.h>
#include <unistd.h>

#include <limits.h>
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace sambung {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds last_wait{1'000};  // for the descriptor, at the end
constexpr std::chrono::milliseconds poll_time{100};    // how late the end is noticed

// Of the thread that it is called on: what is directed at the process is for others, and SIGPIPE for nobody.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

enum class outcome { written, full, broken };

// A pipe that is said to have room takes so many bytes without waiting.
outcome write_some(int descriptor, std::string_view& rest) {
  pollfd asked{descriptor, POLLOUT, 0};
  auto const ready = ::poll(&asked, 1, static_cast<int>(poll_time.count()));
  if (ready == 0 || (ready < 0 && errno == EINTR)) return outcome::full;
  auto const count = ::write(descriptor, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
  if (count < 0) return errno == EINTR || errno == EAGAIN ? outcome::full : outcome::broken;
  rest.remove_prefix(static_cast<std::size_t>(count));
  return outcome::written;
}

}  // namespace

class log_writer::thread {
 public:
  thread(int descriptor, std::size_t max_bytes, std::shared_ptr<clock> clock)
      : descriptor_(descriptor), clock_(std::move(clock)), lines_(max_bytes), worker_([this] { run(); }) {}
  ~thread() {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
      end_by_ = steady_clock::now() + last_wait;
    }
    changed_.notify_one();
    worker_.join();
  }

  void add(std::string_view lines) {
    lines_.add(lines);
    {
      std::lock_guard lock(mutex_);
      waiting_ = true;
    }
    changed_.notify_one();
  }
  timestamp now() const { return clock_->now(); }

 private:
  void run() {
    block_signals();
    while (wait_for_lines()) {
      auto [text, lost] = lines_.take();
      if (lost > 0) text += serving::encode_lost(now(), lost);
      auto const left = put(text);
      // The notice of lost lines is one more, and is told anew.
      if (left > 0) lines_.add_lost(left + lost);
    }
  }

  bool wait_for_lines() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ || ending_; });
    return std::exchange(waiting_, false);
  }

  // How many lines, begun ones included, were not written.
  std::uint64_t put(std::string_view text) {
    while (!text.empty()) {
      auto const how = write_some(descriptor_, text);
      if (how == outcome::broken || (how == outcome::full && is_over()))
        return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    }
    return 0;
  }

  bool is_over() {
    std::lock_guard lock(mutex_);
    return ending_ && steady_clock::now() > end_by_;
  }

  int const descriptor_;
  std::shared_ptr<clock> clock_;
  serving::log_buffer lines_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  bool ending_ = false;
  steady_clock::time_point end_by_;
  std::thread worker_;
};

log_writer::log_writer(int descriptor, std::size_t max_bytes, std::shared_ptr<clock> clock,
                       std::shared_ptr<log_threshold const> threshold)
    : threshold_(threshold ? std::move(threshold) : std::make_shared<log_threshold const>()),
      thread_(std::make_unique<thread>(descriptor, max_bytes, clock ? std::move(clock) : system_clock())) {}

log_writer::~log_writer() = default;

void log_writer::write(std::string_view lines) { thread_->add(lines); }

void log_writer::event(std::string_view name, std::string_view message, std::string_view request_id, log_level level) {
  if (!threshold_->lets(level)) return;
  thread_->add(serving::encode_event(thread_->now(), name, message, request_id, level));
}

}  // namespace sambung

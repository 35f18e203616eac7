// span_queue: spans that wait for their collector, up to a number and to bytes, and how many nobody gets.
#pragma once

#include <sambung/telemetry/export/otlp.hpp>

#include <deque>
#include <mutex>
#include <vector>

namespace sambung::otlp {

// Thread safety: safe to use from any thread.
class span_queue {
 public:
  // What an added span asks of whoever sends them.
  enum class demand { none, start, hurry };

  span_queue(otlp_options const& options, counter dropped_total);

  // `start` for the first since idle(), `hurry` once a batch is there.
  demand add(ended_span span);
  // A batch, if there is one; then those are on their way until ended() says how many nobody got.
  std::vector<ended_span> take();
  void ended(std::uint64_t lost);

  // Whether a batch is there, or nothing more will come.
  bool ready() const;
  // Whether nothing waits: then the next span that is added asks for a start.
  bool idle();
  // From now on spans are dropped.
  void close();
  bool closed() const;
  // What waits, and what is on its way, is lost: whoever sent it is gone. How many those are.
  std::uint64_t abandon();

  void drop(std::uint64_t spans);
  std::uint64_t dropped() const;

 private:
  std::size_t const max_spans_;
  std::size_t const max_bytes_;
  std::size_t const max_batch_;
  counter const dropped_total_;

  mutable std::mutex mutex_;
  std::deque<ended_span> spans_;
  std::size_t bytes_ = 0;
  std::uint64_t on_the_way_ = 0;
  std::uint64_t dropped_ = 0;
  bool started_ = false;
  bool closed_ = false;
};

}  // namespace sambung::otlp

// slow_requests: the lines of requests that took long, within what a log may be asked to take.
#pragma once

#include "core/line_budget.hpp"
#include "http/server/access_log.hpp"

#include <chrono>
#include <string>

namespace sambung::serving {

// Thread safety: safe to use from any thread.
class slow_requests {
 public:
  // 0: none is slow.
  explicit slow_requests(std::chrono::milliseconds from) : from_(from) {}

  // What is to be written of a request; empty for one that was not slow, or is left out.
  std::string lines_of(access_record const& record);
  // That some were left out; empty when none were. For whoever looks now and then.
  std::string left_out(timestamp now);

 private:
  std::chrono::milliseconds const from_;
  line_budget budget_;
};

}  // namespace sambung::serving

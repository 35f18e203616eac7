// callbacks: what C++ asks of Python: tools, approvals, providers. Each is a request in the callback bridge's queue; a
// thread of Python's answers by a call into here.
#pragma once

#include "bridge_queue.hpp"

#include <sambung/core/task.hpp>
#include <sambung/provider/provider.hpp>
#include <sambung/services/turns/toolbox.hpp>

#include <boost/json/value.hpp>

#include <map>
#include <memory>
#include <mutex>

namespace sambung::python {

class pending_answer;
class pushed_stream;

enum class push_result { taken, full, stopped };  // full: nothing was taken; there will be a message when there is room

// Thread safety: safe to use from any thread.
class callbacks {
 public:
  explicit callbacks(std::shared_ptr<bridge_queue> to) : to_(std::move(to)) {}

  // Waits for the answer. Cancelled, it tells Python that nobody waits any more.
  task<boost::json::value> ask(std::vector<erased> request);

  // What nobody waits for is ignored.
  void answer(std::uint64_t id, boost::json::value value);
  void fail(std::uint64_t id, failure why);

  std::shared_ptr<pushed_stream> open_stream(std::string provider, completion_request request);
  push_result push(std::uint64_t stream, std::vector<completion_event> events);
  // Whoever pushes has nothing more at the moment.
  void tell(std::uint64_t stream);
  void end(std::uint64_t stream, std::optional<failure> why);
  void forget_stream(std::uint64_t stream);

 private:
  std::shared_ptr<pending_answer> take(std::uint64_t id);
  std::shared_ptr<pushed_stream> stream(std::uint64_t id);

  std::shared_ptr<bridge_queue> to_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<pending_answer>> pending_;
  std::map<std::uint64_t, std::shared_ptr<pushed_stream>> streams_;
};

// Reaches callbacks that are made with the engine, after its options; dead once the engine has gone.
using callbacks_ref = std::shared_ptr<std::weak_ptr<callbacks>>;

// A tool whose function is Python's.
tool python_tool(callbacks_ref by, std::string name, std::string description, boost::json::object schema);
tool_approver python_approver(callbacks_ref by);
// A provider whose methods are Python's.
std::shared_ptr<provider> python_provider(callbacks_ref by, std::string name, capability_table known);

}  // namespace sambung::python

#include "bridge.hpp"

#include "caller_run.hpp"
#include "errors.hpp"

namespace sambung::python {
namespace {

constexpr std::size_t first_steps = 64;  // of a call, taken by the thread that asks for it

PyObject* payload_of(bridge_message const& message) {
  if (message.what == message_kind::failed) return exception_of(message.thrown);
  if (message.what == message_kind::done) return to_python(message.values.front());
  if (message.values.empty()) return Py_NewRef(Py_None);
  reference tuple(PyTuple_New(static_cast<Py_ssize_t>(message.values.size())));
  for (std::size_t i = 0; tuple && i < message.values.size(); ++i) {
    auto* const one = to_python(message.values[i]);
    if (!one) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), one);
  }
  return tuple.release();
}

// What cannot be made a value of is told as that: one bad message loses no other.
PyObject* tuple_of(bridge_message const& message) {
  auto what = message.what;
  reference payload(payload_of(message));
  if (!payload) {
    PyErr_Clear();
    what = message_kind::failed;
    payload.reset(exception_of(failure(errc::internal, "a result could not be made a value of Python's")));
    if (!payload) return nullptr;
  }
  return Py_BuildValue("KiO", static_cast<unsigned long long>(message.ticket), static_cast<int>(what), payload.get());
}

}  // namespace

bridge::~bridge() {
  if (made_in_ == forks()) return;
  static_cast<void>(new std::shared_ptr<bridge_queue>(std::move(queue_)));  // another process's
}

std::shared_ptr<bridge_queue> const& bridge::queue() const {
  if (made_in_ != forks())
    throw error(errc::unavailable,
                "this bridge is another process's: the process has forked; open an engine in this one");
  return queue_;
}

std::uint64_t bridge::start(running_engine& in, task<erased> operation,
                            std::optional<std::chrono::milliseconds> limit) {
  auto const ticket = next_ticket();
  auto done = [into = std::weak_ptr(queue()), ticket](erased value, std::exception_ptr thrown) {
    auto const queue = into.lock();
    if (!queue) return;
    bridge_message told;
    told.ticket = ticket;
    told.what = thrown ? message_kind::failed : message_kind::done;
    if (thrown) told.thrown = std::move(thrown);
    else told.values.push_back(std::move(value));
    queue->put(std::move(told));
  };
  auto const here = std::make_shared<caller_run>(in.executor());
  caller_run::presence const staying(*here);
  {
    std::lock_guard lock(mutex_);  // taken by take(), which may so not miss it
    calls_.emplace(ticket, in.start(std::move(operation), limit, std::move(done), here->executor()));
  }
  here->run_present(first_steps);  // mostly up to where it waits for storage, if not to its end
  return ticket;
}

void bridge::cancel(std::uint64_t ticket) {
  static_cast<void>(queue());
  std::shared_ptr<call> one;
  {
    std::lock_guard lock(mutex_);
    auto const found = calls_.find(ticket);
    if (found != calls_.end()) one = found->second.lock();
  }
  if (one) one->cancel();
}

PyObject* bridge::take(std::size_t limit) {
  auto const taken = queue()->take(limit);
  {
    std::lock_guard lock(mutex_);
    for (auto const& one : taken) calls_.erase(one.ticket);
  }
  reference list(PyList_New(0));
  if (!list) return nullptr;
  for (auto const& one : taken) {
    reference const told(tuple_of(one));
    if (!told || PyList_Append(list.get(), told.get()) < 0) return nullptr;
  }
  return list.release();
}

void bridge::close() {
  if (made_in_ == forks()) queue_->close();
}

}  // namespace sambung::python

#include "callbacks.hpp"

#include "own_shapes.hpp"
#include "pushed_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/system_error.hpp>

namespace sambung::python {

namespace asio = boost::asio;

// Touched on its executor only, but for where that is.
class pending_answer : public std::enable_shared_from_this<pending_answer> {
 public:
  explicit pending_answer(asio::any_io_executor where) : where_(where), bell_(where) {
    bell_.expires_at(asio::steady_timer::time_point::max());
  }

  void settle(result<boost::json::value> outcome) {
    asio::post(where_, [self = shared_from_this(), outcome = std::move(outcome)]() mutable {
      self->outcome_.emplace(std::move(outcome));
      self->bell_.expires_at(asio::steady_timer::time_point::min());  // also a wait that has not begun
    });
  }
  asio::steady_timer& bell() { return bell_; }
  std::optional<result<boost::json::value>>& outcome() { return outcome_; }

 private:
  asio::any_io_executor where_;
  asio::steady_timer bell_;
  std::optional<result<boost::json::value>> outcome_;
};

namespace {

erased word(std::string text) { return erase_type(std::move(text)); }

std::shared_ptr<callbacks> reach(callbacks_ref const& by) {
  auto reached = by->lock();
  if (!reached) throw error(errc::unavailable, "the engine is closed");
  return reached;
}

// What a tool gives: text as it is, everything else as JSON.
std::string text_from(boost::json::value const& answer) {
  if (answer.is_string()) return std::string(answer.get_string());
  return boost::json::serialize(answer);
}

task<std::string> call_tool(callbacks_ref by, std::string name, tool_call call, boost::json::object arguments) {
  auto const reached = reach(by);
  std::vector<erased> request;
  request.push_back(word("tool"));
  request.push_back(erase_type(std::move(call)));
  request.push_back(word(std::move(name)));
  request.push_back(erase_type(std::move(arguments)));
  auto asked = reached->ask(std::move(request));
  auto const answer = co_await std::move(asked);
  co_return text_from(answer);
}

// Only true allows; text is why not.
tool_verdict verdict_from(boost::json::value const& answer) {
  if (answer.is_bool() && answer.get_bool()) return tool_verdict::allow();
  if (answer.is_string() && answer.get_string() == "ask") return tool_verdict::ask();
  auto const* object = answer.if_object();
  auto const* reason = object ? object->if_contains("deny") : nullptr;
  if (reason && reason->is_string()) return tool_verdict::deny(std::string(reason->get_string()));
  return tool_verdict::deny("not allowed");
}

task<tool_verdict> ask_approval(callbacks_ref by, tool_call call) {
  auto const reached = reach(by);
  std::vector<erased> request;
  request.push_back(word("approve"));
  request.push_back(erase_type(std::move(call)));
  auto asked = reached->ask(std::move(request));
  auto const answer = co_await std::move(asked);
  co_return verdict_from(answer);
}

}  // namespace

task<boost::json::value> callbacks::ask(std::vector<erased> request) {
  auto const where = co_await asio::this_coro::executor;
  auto const waiting = std::make_shared<pending_answer>(where);
  auto const id = next_ticket();
  {
    std::lock_guard lock(mutex_);
    pending_.emplace(id, waiting);
  }
  to_->put({id, message_kind::request, std::move(request), nullptr});
  auto const state = co_await asio::this_coro::cancellation_state;
  while (!waiting->outcome() && state.cancelled() == asio::cancellation_type::none)
    co_await waiting->bell().async_wait(asio::as_tuple(asio::use_awaitable));
  if (!waiting->outcome()) {
    if (take(id)) to_->put({id, message_kind::withdrawn, {}, nullptr});
    throw boost::system::system_error(asio::error::operation_aborted);
  }
  co_return std::move(*waiting->outcome()).value();
}

std::shared_ptr<pending_answer> callbacks::take(std::uint64_t id) {
  std::lock_guard lock(mutex_);
  auto const found = pending_.find(id);
  if (found == pending_.end()) return nullptr;
  auto taken = std::move(found->second);
  pending_.erase(found);
  return taken;
}

void callbacks::answer(std::uint64_t id, boost::json::value value) {
  if (auto const waiting = take(id)) waiting->settle(std::move(value));
}

void callbacks::fail(std::uint64_t id, failure why) {
  if (auto const waiting = take(id)) waiting->settle(std::move(why));
}

std::shared_ptr<pushed_stream> callbacks::open_stream(std::string provider, completion_request request) {
  auto const id = next_ticket();
  auto made = std::make_shared<pushed_stream>(id, to_);
  {
    std::lock_guard lock(mutex_);
    streams_.emplace(id, made);
  }
  std::vector<erased> values;
  values.push_back(word("provider"));
  values.push_back(word("stream"));
  values.push_back(word(std::move(provider)));
  values.push_back(erase_type(std::move(request)));
  values.push_back(erase_type(static_cast<std::int64_t>(id)));
  to_->put({id, message_kind::request, std::move(values), nullptr});
  return made;
}

std::shared_ptr<pushed_stream> callbacks::stream(std::uint64_t id) {
  std::lock_guard lock(mutex_);
  auto const found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second;
}

push_result callbacks::push(std::uint64_t id, std::vector<completion_event> events) {
  auto const into = stream(id);
  return into ? into->push(std::move(events)) : push_result::stopped;
}

void callbacks::tell(std::uint64_t id) {
  if (auto const of = stream(id)) of->tell();
}

void callbacks::end(std::uint64_t id, std::optional<failure> why) {
  if (auto const of = stream(id)) of->end(std::move(why));
}

void callbacks::forget_stream(std::uint64_t id) {
  std::lock_guard lock(mutex_);
  streams_.erase(id);
}

tool python_tool(callbacks_ref by, std::string name, std::string description, boost::json::object schema) {
  auto run = [by, name](tool_call call, boost::json::object arguments) {
    return call_tool(by, name, std::move(call), std::move(arguments));
  };
  return tool(name, std::move(description), std::move(schema), tool::function(std::move(run)));
}

tool_approver python_approver(callbacks_ref by) {
  return [by](tool_call call) { return ask_approval(by, std::move(call)); };
}

}  // namespace sambung::python

#include "services/turns/tool_step.hpp"

#include "core/caught.hpp"
#include "services/turns/bounded_call.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <limits>

namespace sambung {

using namespace boost::asio::experimental::awaitable_operators;

namespace {

namespace json = boost::json;

constexpr std::size_t most_workers = 64;

bool is_text(std::string_view text) {
  field unlimited;
  unlimited.max_bytes = std::numeric_limits<std::size_t>::max();
  return !text_fault(text, unlimited);
}

// Cut between two characters, and saying so.
std::string within(std::string text, std::size_t max_bytes) {
  auto const all = text.size();
  max_bytes = std::min(max_bytes, max_part_bytes / 2);
  if (all <= max_bytes) return text;
  auto end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "\n[cut: the first " + std::to_string(end) + " of " + std::to_string(all) + " bytes]";
}

std::string listed(failure const& why) {
  if (why.issues.empty()) return why.message;
  std::string all = "the arguments are invalid";
  for (auto const& [path, message] : why.issues) {
    all += &why.issues.front().path == &path ? ": " : "; ";
    if (!path.empty()) all += path + ": ";
    all += message;
  }
  return all;
}

// What may be told of an exception out of the application's code: the edge where any of them ends.
failure told(std::exception_ptr const& thrown) {
  auto const why = caught(thrown, "the tool failed");
  failure out(why.code, why.message);
  out.sensitive = why.sensitive;
  return out;
}

std::string in_milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()) + " ms"; }

// A model that has nothing to say may write nothing.
result<json::value> read_arguments(std::string_view text) {
  if (text.empty()) return json::value(json::object());
  return parse_json(text);
}

result<tool::invocation> prepared(tool const& by, json::value const& arguments) {
  try {
    return by.prepare(arguments);
  } catch (...) {
    return told(std::current_exception());
  }
}

failure unknown(tool_selection const& offered) {
  std::string names;
  for (auto const& one : offered.tools) names += (names.empty() ? "" : ", ") + one->name();
  return failure(errc::not_found, "there is no such tool; there are: " + names);
}

tool_result result_of(tool_call_part const& call, std::string text, bool is_error) {
  tool_result made;
  made.call_id = call.id;
  made.name = call.name;
  made.text = std::move(text);
  made.is_error = is_error;
  return made;
}

// Names of tools are the application's: a closed set.
span tool_span(tool_environment const& with, tool const& by) {
  if (!with.tracer) return span();
  auto made = with.tracer->start("execute_tool " + by.name(), span_kind::internal, with.part_of);
  made.set("gen_ai.operation.name", std::string("execute_tool"));
  made.set("gen_ai.tool.name", by.name());
  return made;
}

}  // namespace

tool_result refused_call(tool_call_part const& call, std::string_view why) {
  return result_of(call, "Error: " + std::string(why), true);
}

task<void> tool_step::run(std::vector<tool_call_part> calls) {
  calls_ = std::move(calls);
  next_ = 0;
  auto const most = std::min(calls_.size(), with_.limits.max_calls);
  for (auto i = most; i < calls_.size(); ++i)
    tell_(refused_call(calls_[i], "not made: at most " + std::to_string(with_.limits.max_calls) + " calls at once"));
  calls_.resize(most);
  auto const workers = std::clamp<std::size_t>(with_.limits.parallelism, 1, most_workers);
  co_await work(std::min(workers, most));
}

task<void> tool_step::work(std::size_t workers) {
  if (workers > 1) co_await (work_alone() && work(workers - 1));
  else co_await work_alone();
}

task<void> tool_step::work_alone() {
  while (next_ < calls_.size()) {
    auto const& call = calls_[next_++];
    auto done = co_await answer(call);
    tell_(std::move(done));
  }
}

task<tool_result> tool_step::answer(tool_call_part const& call) {
  auto ended = co_await attempt(call);
  auto text = ended ? std::move(*ended) : "Error: " + listed(ended.error());
  co_return result_of(call, within(std::move(text), with_.limits.max_result_bytes), ended.has_error());
}

task<result<std::string>> tool_step::attempt(tool_call_part const& call) {
  auto const* by = offered_.find(call.name);
  if (!by) co_return unknown(offered_);
  auto const arguments = read_arguments(call.arguments);
  if (!arguments) co_return arguments.error();
  auto made = whose_;
  made.id = call.id;
  made.name = call.name;
  made.arguments = call.arguments;
  auto ready = prepared(*by, *arguments);
  if (!ready) {
    if (ready.error().code != errc::invalid_argument) tell_observer(engine_part::tool, made, ready.error());
    co_return ready.error();
  }
  if (auto denied = co_await agree(made, *by)) co_return std::move(*denied);
  auto made_of = made;
  auto ended = co_await make(std::move(made), *by, std::move(*ready));
  if (ended && !is_text(*ended)) ended = failure(errc::internal, "the tool gave something that is not UTF-8 text");
  if (!ended) tell_observer(engine_part::tool, made_of, ended.error());
  co_return ended;
}

void tool_step::tell_observer(engine_part part, tool_call const& call, failure const& why) const {
  failed_part what(part, call.name, why);
  what.tenant_id = call.tenant_id;
  what.user_id = call.user_id;
  what.chat_id = call.chat_id;
  what.message_id = call.message_id;
  with_.observer->failed(what);
}

// First the application, then the user.
task<std::optional<failure>> tool_step::agree(tool_call const& call, tool const& by) {
  bool asks = by.policy() == tool_policy::ask;
  if (with_.approver) {
    auto const verdict = co_await ask_approver(call);
    if (!verdict) co_return verdict.error();
    asks = asks || verdict->asks();
  }
  if (!asks) co_return std::nullopt;
  co_return co_await with_.ask_user(call, by);
}

// What it denies is a failure.
task<result<tool_verdict>> tool_step::ask_approver(tool_call call) {
  bounded_call<tool_verdict>::function f = [approve = with_.approver, call] { return approve(call); };
  auto const ended =
      co_await bounded_call<tool_verdict>::make(with_.executor, with_.clock, with_.limits.approval, std::move(f));
  if (auto const* verdict = std::get_if<tool_verdict>(&ended)) {
    if (!verdict->denied()) co_return *verdict;
    auto const& reason = *verdict->denied();
    co_return failure(errc::permission_denied, "the call is not allowed: " + (is_text(reason) ? reason : "no reason"));
  }
  if (auto const* thrown = std::get_if<std::exception_ptr>(&ended)) {
    auto const why = told(*thrown);
    tell_observer(engine_part::approval, call, why);
    co_return failure(errc::permission_denied, "the call is not allowed: " + why.message);
  }
  co_return failure(errc::deadline_exceeded, "the call is not allowed: nobody agreed to it in time");
}

task<result<std::string>> tool_step::make(tool_call call, tool const& by, tool::invocation ready) {
  auto traced = tool_span(with_, by);
  if (with_.trace_content) traced.set_content("gen_ai.tool.call.arguments", call.arguments);
  auto made = co_await run_bounded(std::move(call), by, std::move(ready));
  if (!made) traced.fail(to_string(made.error().code));
  else if (with_.trace_content) traced.set_content("gen_ai.tool.call.result", *made);
  co_return made;
}

task<result<std::string>> tool_step::run_bounded(tool_call call, tool const& by, tool::invocation ready) {
  auto const limit = by.time().value_or(with_.limits.time);
  bounded_call<std::string>::function f = [ready = std::move(ready), call = std::move(call)] { return ready(call); };
  auto ended = co_await bounded_call<std::string>::make(with_.executor, with_.clock, limit, std::move(f));
  if (auto* text = std::get_if<std::string>(&ended)) co_return std::move(*text);
  if (auto const* thrown = std::get_if<std::exception_ptr>(&ended)) co_return told(*thrown);
  co_return failure(errc::deadline_exceeded, "the tool took longer than " + in_milliseconds(limit));
}

}  // namespace sambung

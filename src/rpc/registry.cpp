#include <sambung/rpc/registry.hpp>

#include "core/caught.hpp"
#include "core/text.hpp"
#include "rpc/procedure_times.hpp"

#include <algorithm>
#include <atomic>

namespace sambung {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What `running` gives or throws, which is measured. A caller that went away has cancelled it.
template <class T>
task<T> timed(procedure_stopwatch watch, task<T> running) {
  try {
    auto made = co_await std::move(running);
    watch.ended(std::nullopt);
    co_return made;
  } catch (error const& e) {
    watch.ended(e.code());
    throw;
  } catch (...) {
    watch.ended(is_cancellation(std::current_exception()) ? errc::cancelled : errc::internal);
    throw;
  }
}

bool is_procedure_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.back() == '.' || name.find("..") != name.npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return c == '.' || is_word_character(c); });
}

task<encoded_value> run_call(procedure const& which, procedure_input in) {
  authorize(which, *in.from);
  if (which.kind != procedure_kind::call) throw error(errc::invalid_argument, which.name + " answers with a stream");
  auto running = which.call(std::move(in));
  co_return co_await std::move(running);
}

task<std::unique_ptr<encoded_event_source>> run_stream(procedure const& which, procedure_input in) {
  authorize(which, *in.from);
  if (which.kind != procedure_kind::stream) throw error(errc::invalid_argument, which.name + " is not a stream");
  auto running = which.open(std::move(in));
  co_return co_await std::move(running);
}

}  // namespace

request_class procedure_demand::usual_class(permission needs) {
  switch (needs) {
    case permission::none:
    case permission::chat_read:
    case permission::content_read:
    case permission::tenant_read:
    case permission::audit_read:
      return request_class::read;
    default:
      return request_class::write;
  }
}

void authorize(procedure const& which, call_context const& from) {
  if (which.needs == permission::none) return;
  if (!from.self() && !from.desk()) throw error(errc::unauthenticated, "sign in to call " + which.name);
  bool const allowed = from.self() ? from.self()->who().may(which.needs) : from.desk()->who().may(which.needs);
  bool const has_place = which.needs == permission::account ? from.self() != nullptr : from.desk() != nullptr;
  if (!allowed || !has_place)
    throw error(errc::permission_denied, "this role may not call " + which.name + ", which needs " + which.needs_name);
}

std::int64_t parse_event_number(std::string_view text) {
  auto const number = whole_number<std::int64_t>(text);
  if (!number || text.front() == '-')
    throw error(errc::invalid_argument, "last-event-id must be the number of an event");
  return *number;
}

void procedure_registry::seal() { std::atomic_ref(sealed_).store(true); }

void procedure_registry::add(procedure made, takes what) {
  if (std::atomic_ref(sealed_).load())
    throw error(errc::conflict, made.name + " comes too late: procedures are added before the first listen()");
  bool const of_tenant = made.needs != permission::none && made.needs != permission::account;
  if (what == takes::desk && !of_tenant)
    throw error(errc::invalid_argument, made.name + " wants a workspace and so must need a tenant's permission");
  if (what == takes::self && made.needs == permission::none)
    throw error(errc::invalid_argument, made.name + " wants an account and so must need a permission");
  made.needs_name = name_of(made.needs, own_);
  if (made.needs_name.empty())
    throw error(errc::invalid_argument,
                made.name + " needs a permission that engine_options::permissions does not have");
  if (!is_procedure_name(made.name)) throw error(errc::invalid_argument, "not a procedure name: " + made.name);
  auto name = made.name;
  auto const [added, is_new] = procedures_.emplace(std::move(name), std::move(made));
  if (!is_new) throw error(errc::already_exists, "there is a procedure of that name already");
  if (times_) times_->add(added->second);
}

procedure const* procedure_registry::find(std::string_view name) const {
  auto const found = procedures_.find(name);
  return found == procedures_.end() ? nullptr : &found->second;
}

void procedure_registry::measure(std::shared_ptr<metrics> into) {
  times_ = std::make_shared<procedure_times>(std::move(into));
}

task<encoded_value> procedure_registry::call(procedure const& which, procedure_input in) const {
  if (!times_) return run_call(which, std::move(in));
  procedure_stopwatch const watch(times_.get(), which, in.over);
  return timed(watch, run_call(which, std::move(in)));
}

task<std::unique_ptr<encoded_event_source>> procedure_registry::open(procedure const& which, procedure_input in) const {
  if (!times_) return run_stream(which, std::move(in));
  procedure_stopwatch const watch(times_.get(), which, in.over);
  return timed(watch, run_stream(which, std::move(in)));
}

}  // namespace sambung

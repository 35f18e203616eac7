#include "pushed_stream.hpp"

#include "own_shapes.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace sambung::python {

namespace asio = boost::asio;

namespace {

constexpr std::size_t good_deal = 64;
constexpr std::chrono::milliseconds quick_succession{1};

struct text_size {
  std::size_t operator()(text_delta const& said) const { return said.text.size(); }
  std::size_t operator()(reasoning_delta const& thought) const { return thought.text.size(); }
  std::size_t operator()(tool_call_delta const& call) const { return call.arguments.size(); }
  std::size_t operator()(usage_report const& used) const { return used.raw.size(); }
  std::size_t operator()(completion_finished const&) const { return 0; }
  std::size_t operator()(vendor_chunk const& chunk) const { return chunk.members.size(); }
};

std::size_t text_bytes(completion_event const& one) { return std::visit(text_size(), one); }

// A delta of text is never empty.
bool says_nothing(completion_event const& one) {
  auto const* said = std::get_if<text_delta>(&one);
  if (said) return said->text.empty();
  auto const* thought = std::get_if<reasoning_delta>(&one);
  return thought && thought->text.empty() && !thought->provider_data;
}

class python_stream : public completion_stream {
 public:
  python_stream(std::string model, std::shared_ptr<callbacks> by, std::shared_ptr<pushed_stream> from)
      : model_(std::move(model)), by_(std::move(by)), from_(std::move(from)) {}
  ~python_stream() override {
    from_->stop();
    by_->forget_stream(from_->id());
  }

  std::string model() const override { return model_; }
  task<result<std::optional<completion_event>>> next() override { return pushed_stream::next(from_); }
  std::optional<completion_event> ready() override { return from_->ready(); }

 private:
  std::string model_;
  std::shared_ptr<callbacks> by_;
  std::shared_ptr<pushed_stream> from_;
};

class provider_of_python : public provider {
 public:
  provider_of_python(callbacks_ref by, std::string name, capability_table known)
      : by_(std::move(by)), name_(std::move(name)), known_(std::move(known)) {}

  model_capabilities capabilities(std::string_view model) const override { return known_.of(model); }

 private:
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    return stream_of(by_, name_, std::move(request));
  }
  task<result<std::vector<model_info>>> do_models() override { return models_of(by_, name_); }
  task<result<void>> do_check() override { return check_of(by_, name_); }
  task<result<embedding_batch>> do_embed(embedding_request request) override {
    return embed_of(by_, name_, std::move(request));
  }

  static failure gone() { return failure(errc::unavailable, "the engine is closed"); }

  static task<result<std::unique_ptr<completion_stream>>> stream_of(callbacks_ref by, std::string name,
                                                                    completion_request request) {
    auto reached = by->lock();
    if (!reached) co_return gone();
    auto model = request.model;
    auto from = reached->open_stream(std::move(name), std::move(request));
    co_return std::make_unique<python_stream>(std::move(model), std::move(reached), std::move(from));
  }

  // The operation's name, the provider's, and what it is told; nothing that Python could hold on to.
  static task<result<boost::json::value>> ask(callbacks_ref by, std::string operation, std::string name, erased told) {
    auto const reached = by->lock();
    if (!reached) co_return gone();
    std::vector<erased> request;
    request.push_back(erase_type(std::string("provider")));
    request.push_back(erase_type(std::move(operation)));
    request.push_back(erase_type(std::move(name)));
    request.push_back(std::move(told));
    request.push_back(nothing());
    auto asked = as_result(reached->ask(std::move(request)));
    co_return co_await std::move(asked);
  }

  static model_info told_model(boost::json::object const& in) {
    auto const text = [&in](std::string_view name) {
      auto const* found = in.if_contains(name);
      return found && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    model_info told;
    told.id = text("id");
    told.owned_by = text("ownedBy");
    if (auto const* created = in.if_contains("created"); created && created->is_int64())
      told.created = created->get_int64();
    return told;
  }

  static task<result<std::vector<model_info>>> models_of(callbacks_ref by, std::string name) {
    auto asked = ask(std::move(by), "models", std::move(name), nothing());
    auto const answer = co_await std::move(asked);
    if (!answer) co_return answer.error();
    auto const* list = answer->if_array();
    if (!list) co_return failure(errc::provider_error, "models() gave no list");
    std::vector<model_info> models;
    for (auto const& one : *list) {
      model_info info;
      if (one.is_string()) info.id = one.get_string();
      else if (auto const* object = one.if_object()) info = told_model(*object);
      if (info.id.empty()) co_return failure(errc::provider_error, "models() gave what is no model");
      models.push_back(std::move(info));
    }
    co_return models;
  }

  static task<result<void>> check_of(callbacks_ref by, std::string name) {
    auto asked = ask(std::move(by), "check", std::move(name), nothing());
    auto const answer = co_await std::move(asked);
    if (!answer) co_return answer.error();
    co_return result<void>();
  }

  static task<result<embedding_batch>> embed_of(callbacks_ref by, std::string name, embedding_request request) {
    embedding_batch batch;
    batch.model = request.model;
    auto told = erase_type(std::move(request));
    auto asked = ask(std::move(by), "embed", std::move(name), std::move(told));
    auto const answer = co_await std::move(asked);
    if (!answer) co_return answer.error();
    auto read = from_json<std::vector<std::vector<double>>>(*answer);
    if (!read) co_return failure(errc::provider_error, "embed() gave no lists of numbers");
    for (auto const& one : *read) batch.vectors.emplace_back(one.begin(), one.end());
    co_return batch;
  }

  callbacks_ref by_;
  std::string name_;
  capability_table known_;
};

}  // namespace

push_result pushed_stream::push(std::vector<completion_event> events) {
  std::lock_guard lock(mutex_);
  if (stopped_ || ended_) return push_result::stopped;
  wants_room_ = is_full();
  if (wants_room_) return push_result::full;
  for (auto& one : events) {
    if (says_nothing(one)) continue;
    waiting_bytes_ += text_bytes(one);
    waiting_.push_back(std::move(one));
  }
  auto const now = std::chrono::steady_clock::now();
  if (waiting_.size() < good_deal && now - heard_ < quick_succession) return push_result::taken;
  heard_ = now;
  ring();
  return push_result::taken;
}

void pushed_stream::tell() {
  std::lock_guard lock(mutex_);
  ring();
}

void pushed_stream::end(std::optional<failure> why) {
  std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  why_ = std::move(why);
  bool const told = !waiting_.empty() && std::holds_alternative<completion_finished>(waiting_.back());
  if (!why_ && !told && !finished_) waiting_.emplace_back(completion_finished());
  ring();
}

void pushed_stream::stop() {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  stopped_ = true;
  if (!ended_) to_->put({id_, message_kind::withdrawn, {}, nullptr});
}

// With the lock; once for each wait. The reader's executor cancels it: timers are not for two threads.
void pushed_stream::ring() {
  if (!bell_) return;
  auto const where = bell_->get_executor();
  asio::post(where,
             [bell = std::exchange(bell_, nullptr)] { bell->expires_at(asio::steady_timer::time_point::min()); });
}

// With the lock.
std::optional<completion_event> pushed_stream::take() {
  if (waiting_.empty()) return std::nullopt;
  auto taken = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= text_bytes(taken);
  finished_ = finished_ || std::holds_alternative<completion_finished>(taken);
  if (wants_room_ && has_room()) {
    wants_room_ = false;
    to_->put({id_, message_kind::room, {}, nullptr});
  }
  return taken;
}

std::optional<completion_event> pushed_stream::ready() {
  std::lock_guard lock(mutex_);
  return take();
}

task<result<std::optional<completion_event>>> pushed_stream::next(std::shared_ptr<pushed_stream> self) {
  auto const where = co_await asio::this_coro::executor;
  auto const state = co_await asio::this_coro::cancellation_state;
  for (;;) {
    std::shared_ptr<asio::steady_timer> bell;
    {
      std::lock_guard lock(self->mutex_);
      if (auto taken = self->take()) co_return std::move(taken);
      if (self->ended_ && self->why_) co_return *self->why_;
      if (self->ended_) co_return std::optional<completion_event>();
      bell = self->bell_ = std::make_shared<asio::steady_timer>(where, asio::steady_timer::time_point::max());
    }
    co_await bell->async_wait(asio::as_tuple(asio::use_awaitable));
    std::lock_guard lock(self->mutex_);
    self->bell_.reset();
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
}

std::shared_ptr<provider> python_provider(callbacks_ref by, std::string name, capability_table known) {
  return std::make_shared<provider_of_python>(std::move(by), std::move(name), known);
}

}  // namespace sambung::python

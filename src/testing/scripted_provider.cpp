#include <sambung/testing/scripted_provider.hpp>

#include <atomic>
#include <optional>

namespace sambung::testing {

answer_script& answer_script::event(completion_event event) {
  steps_.emplace_back(std::move(event));
  return *this;
}
answer_script& answer_script::text(std::string delta) { return event(text_delta{std::move(delta)}); }
answer_script& answer_script::reasoning(std::string delta) { return event(reasoning_delta{std::move(delta)}); }
answer_script& answer_script::tool_call(std::int32_t index, std::string id, std::string name, std::string arguments) {
  return event(tool_call_delta{index, std::move(id), std::move(name), std::move(arguments)});
}
answer_script& answer_script::usage(std::int64_t input_tokens, std::int64_t output_tokens) {
  token_usage usage;
  usage.input_tokens = input_tokens;
  usage.output_tokens = output_tokens;
  return event(usage_report{usage, "{}"});
}
answer_script& answer_script::finish(finish_reason reason) {
  return event(completion_finished{reason, boost::describe::enum_to_string(reason, "other")});
}
answer_script& answer_script::fail(failure why) {
  steps_.emplace_back(std::move(why));
  return *this;
}
answer_script& answer_script::wait(gate g) {
  steps_.emplace_back(std::move(g));
  return *this;
}

struct scripted_provider::state {
  std::mutex mutex;
  std::deque<answer_script> scripts;
  handler otherwise;
  std::vector<model_info> models;
  std::vector<completion_request> requests;
  std::shared_ptr<std::atomic<std::size_t>> abandoned = std::make_shared<std::atomic<std::size_t>>(0);
};

class scripted_stream final : public completion_stream {
 public:
  scripted_stream(std::string model, answer_script script, std::shared_ptr<std::atomic<std::size_t>> abandoned)
      : model_(std::move(model)), script_(std::move(script)), abandoned_(std::move(abandoned)) {}
  ~scripted_stream() override {
    if (!script_.steps_.empty()) ++*abandoned_;
  }

  std::string model() const override { return model_; }

  // Passes the gates in front; then says whether the call is refused.
  task<result<void>> open() {
    co_await pass_gates();
    if (script_.steps_.empty() || !std::holds_alternative<failure>(script_.steps_.front())) co_return result<void>();
    auto const why = std::get<failure>(script_.steps_.front());
    script_.steps_.clear();
    co_return why;
  }

  task<result<std::optional<completion_event>>> next() override {
    co_await pass_gates();
    if (script_.steps_.empty()) co_return std::optional<completion_event>();
    auto const step = std::move(script_.steps_.front());
    script_.steps_.pop_front();
    if (auto const* why = std::get_if<failure>(&step)) {
      script_.steps_.clear();
      co_return *why;
    }
    co_return std::get<completion_event>(step);
  }

 private:
  task<void> pass_gates() {
    while (!script_.steps_.empty() && std::holds_alternative<gate>(script_.steps_.front())) {
      auto g = std::get<gate>(script_.steps_.front());
      co_await g.wait();
      script_.steps_.pop_front();
    }
  }

  std::string model_;
  answer_script script_;
  std::shared_ptr<std::atomic<std::size_t>> abandoned_;
};

scripted_provider::scripted_provider() : state_(std::make_shared<state>()) {
  state_->models.push_back(model_info{"scripted", "test", 0});
}
scripted_provider::~scripted_provider() = default;

scripted_provider& scripted_provider::push(answer_script script) {
  std::lock_guard const lock(state_->mutex);
  state_->scripts.push_back(std::move(script));
  return *this;
}

scripted_provider& scripted_provider::otherwise(handler h) {
  std::lock_guard const lock(state_->mutex);
  state_->otherwise = std::move(h);
  return *this;
}

scripted_provider& scripted_provider::offer(std::vector<model_info> models) {
  std::lock_guard const lock(state_->mutex);
  state_->models = std::move(models);
  return *this;
}

scripted_provider& scripted_provider::take_keys_for(std::string host) {
  key_host_ = std::move(host);
  return *this;
}

std::vector<completion_request> scripted_provider::requests() const {
  std::lock_guard const lock(state_->mutex);
  return state_->requests;
}

std::size_t scripted_provider::abandoned() const { return *state_->abandoned; }

task<result<std::unique_ptr<completion_stream>>> scripted_provider::do_stream(completion_request request) {
  answer_script script;
  {
    std::lock_guard const lock(state_->mutex);
    state_->requests.push_back(request);
    if (!state_->scripts.empty()) {
      script = std::move(state_->scripts.front());
      state_->scripts.pop_front();
    } else if (state_->otherwise) {
      script = state_->otherwise(request);
    } else {
      script.fail({errc::unavailable, "the scripted provider has no script for this call"});
    }
  }
  auto stream = std::make_unique<scripted_stream>(std::move(request.model), std::move(script), state_->abandoned);
  auto const opened = co_await stream->open();
  if (!opened) co_return opened.error();
  std::unique_ptr<completion_stream> out = std::move(stream);
  co_return out;
}

task<result<std::vector<model_info>>> scripted_provider::do_models() {
  std::lock_guard const lock(state_->mutex);
  co_return state_->models;
}

}  // namespace sambung::testing

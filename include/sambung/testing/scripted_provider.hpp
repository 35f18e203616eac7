// scripted_provider: a provider in the same process that plays what a test wrote, and remembers what it was asked.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/testing/gate.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace sambung::testing {

// One answer, step by step:
//   answer_script().text("Hel").wait(gate).text("lo").finish()
class answer_script {
 public:
  answer_script() = default;

  answer_script& event(completion_event event);
  answer_script& text(std::string delta);
  answer_script& reasoning(std::string delta);
  answer_script& tool_call(std::int32_t index, std::string id, std::string name, std::string arguments);
  answer_script& usage(std::int64_t input_tokens, std::int64_t output_tokens);
  answer_script& finish(finish_reason reason = finish_reason::stop);
  // The stream breaks here. As the first step: the call itself is refused.
  answer_script& fail(failure why);
  // Nothing goes on until the gate is open. As the first step: the call itself waits.
  answer_script& wait(gate g);

 private:
  friend class scripted_provider;
  friend class scripted_stream;
  using step = std::variant<completion_event, failure, gate>;
  std::deque<step> steps_;
};

// Thread safety: every function is safe to call from any thread.
class scripted_provider final : public provider {
 public:
  // Answers by `handler`.
  using handler = std::function<answer_script(completion_request const&)>;

  scripted_provider();
  ~scripted_provider() override;

  // The next call that has no script yet plays this one.
  scripted_provider& push(answer_script script);
  // What calls without a script get; without this they fail with errc::unavailable.
  scripted_provider& otherwise(handler h);
  // What models() lists; by default one model, "scripted".
  scripted_provider& offer(std::vector<model_info> models);
  // Takes keys, stored for this host. To be said before the first call.
  scripted_provider& take_keys_for(std::string host);

  std::string key_host() const override { return key_host_; }

  std::vector<completion_request> requests() const;
  // How many streams were destroyed before their end.
  std::size_t abandoned() const;

 private:
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override;
  task<result<std::vector<model_info>>> do_models() override;

  struct state;
  std::shared_ptr<state> state_;
  std::string key_host_;
};

}  // namespace sambung::testing

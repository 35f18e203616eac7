#include "commands.hpp"

#include <boost/json/serialize.hpp>

#include <deque>

namespace helpdesk {

using namespace sambung;

namespace {

// An answer that is known from the start.
class ready_answer final : public completion_stream {
 public:
  ready_answer(completion_event said, finish_reason why) {
    events_.push_back(std::move(said));
    events_.push_back(completion_finished{why, {}});
  }

  std::string model() const override { return "commands"; }

  task<result<std::optional<completion_event>>> next() override {
    if (events_.empty()) co_return std::optional<completion_event>();
    std::optional<completion_event> event = std::move(events_.front());
    events_.pop_front();
    co_return event;
  }

 private:
  std::deque<completion_event> events_;
};

std::unique_ptr<completion_stream> say(std::string text) {
  return std::make_unique<ready_answer>(text_delta{std::move(text)}, finish_reason::stop);
}

std::unique_ptr<completion_stream> call(std::string name, std::string text) {
  boost::json::object arguments;
  arguments["text"] = std::move(text);
  tool_call_delta made{0, "call", std::move(name), boost::json::serialize(arguments)};
  return std::make_unique<ready_answer>(std::move(made), finish_reason::tool_calls);
}

std::vector<std::string> names_of(boost::json::array const& tools) {
  std::vector<std::string> names;
  for (auto const& one : tools) names.emplace_back(one.at("function").at("name").as_string());
  return names;
}

std::unique_ptr<completion_stream> answer_to(completion_request const& request) {
  auto const& last = request.messages.back();
  if (last.who == role::tool) return say(std::get<tool_result_part>(last.parts.back()).text);
  auto const line = text_of(last.parts);
  std::string help = "I know";
  for (auto const& name : names_of(request.tools)) {
    auto const command = "/" + name + " ";
    if (line.starts_with(command)) return call(name, line.substr(command.size()));
    help += " /" + name;
  }
  return say(std::move(help));
}

class commands final : public provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    co_return answer_to(request);
  }

  task<result<std::vector<model_info>>> do_models() override {
    co_return std::vector<model_info>(1, model_info{"commands", "desk", 0});
  }
};

}  // namespace

std::shared_ptr<provider> command_provider() { return std::make_shared<commands>(); }

}  // namespace helpdesk

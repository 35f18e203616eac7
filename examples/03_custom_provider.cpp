// A provider of your own: implement do_stream and do_models; complete(), stream() and check() come with the base class.
#include <sambung/provider/provider.hpp>

#include <deque>
#include <iostream>

namespace {

using namespace sambung;

// What an answer consists of: here everything is known from the start, a real one would wait in next().
class echo_stream final : public completion_stream {
 public:
  explicit echo_stream(std::string text) {
    events_.push_back(text_delta{"You said: "});
    events_.push_back(text_delta{std::move(text)});
    events_.push_back(completion_finished{finish_reason::stop, "stop"});
  }

  std::string model() const override { return "echo"; }

  task<result<std::optional<completion_event>>> next() override {
    std::optional<completion_event> event = std::move(events_.front());
    events_.pop_front();
    co_return event;
  }

 private:
  std::deque<completion_event> events_;
};

class echo_provider final : public provider {
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    std::unique_ptr<completion_stream> stream = std::make_unique<echo_stream>(text_of(request.messages.back().parts));
    co_return stream;
  }

  task<result<std::vector<model_info>>> do_models() override {
    co_return std::vector<model_info>(1, model_info{"echo", "me", 0});
  }
};

task<void> demo(provider& echo) {
  std::vector<prompt_message> messages(1, {role::user, "Apa khabar?"});
  completion_request request("echo", std::move(messages));
  auto const answer = (co_await echo.complete(request)).value();
  std::cout << text_of(answer.parts) << '\n';
  auto stream = (co_await echo.stream(request)).value();
  while (auto const event = (co_await stream->next()).value())
    if (auto const* delta = std::get_if<text_delta>(&*event)) std::cout << '[' << delta->text << ']' << std::flush;
  std::cout << '\n';
}

}  // namespace

int main() {
  echo_provider echo;
  sambung::sync_wait(demo(echo));
}

// A provider of your own: implement do_stream and do_models; complete(), stream() and check() come with the base class.
#include <sambung/provider/provider.hpp>

#include <deque>
#include <iostream>

namespace {

// What an answer consists of: here everything is known from the start, a real one would wait in next().
class echo_stream final : public sambung::completion_stream {
 public:
  explicit echo_stream(std::string text) {
    events_.push_back(sambung::text_delta{"You said: "});
    events_.push_back(sambung::text_delta{std::move(text)});
    events_.push_back(sambung::completion_finished{sambung::finish_reason::stop, "stop"});
  }

  std::string model() const override { return "echo"; }

  sambung::task<sambung::result<std::optional<sambung::completion_event>>> next() override {
    std::optional<sambung::completion_event> event = std::move(events_.front());
    events_.pop_front();
    co_return event;
  }

 private:
  std::deque<sambung::completion_event> events_;
};

class echo_provider final : public sambung::provider {
  sambung::task<sambung::result<std::unique_ptr<sambung::completion_stream>>> do_stream(
      sambung::completion_request request) override {
    std::unique_ptr<sambung::completion_stream> stream =
        std::make_unique<echo_stream>(sambung::text_of(request.messages.back().parts));
    co_return stream;
  }

  sambung::task<sambung::result<std::vector<sambung::model_info>>> do_models() override {
    co_return std::vector<sambung::model_info>(1, sambung::model_info{"echo", "me", 0});
  }
};

sambung::task<void> demo(sambung::provider& echo) {
  std::vector<sambung::prompt_message> messages(1, {sambung::role::user, "Apa khabar?"});
  sambung::completion_request request("echo", std::move(messages));
  auto const answer = (co_await echo.complete(request)).value();
  std::cout << sambung::text_of(answer.parts) << '\n';

  auto stream = (co_await echo.stream(request)).value();
  while (auto const event = (co_await stream->next()).value())
    if (auto const* delta = std::get_if<sambung::text_delta>(&*event)) std::cout << '[' << delta->text << ']' << std::flush;
  std::cout << '\n';
}

}  // namespace

int main() {
  echo_provider echo;
  sambung::sync_wait(demo(echo));
}

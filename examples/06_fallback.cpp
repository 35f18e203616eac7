// Two accounts behind one name: the first is tried again when that may help, left alone while it does not work, and
// replaced by the second where it cannot answer. The vendors are scripted here; with openai_provider() and
// anthropic_provider() in their place nothing else changes.
#include <sambung/sambung.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

namespace {

using namespace sambung;
using namespace std::chrono_literals;

// What happens behind the name, for a log.
void report(provider_event const& event) {
  if (auto const* retry = std::get_if<retry_scheduled>(&event))
    std::cout << "[" << retry->model << " failed: " << retry->why.message << "; once more in " << retry->delay.count()
              << " ms]\n";
  if (auto const* fell = std::get_if<fell_back>(&event))
    std::cout << "[from " << fell->from << " to " << fell->to << ": " << fell->why.message << "]\n";
}

std::shared_ptr<provider> steadied(std::shared_ptr<provider> account) {
  retry_options again;
  again.base_delay = 10ms;
  again.observer = report;
  return retrying(circuit_breaker(std::move(account)), again);
}

std::shared_ptr<provider> best_of(std::shared_ptr<provider> first, std::shared_ptr<provider> second) {
  std::vector<fallback_candidate> candidates;
  candidates.emplace_back(steadied(std::move(first)), "gpt-6-luna");
  candidates.emplace_back(steadied(std::move(second)), "claude-sonnet-5-5");
  fallback_options options;
  options.observer = report;
  return fallback(std::move(candidates), options);
}

task<void> talk(engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);
  auto chats = desk.chats();

  auto chat = co_await chats.create("Fallback", "best/default");
  auto turn = co_await chats.send(chat.id, "Apa khabar?");
  while (auto event = co_await turn.next())
    if (auto const* delta = std::get_if<text_delta>(&*event)) std::cout << delta->text << '\n';
  co_await engine.shutdown();
}

}  // namespace

int main() {
  auto const away = std::make_shared<testing::scripted_provider>();
  away->otherwise([](completion_request const&) {
    return testing::answer_script().fail(failure(errc::unavailable, "the provider cannot be reached"));
  });
  auto const well = std::make_shared<testing::scripted_provider>();
  well->otherwise([](completion_request const& asked) {
    return testing::answer_script().text("Baik, says " + asked.model + ".").finish();
  });

  boost::asio::thread_pool io(1);
  engine_options options;
  options.storage = memory_storage();
  options.providers.add("best", best_of(away, well));
  engine engine(io.get_executor(), std::move(options));
  sync_wait(talk(engine));
}

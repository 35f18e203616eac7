// A first chat: an engine in memory, a tenant, a user, a question, an answer.
#include <sambung/sambung.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

sambung::task<void> chat_once(sambung::engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);

  auto chat = co_await desk.chats().create("Onboarding", "demo/demo");
  auto turn = co_await desk.chats().send(chat.id, "Apa khabar?");
  auto answer = co_await turn.answer();

  std::cout << sambung::text_of(answer.parts) << '\n';
  co_await engine.shutdown();
}

int main() {
  boost::asio::thread_pool io(1);  // turns run here
  sambung::engine engine(io.get_executor(), sambung::engine_options());
  sambung::sync_wait(chat_once(engine));
}

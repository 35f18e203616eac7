// A streamed chat on disk: text as it comes, a second reader that joins late, and the stored conversation.
#include <sambung/sambung.hpp>

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <iostream>

void show(sambung::turn_event const& event) {
  if (auto const* delta = std::get_if<sambung::text_delta>(&event)) std::cout << delta->text << std::flush;
  if (std::holds_alternative<sambung::turn_finished>(event)) std::cout << '\n';
}

sambung::task<void> stream(sambung::engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);
  auto chats = desk.chats();

  auto chat = co_await chats.create("Streaming", "demo/demo");
  auto turn = co_await chats.send(chat.id, "Tell me more.");
  while (auto event = co_await turn.next()) show(*event);

  // Any reader may come at any time and go on behind the event it saw last.
  auto late = co_await chats.resume(turn.message_id(), 5);
  std::cout << "... from event 6 on: ";
  while (auto event = co_await late.next()) show(*event);

  auto newest_first = co_await chats.messages(chat.id);
  std::cout << newest_first.items.size() << " messages are stored\n";
  co_await engine.shutdown();
}

int main() {
  auto const file = std::filesystem::temp_directory_path() / "sambung_stream.db";
  for (auto const* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);

  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.storage = sambung::open_storage("sqlite:" + file.string()).value();
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(stream(engine));
}

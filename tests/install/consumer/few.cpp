// One turn with the demo provider, stored in the SQLite file that is named.
#include <sambung/engine/engine.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

int main(int, char** argv) {
  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.storage = sambung::open_sqlite(sambung::sqlite_options(argv[1])).value();
  options.providers.add("demo", sambung::demo_provider());
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(engine.start());

  auto acme = sambung::sync_wait(engine.tenants().create("acme"));
  auto ada = sambung::sync_wait(engine.users().create(acme.id, "ada@example.com"));
  auto chats = engine.workspace(sambung::principal::trusted(acme.id, ada.id, sambung::member_role::owner)).chats();
  auto chat = sambung::sync_wait(chats.create("First", "demo/demo"));
  auto turn = sambung::sync_wait(chats.send(chat.id, "Apa khabar?"));
  auto answer = sambung::sync_wait(turn.answer());
  std::cout << sambung::text_of(answer.parts) << "\n";

  sambung::sync_wait(engine.shutdown());
  return answer.state == sambung::message_state::complete ? 0 : 1;
}

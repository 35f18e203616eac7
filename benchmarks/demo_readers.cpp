// The floor of P11's streams in one loop: as many turns of the built-in demo, a word each 20 ms, read in C++.
//
//   bench_demo_readers DATABASE STREAMS     prints one line of JSON: by how much gaps between words are longer, in ms
#include <sambung/provider/demo.hpp>
#include <sambung/sambung.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds delay{20};

std::string question() {
  std::string words;
  for (int i = 0; i < 195; ++i) words += "a ";
  return words;
}

sambung::engine_options options_of(std::string const& database, std::size_t streams) {
  sambung::engine_options options;
  options.storage = sambung::open_storage(database).value();
  sambung::demo_options slow;
  slow.delay = delay;
  options.providers.add("demo", sambung::demo_provider(sambung::system_clock(), slow));
  options.turns.max_per_user = streams;
  return options;
}

sambung::task<std::vector<double>> read(sambung::chats chats, sambung::chat_id chat) {
  std::vector<double> late_ms;
  auto turn = co_await chats.send(chat, question());
  std::optional<steady::time_point> before;
  while (auto event = co_await turn.next()) {
    if (!std::holds_alternative<sambung::text_delta>(*event)) continue;
    auto const now = steady::now();
    if (before) late_ms.push_back(std::chrono::duration<double, std::milli>(now - *before - delay).count());
    before = now;
  }
  co_return late_ms;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto const streams = std::stoul(argv[2]);
  boost::asio::thread_pool io(1);
  sambung::engine engine(io.get_executor(), options_of(argv[1], streams));
  sambung::sync_wait(engine.start());
  auto const tenant = sambung::sync_wait(engine.tenants().create("bench"));
  auto const user = sambung::sync_wait(engine.users().create(tenant.id, "bench@example.com"));
  auto const desk = engine.workspace(sambung::principal::trusted(tenant.id, user.id, sambung::member_role::owner));
  std::vector<std::future<std::vector<double>>> readers;
  for (std::size_t i = 0; i < streams; ++i) {
    auto const chat = sambung::sync_wait(desk.chats().create("bench", "demo/demo"));
    readers.push_back(boost::asio::co_spawn(io, read(desk.chats(), chat.id), boost::asio::use_future));
  }
  std::vector<double> late;
  for (auto& reader : readers) {
    auto const some = reader.get();
    late.insert(late.end(), some.begin(), some.end());
  }
  sambung::sync_wait(engine.shutdown());
  std::sort(late.begin(), late.end());
  std::cout << R"({"words": )" << late.size() + streams << R"(, "p50": )" << late[late.size() / 2] << R"(, "p99": )"
            << late[late.size() * 99 / 100] << "}\n";
}

// The server for benchmarks of events: whoever says "x-user: 17" is the 17th user of one tenant, and no limit of a user
// or an address is reached. Its access log goes to stderr.
//
//   bench_event_server USERS      prints its port; then takes commands by stdin, one a line, each answered by a line
//
//   each SECONDS         tells every user something once a second, evenly spread; says when it has
//   all RATE SECONDS     changes a record that everybody in the tenant hears of, RATE times a second
//   reads                how often storage was read so far
//
// What is told holds the microsecond in which it was due, and how many were told before.
#include <sambung/core/id_generator.hpp>
#include <sambung/sambung.hpp>
#include <sambung/server/server.hpp>
#include <sambung/server/setup/bootstrap.hpp>
#include <sambung/services/events/events.hpp>

#include "stamped_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <sstream>

namespace {

namespace asio = boost::asio;

constexpr std::size_t everybody = 1'000'000;

using beat_id = sambung::typed_id<struct beat_tag>;

// Its key is what a reader is told of it: when it was due, and its number.
struct beat {
  beat_id id;
};
BOOST_DESCRIBE_STRUCT(beat, (), (id))
auto describe_record(sambung::record_of<beat>) { return sambung::record<beat>("beats").announced_to_tenant(); }

beat beat_of(std::int64_t due_us, std::int64_t number) {
  beat made;
  for (std::size_t i = 0; i < 8; ++i) {
    made.id.value.bytes[i] = static_cast<std::uint8_t>(due_us >> (56 - 8 * i));
    made.id.value.bytes[8 + i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  }
  return made;
}

// Memory that counts how often it is read.
class counting_storage final : public sambung::storage {
 public:
  std::int64_t reads() const { return reads_; }

  sambung::task<sambung::result<void>> migrate(sambung::schema_ref s) override { return inner_->migrate(std::move(s)); }
  sambung::task<sambung::result<void>> adopt(sambung::schema_ref s) override { return inner_->adopt(std::move(s)); }
  sambung::task<sambung::result<sambung::rows>> read(sambung::scope who, sambung::query q) override {
    ++reads_;
    return inner_->read(std::move(who), std::move(q));
  }
  sambung::task<sambung::result<sambung::rows>> search(sambung::scope who, sambung::text_query q) override {
    return inner_->search(std::move(who), std::move(q));
  }
  sambung::task<sambung::result<sambung::receipt>> write(sambung::scope who, sambung::batch b) override {
    return inner_->write(std::move(who), std::move(b));
  }
  sambung::task<sambung::result<std::vector<sambung::tenant_id>>> tenants(
      sambung::scope who, std::string table, std::optional<sambung::tenant_id> after) override {
    return inner_->tenants(std::move(who), std::move(table), after);
  }
  sambung::task<sambung::result<void>> check() override { return inner_->check(); }
  bool is_shared() const override { return inner_->is_shared(); }

 private:
  std::shared_ptr<sambung::storage> inner_ = sambung::open_storage("memory:").value();
  std::atomic<std::int64_t> reads_ = 0;
};

std::int64_t now_us() { return stamped::now_ns() / 1'000; }

class teller {
 public:
  teller(sambung::engine& engine, asio::io_context& io, std::size_t users) : engine_(engine), timer_(io) {
    sambung::id_generator ids(sambung::system_clock(), sambung::system_random());
    for (std::size_t i = 0; i < users; ++i) users_.push_back(ids.next<sambung::user_id>());
  }

  sambung::task<void> found_tenant() {
    tenant_ = (co_await engine_.tenants().create("bench")).id;
    desk_ = engine_.workspace(sambung::principal::trusted(tenant_, users_.front(), sambung::member_role::owner));
  }

  std::optional<sambung::identity> who_is(std::string_view number) const {
    std::size_t index = 0;
    auto const [end, fault] = std::from_chars(number.data(), number.data() + number.size(), index);
    if (number.empty() || fault != std::errc() || index >= users_.size()) return std::nullopt;
    return sambung::identity::trusted(users_[index], sambung::tenant_place(tenant_, sambung::member_role::member));
  }

  sambung::task<std::int64_t> tell_each(std::int64_t seconds) {
    auto const count = static_cast<std::int64_t>(users_.size());
    auto const begin = now_us();
    auto const events = desk_.events();
    for (std::int64_t i = 0; i < seconds * count; ++i) {
      auto const due = begin + i * 1'000'000 / count;
      co_await until(due);
      boost::json::object body;
      body["at"] = due;
      body["n"] = rounds_ + i / count;
      boost::json::value said(std::move(body));
      co_await events.tell(users_[static_cast<std::size_t>(i % count)], "bench", std::move(said));
    }
    rounds_ += seconds;
    co_return seconds* count;
  }

  sambung::task<std::int64_t> tell_all(std::int64_t rate, std::int64_t seconds) {
    auto const begin = now_us();
    auto const beats = desk_.records<beat>();
    for (std::int64_t i = 0; i < seconds * rate; ++i) {
      auto const due = begin + i * 1'000'000 / rate;
      co_await until(due);
      auto const made = beat_of(due, beats_++);
      auto change = sambung::insert(made);
      co_await beats.write(std::move(change));
    }
    co_return seconds* rate;
  }

 private:
  sambung::task<void> until(std::int64_t due) {
    auto const left = due - now_us();
    if (left <= 0) co_return;
    timer_.expires_after(std::chrono::microseconds(left));
    co_await timer_.async_wait(asio::use_awaitable);
  }

  sambung::engine& engine_;
  asio::steady_timer timer_;
  std::vector<sambung::user_id> users_;
  sambung::tenant_id tenant_;
  sambung::workspace desk_;
  std::int64_t rounds_ = 0;
  std::int64_t beats_ = 0;
};

sambung::server_options server_options_for(teller const& of) {
  sambung::server_options options;
  options.threads = sambung::executor_threads::one;
  options.rates = sambung::no_rates();
  options.limits.max_connections = everybody;
  options.limits.max_connections_per_address = everybody;
  options.limits.max_sockets_per_address = everybody;
  options.identify = [&of](sambung::incoming_request const& from) -> sambung::task<std::optional<sambung::identity>> {
    co_return of.who_is(from.header("x-user"));
  };
  options.access_log = [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); };
  return options;
}

sambung::task<void> obey(teller& told, counting_storage const& store, asio::io_context& io) {
  asio::posix::stream_descriptor in(io, ::dup(STDIN_FILENO));
  asio::streambuf buffer;
  std::istream lines(&buffer);
  std::string line, verb;
  while (true) {
    co_await asio::async_read_until(in, buffer, '\n', asio::use_awaitable);
    std::getline(lines, line);
    std::istringstream words(line);
    std::int64_t first = 0, second = 0, answer = 0;
    words >> verb >> first >> second;
    if (verb == "each") answer = co_await told.tell_each(first);
    if (verb == "all") answer = co_await told.tell_all(first, second);
    if (verb == "reads") answer = store.reads();
    std::cout << answer << std::endl;
  }
}

sambung::task<void> serve(sambung::engine& engine, sambung::server& server, teller& told, counting_storage const& store,
                          asio::io_context& io) {
  co_await engine.start();
  co_await told.found_tenant();
  std::cout << server.listen("127.0.0.1", 0) << std::endl;
  co_await obey(told, store, io);
}

void run(std::size_t users) {
  asio::io_context io(1);
  auto const store = std::make_shared<counting_storage>();
  sambung::engine_options options;
  options.threads = sambung::executor_threads::one;
  options.storage = store;
  options.modules.push_back(sambung::module_schema("bench").table<beat>());
  sambung::engine engine(io.get_executor(), std::move(options));
  teller told(engine, io, users);
  sambung::server server(engine, io.get_executor(), server_options_for(told));
  asio::co_spawn(io, serve(engine, server, told, *store, io), [](std::exception_ptr failed) {
    if (failed) std::rethrow_exception(failed);
  });
  io.run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "see the top of event_server.cpp for how to call it\n", 2;
  try {
    run(std::stoull(argv[1]));
  } catch (std::exception const& e) {
    std::cerr << "bench_event_server: " << e.what() << "\n";
    return 1;
  }
}

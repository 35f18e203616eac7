// Durable turns in one process: an engine on a database, and a provider that answers at once.
//
//   bench_turns prepare FILE                              makes an empty database of Sambung's tables
//   bench_turns write FILE WRITERS SECONDS CONTEXT BYTES  sends and reads to the end, every writer in a chat of its own
//   bench_turns append FILE TURNS ROUNDS CONTEXT BYTES    what one more turn costs in a chat of TURNS turns, beside a
//                                                         chat of 10
//
// FILE is SQLite's, with synchronous=FULL, or the URL of a database whose tables SAMBUNG_MIGRATOR_URL may make.
// CONTEXT tokens of the chat, at least the question, go to the model each time. A turn is BYTES of text, a fifth of it
// the question. Prints one line of JSON.
#include <sambung/sambung.hpp>

#include "written_bytes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <string>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;

struct exchange {
  explicit exchange(std::size_t bytes) : question(bytes / 5, 'q'), answer(bytes - question.size(), 'a') {}
  double bytes() const { return static_cast<double>(question.size() + answer.size()); }

  std::string question;
  std::string answer;
};

std::shared_ptr<sambung::storage> opened(std::string const& file) {
  auto const migrator_url = sambung::process_environment()("SAMBUNG_MIGRATOR_URL").value_or("");
  return sambung::open_storage(file.find(':') == file.npos ? "sqlite:" + file : file, migrator_url).value();
}

void require(bool holds, char const* what) {
  if (!holds) throw std::runtime_error(what);
}

class canned_stream final : public sambung::completion_stream {
 public:
  canned_stream(std::string model, std::string const& answer) : model_(std::move(model)), answer_(answer) {}
  std::string model() const override { return model_; }
  sambung::task<sambung::result<std::optional<sambung::completion_event>>> next() override { co_return next_event(); }

 private:
  std::optional<sambung::completion_event> next_event() {
    switch (given_++) {
      case 0:
        return sambung::text_delta{answer_};
      case 1:
        return sambung::usage_report{sambung::token_usage{50, 200, 0, 0}, {}};
      case 2:
        return sambung::completion_finished{sambung::finish_reason::stop, "stop"};
      default:
        return std::nullopt;
    }
  }

  std::string model_;
  std::string const& answer_;
  int given_ = 0;
};

// Answers at once and, unlike the test kit's provider, forgets what it was asked.
class canned_provider final : public sambung::provider {
 public:
  explicit canned_provider(std::string answer) : answer_(std::move(answer)) {}

 private:
  sambung::task<sambung::result<std::unique_ptr<sambung::completion_stream>>> do_stream(
      sambung::completion_request request) override {
    co_return std::make_unique<canned_stream>(std::move(request.model), answer_);
  }
  sambung::task<sambung::result<std::vector<sambung::model_info>>> do_models() override {
    co_return std::vector<sambung::model_info>();
  }

  std::string const answer_;
};

// An engine with a thread of its own, a user, and chats for it.
class bench {
 public:
  bench(std::string const& file, std::size_t writers, std::int64_t context_tokens, exchange text)
      : text_(std::move(text)), engine_(io_.get_executor(), options(file, writers, context_tokens, text_.answer)) {
    sambung::sync_wait(engine_.start());
  }
  ~bench() { sambung::sync_wait(engine_.shutdown()); }
  bench(bench const&) = delete;
  bench& operator=(bench const&) = delete;

  void enter() {
    auto tenant = sambung::sync_wait(engine_.tenants().create("bench"));
    auto user = sambung::sync_wait(engine_.users().create(tenant.id, "bench@example.com"));
    chats_.emplace(
        engine_.workspace(sambung::principal::trusted(tenant.id, user.id, sambung::member_role::owner)).chats());
  }

  sambung::chat_id new_chat() { return sambung::sync_wait(chats_->create("bench", "canned/bench")).id; }

  // One turn, checked.
  sambung::task<void> take_turn(sambung::chat_id chat) {
    auto turn = co_await chats_->send(chat, text_.question);
    std::size_t bytes = 0;
    bool finished = false;
    while (auto event = co_await turn.next()) {
      if (auto* delta = std::get_if<sambung::text_delta>(&*event)) bytes += delta->text.size();
      if (auto* end = std::get_if<sambung::turn_finished>(&*event))
        finished = end->state == sambung::message_state::complete;
    }
    require(finished && bytes == text_.answer.size(), "a turn did not give its whole answer");
  }

  // Runs on the engine's thread, so that it costs no more than it must.
  std::future<void> run(std::function<sambung::task<void>()> const& operation) {
    return boost::asio::co_spawn(io_, operation(), boost::asio::use_future);
  }

 private:
  static sambung::engine_options options(std::string const& file, std::size_t writers, std::int64_t context_tokens,
                                         std::string const& answer) {
    sambung::engine_options options;
    options.storage = opened(file);
    options.providers.add("canned", std::make_shared<canned_provider>(answer));
    options.turns.max_per_user = writers;
    options.turns.retention = std::chrono::milliseconds(0);
    options.context = sambung::token_budget_context(context_tokens);
    return options;
  }

  exchange const text_;
  boost::asio::thread_pool io_{1};
  sambung::engine engine_;
  std::optional<sambung::chats> chats_;
};

double percentile(std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

void write_turns(std::string const& file, int writers, double seconds, std::int64_t context_tokens, exchange text) {
  auto b = std::make_unique<bench>(file, static_cast<std::size_t>(writers), context_tokens, text);
  b->enter();
  std::vector<sambung::chat_id> chats;
  for (int i = 0; i < writers; ++i) chats.push_back(b->new_chat());

  auto const before = written_bytes();
  auto const begin = steady::now();
  auto const end = begin + std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(seconds));
  std::vector<double> took_us;  // all writers are on the engine's one thread
  auto writer = [&](sambung::chat_id chat) -> sambung::task<void> {
    while (steady::now() < end) {
      auto const started = steady::now();
      co_await b->take_turn(chat);
      took_us.push_back(std::chrono::duration<double, std::micro>(steady::now() - started).count());
    }
  };
  std::vector<std::future<void>> running;
  for (auto chat : chats) running.push_back(b->run([&writer, chat] { return writer(chat); }));
  for (auto& one : running) one.get();
  auto const elapsed = std::chrono::duration<double>(steady::now() - begin).count();
  b.reset();  // writes the rest of the log into the file
  auto const written = written_bytes() - before;

  std::sort(took_us.begin(), took_us.end());
  std::cout << "{\"turns\": " << took_us.size()
            << ", \"turns_per_s\": " << static_cast<double>(took_us.size()) / elapsed
            << ", \"bytes\": " << written / (static_cast<double>(took_us.size()) * text.bytes())
            << ", \"p50_us\": " << percentile(took_us, 0.5) << ", \"p99_us\": " << percentile(took_us, 0.99) << "}\n";
}

struct cost {
  double median_us;
  double bytes_per_payload_byte;
};

cost cost_of_turns(bench& b, sambung::chat_id chat, int turns, double payload) {
  std::vector<double> took_us;
  auto measured = [&]() -> sambung::task<void> {
    for (int i = 0; i < turns; ++i) {
      auto const started = steady::now();
      co_await b.take_turn(chat);
      took_us.push_back(std::chrono::duration<double, std::micro>(steady::now() - started).count());
    }
  };
  auto const before = written_bytes();
  b.run(measured).get();
  auto const written = written_bytes() - before;

  std::sort(took_us.begin(), took_us.end());
  return {percentile(took_us, 0.5), written / (turns * payload)};
}

void append_turns(std::string const& file, int turns, int rounds, std::int64_t context_tokens, exchange text) {
  constexpr int measured = 50;
  bench b(file, 8, context_tokens, text);
  b.enter();
  auto const grow = [&](sambung::chat_id chat, int to) {
    auto all = [&]() -> sambung::task<void> {
      for (int i = 0; i < to; ++i) co_await b.take_turn(chat);
    };
    b.run(all).get();
  };
  auto const grown = b.new_chat();
  grow(grown, turns);

  std::cout << "{\"rounds\": [";
  for (int round = 0; round < rounds; ++round) {
    auto const fresh = b.new_chat();
    grow(fresh, 10);
    auto const base = cost_of_turns(b, fresh, measured, text.bytes());
    auto const late = cost_of_turns(b, grown, measured, text.bytes());
    std::cout << (round ? ", " : "") << "{\"base_us\": " << base.median_us << ", \"us\": " << late.median_us
              << ", \"base_bytes\": " << base.bytes_per_payload_byte << ", \"bytes\": " << late.bytes_per_payload_byte
              << "}";
  }
  std::cout << "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const args(argv + 1, argv + argc);
  try {
    if (args.size() == 2 && args[0] == "prepare") bench(args[1], 1, 1, exchange(0));
    else if (args.size() == 6 && args[0] == "write")
      write_turns(args[1], std::stoi(args[2]), std::stod(args[3]), std::stoll(args[4]), exchange(std::stoul(args[5])));
    else if (args.size() == 6 && args[0] == "append")
      append_turns(args[1], std::stoi(args[2]), std::stoi(args[3]), std::stoll(args[4]), exchange(std::stoul(args[5])));
    else return std::cerr << "see the top of turns.cpp for how to call it\n", 2;
  } catch (std::exception const& e) {
    std::cerr << "bench_turns: " << e.what() << "\n";
    return 1;
  }
}

// An engine on a database that is named by its URL, and how long its operations take.
#pragma once

#include <sambung/records/message_text.hpp>
#include <sambung/sambung.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

inline void require(bool holds, char const* what) {
  if (!holds) throw std::runtime_error(what);
}

// URL is one that sambung::open_storage takes; SAMBUNG_MIGRATOR_URL may make its tables.
class bench_engine {
 public:
  using wishes = std::function<void(sambung::engine_options&)>;  // what else the engine is to have

  bench_engine(std::string const& url, sambung::module_schema module, wishes const& more = {})
      : store_(opened(url)), engine_(io_.get_executor(), options(store_, std::move(module), more)) {
    sambung::sync_wait(engine_.start());
  }
  ~bench_engine() { sambung::sync_wait(engine_.shutdown()); }
  bench_engine(bench_engine const&) = delete;
  bench_engine& operator=(bench_engine const&) = delete;

  sambung::engine& engine() { return engine_; }
  sambung::storage& store() { return *store_; }

  // Runs on the engine's thread, so that it costs no more than it must.
  void run(std::function<sambung::task<void>()> const& operation) {
    boost::asio::co_spawn(io_, operation(), boost::asio::use_future).get();
  }

 private:
  static std::shared_ptr<sambung::storage> opened(std::string const& url) {
    return sambung::open_storage(url, sambung::process_environment()("SAMBUNG_MIGRATOR_URL").value_or("")).value();
  }
  static sambung::engine_options options(std::shared_ptr<sambung::storage> store, sambung::module_schema module,
                                         wishes const& more) {
    sambung::engine_options options;
    options.storage = std::move(store);
    options.modules.push_back(std::move(module));
    if (more) more(options);
    return options;
  }

  boost::asio::thread_pool io_{1};
  std::shared_ptr<sambung::storage> store_;
  sambung::engine engine_;
};

// For a tenant whose messages a benchmark stores by itself: nothing is left for the engine to make searchable.
inline sambung::change no_texts_left() {
  sambung::text_progress done;
  done.what = "messages";
  done.done = true;
  return sambung::insert(done);
}

// How long each operation takes, COUNT times one after the other: one line of JSON.
class stopwatch {
 public:
  stopwatch(bench_engine& b, int count) : bench_(b), count_(count) {}

  void measure(char const* name, std::function<sambung::task<void>()> const& operation) {
    std::vector<double> took_us;
    auto all = [&]() -> sambung::task<void> {
      for (int i = 0; i < count_; ++i) {
        auto const started = std::chrono::steady_clock::now();
        co_await operation();
        took_us.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count());
      }
    };
    bench_.run(all);
    std::sort(took_us.begin(), took_us.end());
    std::cout << (first_ ? "{" : ", ") << '"' << name << "\": {\"p50_us\": " << took_us[took_us.size() / 2]
              << ", \"p99_us\": " << took_us[took_us.size() * 99 / 100] << "}";
    first_ = false;
  }

  ~stopwatch() { std::cout << "}\n"; }
  stopwatch(stopwatch const&) = delete;
  stopwatch& operator=(stopwatch const&) = delete;

 private:
  bench_engine& bench_;
  int const count_;
  bool first_ = true;
};

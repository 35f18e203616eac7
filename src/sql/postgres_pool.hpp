// A few connections to one PostgreSQL server, each with a thread, and a bounded queue in front.
//
// A connection that breaks is replaced when it is next needed. While the server is away every call fails at once, but
// for one that tries to connect again, four times a second.
#pragma once

#include "core/blocking_pool.hpp"
#include "sql/postgres_connection.hpp"

#include <atomic>

namespace sambung::sql {

struct pool_settings {
  session_settings session;
  std::size_t connections;
  std::size_t max_queued;
  std::chrono::milliseconds max_wait;
};

// What may be done again after the connection broke.
enum class repetition {
  safe,    // it changed nothing
  unsafe,  // nobody knows whether it happened
};

// Thread safety: run() is safe to call from any thread.
class postgres_pool {
 public:
  using clock = std::chrono::steady_clock;

  explicit postgres_pool(pool_settings settings);
  ~postgres_pool();
  postgres_pool(postgres_pool const&) = delete;
  postgres_pool& operator=(postgres_pool const&) = delete;

  // Runs f(connection) on one of the threads; f returns a value or a result, and throws error or postgres_error. Again
  // when the server resolved a deadlock by stopping it, or, where that is safe, once when the connection broke.
  template <class F>
  auto run(repetition again, F f) {
    auto call = [this, again, f = std::move(f), queued = clock::now()](std::size_t worker) mutable {
      return on_connection(worker, again, queued, f);
    };
    return threads_.run(std::move(call));
  }

  // Calls f(connect) on one of the threads, where connect(again, queued, g) gives what run() would for g; f must not
  // throw. It is queued whatever waits already.
  template <class F>
  void post(F f) {
    threads_.post([this, f = std::move(f)](std::size_t worker) mutable {
      f([&](repetition again, clock::time_point queued, auto& g) { return on_connection(worker, again, queued, g); });
    });
  }

  std::size_t max_queued() const { return settings_.max_queued; }

 private:
  // The connection of one thread. The mutex is for the watchman.
  struct slot {
    std::mutex mutex;
    std::unique_ptr<postgres_connection> connection;
    std::optional<clock::time_point> busy_since;
  };

  // Marks a slot as busy.
  class use {
   public:
    explicit use(slot& in);
    ~use();
    use(use const&) = delete;
    use& operator=(use const&) = delete;

   private:
    slot& in_;
  };

  template <class T>
  struct as_result_of {
    using type = result<T>;
  };
  template <class T>
  struct as_result_of<result<T>> {
    using type = result<T>;
  };

  template <class F>
  auto on_connection(std::size_t worker, repetition again, clock::time_point queued, F& f) ->
      typename as_result_of<std::invoke_result_t<F&, postgres_connection&>>::type {
    if (clock::now() - queued > settings_.max_wait)
      return failure(errc::unavailable, "no connection to the database was free in time");
    for (int attempt = 0;; ++attempt) {
      try {
        auto& connection = connected(worker);
        use const busy(slots_[worker]);
        if constexpr (std::is_void_v<std::invoke_result_t<F&, postgres_connection&>>) {
          f(connection);
          return {};
        } else {
          return f(connection);
        }
      } catch (postgres_error const& e) {
        if (!repeat(worker, again, attempt, e)) return failure_of(e);
      } catch (error const& e) {
        return e.why();
      }
    }
  }

  // The thread's connection, made or replaced if need be.
  postgres_connection& connected(std::size_t worker);
  std::unique_ptr<postgres_connection> connect();
  void drop(slot& in);
  bool repeat(std::size_t worker, repetition again, int attempt, postgres_error const& e);
  void watch();

  pool_settings const settings_;
  std::vector<slot> slots_;
  std::atomic<clock::rep> next_attempt_{0};  // of connecting to a server that is away; 0: it is there

  std::mutex stop_mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  blocking_pool threads_;
  std::thread watchman_;  // cuts connections that stay silent
};

}  // namespace sambung::sql

#include "core/hosted_executor.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

namespace sambung {
namespace {

namespace asio = boost::asio;

using question = std::function<bool()>;

template <class Executor>
question asked_of(asio::any_io_executor const& executor) {
  if (auto const* one = executor.target<Executor>()) return [ex = *one] { return ex.running_in_this_thread(); };
  if (auto const* one = executor.target<asio::strand<Executor>>())
    return [ex = one->get_inner_executor()] { return ex.running_in_this_thread(); };
  return nullptr;
}

// Whether the calling thread runs it. Null: nobody knows.
question question_of(asio::any_io_executor const& executor) {
  if (auto const* strand = executor.target<asio::strand<asio::any_io_executor>>())
    return question_of(strand->get_inner_executor());
  auto of_context = asked_of<asio::io_context::executor_type>(executor);
  return of_context ? of_context : asked_of<asio::thread_pool::executor_type>(executor);
}

}  // namespace

// The engines on one context. Touched under the registry's mutex only.
class hosted_executor::place {
 public:
  struct engine {
    question runs_here;
    std::function<void()> gone;
  };
  std::map<std::uint64_t, engine> engines;
  std::uint64_t next = 0;
};

class hosted_executor::registry {
 public:
  std::mutex mutex;
  std::vector<std::shared_ptr<place>> places;

  static std::shared_ptr<registry> const& all() {
    static auto const one = std::make_shared<registry>();
    return one;
  }
};

// Tells when its context goes.
class hosted_executor::service : public asio::execution_context::service {
 public:
  using key_type = service;
  static asio::execution_context::id id;

  explicit service(asio::execution_context& owner)
      : asio::execution_context::service(owner), registry_(registry::all()), place_(std::make_shared<place>()) {
    std::lock_guard lock(registry_->mutex);
    registry_->places.push_back(place_);
  }
  std::shared_ptr<place> const& here() const { return place_; }

 private:
  void shutdown() override {
    std::map<std::uint64_t, place::engine> engines;
    {
      std::lock_guard lock(registry_->mutex);
      std::erase(registry_->places, place_);
      engines.swap(place_->engines);
    }
    for (auto const& [number, one] : engines) one.gone();
  }

  std::shared_ptr<registry> const registry_;
  std::shared_ptr<place> const place_;
};

asio::execution_context::id hosted_executor::service::id;

// A context ends the services first that were made last: what engines wait in is made before, so that all of it is
// still there when they are told.
hosted_executor::service& hosted_executor::service_of(asio::any_io_executor const& executor) {
  asio::steady_timer const timer(executor);
  asio::ip::tcp::socket const socket(executor);
  asio::ip::tcp::resolver const resolver(executor);
  auto const strand = asio::make_strand(executor);
  return asio::use_service<service>(asio::query(executor, asio::execution::context));
}

hosted_executor::hosted_executor(asio::any_io_executor const& executor, std::function<void()> gone)
    : place_(service_of(executor).here()) {
  std::lock_guard lock(registry::all()->mutex);
  number_ = place_->next++;
  place_->engines.emplace(number_, place::engine{question_of(executor), std::move(gone)});
}

hosted_executor::~hosted_executor() {
  std::lock_guard lock(registry::all()->mutex);
  place_->engines.erase(number_);
}

bool hosted_executor::runs_here() {
  auto const all = registry::all();
  std::lock_guard lock(all->mutex);
  return std::ranges::any_of(all->places, [](auto const& one) {
    return std::ranges::any_of(one->engines,
                               [](auto const& each) { return each.second.runs_here && each.second.runs_here(); });
  });
}

}  // namespace sambung

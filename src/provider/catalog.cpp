#include <sambung/provider/catalog.hpp>

#include <sambung/core/run_on.hpp>

#include "core/caught.hpp"
#include "core/rising_level.hpp"
#include "provider/timed.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <map>
#include <mutex>

namespace sambung {
namespace {

namespace asio = boost::asio;
using models_outcome = result<std::vector<model_info>>;

failure says_nothing(std::chrono::milliseconds patience) {
  return {errc::deadline_exceeded, "the provider said nothing within " + std::to_string(patience.count()) + " ms"};
}

// A provider that lists no models has none where it is looked for.
constexpr char const* wrong_address = "its base URL answers 404: check the address";

bool is_about_the_provider(errc code, call_payer payer) {
  switch (code) {
    case errc::provider_error:
    case errc::unavailable:
    case errc::deadline_exceeded:
      return true;
    case errc::unauthenticated:
    case errc::permission_denied:
    case errc::rate_limited:
    case errc::quota_exceeded:
      return payer == call_payer::operators_key;
    default:
      return false;
  }
}

}  // namespace

record_description describe_record(record_of<catalog_options>) { return record<catalog_options>().all_optional(); }

class model_catalog::state : public std::enable_shared_from_this<state> {
 public:
  state(provider_registry const& registry, catalog_options options, std::shared_ptr<clock> time)
      : options_(options), clock_(std::move(time)), aliases_(aliases_as_models(registry)) {
    for (auto const& [name, p] : registry.providers()) {
      auto& one = entries_[name];
      one.asked = p;
      one.health.name = name;
    }
  }

  static task<std::vector<model_info>> models(std::shared_ptr<state> self) {
    auto const executor = co_await asio::this_coro::executor;
    auto const mark = self->ask_due(executor);
    if (mark) co_await self->answers_.above(*mark);
    co_return self->known();
  }

  bool offers(std::string_view full_name) const {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(full_name.substr(0, full_name.find('/')));
    if (found == entries_.end()) return false;
    return std::ranges::find(found->second.models, full_name, &model_info::id) != found->second.models.end();
  }

  std::vector<provider_health> health() const {
    std::lock_guard const lock(mutex_);
    std::vector<provider_health> all;
    for (auto const& [name, one] : entries_) all.push_back(one.health);
    return all;
  }

  static task<result<provider_health>> check(std::shared_ptr<state> self, std::string name) {
    auto asked = std::shared_ptr<provider>();
    {
      std::lock_guard const lock(self->mutex_);
      auto const found = self->entries_.find(name);
      if (found == self->entries_.end()) co_return failure(errc::not_found, "there is no such provider");
      auto const& one = found->second;
      if (one.checked && self->clock_->now() - *one.checked < self->options_.checked) co_return one.health;
      asked = one.asked;
    }
    auto const executor = co_await asio::this_coro::executor;
    auto const patience = self->options_.patience;
    auto asking = within<result<void>>(*self->clock_, patience, asked->check());
    auto checking = run_on(asio::make_strand(executor), std::move(asking));
    auto const outcome = co_await std::move(checking);
    auto const why = outcome ? *outcome : result<void>(says_nothing(patience));
    co_return self->note_check(name, why);
  }

  void note(std::string_view name, result<void> const& outcome, call_payer payer) {
    std::lock_guard const lock(mutex_);
    if (auto const found = entries_.find(name); found != entries_.end()) note(found->second, outcome, payer);
  }

 private:
  struct entry {
    std::shared_ptr<provider> asked;
    provider_health health;
    std::optional<timestamp> checked;
    std::vector<model_info> models;    // with full names
    std::optional<timestamp> offered;  // when
    std::optional<timestamp> due;      // to be asked again; empty: now
    bool is_asked = false;             // at this moment
  };

  // Starts to ask every provider whose time has come. What to wait for, if one of them never said anything before.
  std::optional<std::int64_t> ask_due(asio::any_io_executor const& executor) {
    std::vector<std::pair<std::string, std::shared_ptr<provider>>> due;
    bool is_missing = false;
    {
      std::lock_guard const lock(mutex_);
      auto const now = clock_->now();
      for (auto& [name, one] : entries_) {
        if (!one.due) is_missing = true;
        if (one.is_asked || (one.due && now < *one.due)) continue;
        one.is_asked = true;
        ++asking_;
        due.emplace_back(name, one.asked);
      }
    }
    for (auto& [name, asked] : due)
      asio::co_spawn(asio::make_strand(executor), ask(shared_from_this(), name, asked), asio::detached);
    if (!is_missing) return std::nullopt;
    std::lock_guard const lock(mutex_);
    return asking_ - 1;
  }

  static task<void> ask(std::shared_ptr<state> self, std::string name, std::shared_ptr<provider> asked) {
    models_outcome outcome = failure(errc::unavailable, "the provider was not asked to the end");
    try {
      auto answer = co_await within<models_outcome>(*self->clock_, self->options_.patience, asked->models());
      if (answer) outcome = std::move(*answer);
      else outcome = says_nothing(self->options_.patience);
    } catch (...) {
      outcome = caught(std::current_exception(), "the provider failed to list its models");
    }
    self->note_models(name, std::move(outcome));
  }

  void note_models(std::string const& name, models_outcome outcome) {
    {
      std::lock_guard const lock(mutex_);
      auto& one = entries_.find(name)->second;
      auto const now = clock_->now();
      one.is_asked = false;
      one.due = now + (outcome ? options_.fresh : options_.retry);
      note_asked(one, outcome ? result<void>() : result<void>(outcome.error()));
      if (outcome) {
        one.models = with_full_names(name, std::move(*outcome));
        one.offered = now;
      }
    }
    answers_.raise_by(1);
  }

  result<provider_health> note_check(std::string const& name, result<void> const& outcome) {
    std::lock_guard const lock(mutex_);
    auto& one = entries_.find(name)->second;
    note_asked(one, outcome);
    one.checked = clock_->now();
    return one.health;
  }

  // How a question ended that names no model: what is not found then is the provider, unless it is known to work.
  void note_asked(entry& one, result<void> const& outcome) {
    if (outcome || outcome.error().code != errc::not_found) return note(one, outcome, call_payer::operators_key);
    if (one.health.state != provider_state::healthy) set(one, outcome, wrong_address);
  }

  void note(entry& one, result<void> const& outcome, call_payer payer) {
    if (outcome || is_about_the_provider(outcome.error().code, payer)) set(one, outcome, {});
  }

  void set(entry& one, result<void> const& outcome, std::string hint) {
    bool const fails_anew = !outcome && one.health.error != outcome.error().code;
    one.health.hint = std::move(hint);
    one.health.state = outcome ? provider_state::healthy : provider_state::failing;
    one.health.error = outcome ? std::nullopt : std::optional(outcome.error().code);
    one.health.at = clock_->now();
    if (fails_anew && options_.observer) tell(one.health, outcome.error());
  }

  // What it throws is nobody's who calls a model.
  void tell(provider_health const& health, failure const& why) const noexcept {
    try {
      options_.observer(health, why);
    } catch (...) {
    }
  }

  std::vector<model_info> known() const {
    std::lock_guard const lock(mutex_);
    auto const now = clock_->now();
    std::vector<model_info> all;
    for (auto const& [name, one] : entries_) {
      bool const listed = one.offered && now - *one.offered < std::max(options_.stale, options_.fresh);
      if (listed) all.insert(all.end(), one.models.begin(), one.models.end());
    }
    all.insert(all.end(), aliases_.begin(), aliases_.end());
    return all;
  }

  catalog_options const options_;
  std::shared_ptr<clock> const clock_;
  std::vector<model_info> const aliases_;
  mutable std::mutex mutex_;
  std::map<std::string, entry, std::less<>> entries_;
  std::int64_t asking_ = 0;  // how many calls were begun
  rising_level answers_;     // how many have ended
};

model_catalog::model_catalog(provider_registry const& registry, catalog_options options, std::shared_ptr<clock> clock)
    : state_(std::make_shared<state>(registry, options, std::move(clock))) {}

task<std::vector<model_info>> model_catalog::models() { return state::models(state_); }

bool model_catalog::offers(std::string_view full_name) const { return state_->offers(full_name); }

std::vector<provider_health> model_catalog::health() const { return state_->health(); }

task<result<provider_health>> model_catalog::check(std::string name) { return state::check(state_, std::move(name)); }

void model_catalog::succeeded(std::string_view name) { state_->note(name, {}, call_payer::operators_key); }

void model_catalog::failed(std::string_view name, failure const& why, call_payer payer) {
  state_->note(name, why, payer);
}

}  // namespace sambung

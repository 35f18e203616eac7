#include "services/accounting/usage_meter.hpp"

#include "core/day.hpp"
#include "services/accounting/accounting_state.hpp"
#include "services/accounting/quota_book.hpp"
#include "services/base/engine_core.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <array>
#include <tuple>

namespace sambung {

namespace {

// What is summed. The others are the counter's key.
constexpr std::array sums{
    &usage_counter::requests,         &usage_counter::input_tokens,        &usage_counter::output_tokens,
    &usage_counter::cost_microusd,    &usage_counter::cached_input_tokens, &usage_counter::cache_write_tokens,
    &usage_counter::reasoning_tokens, &usage_counter::unpriced_requests,   &usage_counter::estimated_requests,
    &usage_counter::replayed_requests};

}  // namespace

usage_counter no_usage(user_id user, timestamp when, std::string model, key_source key) {
  usage_counter counter;
  counter.user_id = user;
  counter.day = day_of(when);
  counter.model = std::move(model);
  counter.id = to_string(user) + '/' + counter.day + '/' + counter.model;
  if (key != key_source::configured) counter.id += std::string("#") + boost::describe::enum_to_string(key, "");
  counter.key = key;
  return counter;
}

void count_tokens(token_usage const& used, usage_counter& counter) {
  counter.input_tokens += used.input_tokens;
  counter.output_tokens += used.output_tokens;
  counter.cached_input_tokens += used.cached_input_tokens;
  counter.cache_write_tokens += used.cache_write_tokens;
  counter.reasoning_tokens += used.reasoning_tokens;
}

change count(usage_counter const& used) {
  return std::apply([&](auto... member) { return increment(used, member...); }, sums);
}

void add_to(usage_counter& sum, usage_counter const& more) {
  for (auto const member : sums) sum.*member += more.*member;
}

void usage_meter::add(scope const& who, usage_counter const& used) {
  std::lock_guard const lock(mutex_);
  auto const [place, fresh] = gathered_[who].try_emplace(used.id, used);
  if (!fresh) add_to(place->second, used);
}

task<void> usage_meter::write() {
  gathered taken;
  {
    std::lock_guard const lock(mutex_);
    taken.swap(gathered_);
  }
  for (auto const& [who, counters] : taken)
    for (auto const& [id, used] : counters) {
      batch b;
      b.add(count(used));
      auto const written = co_await core_.store->write(who, std::move(b));
      if (written) core_.accounting->quotas.confirm_written(who, used);
      else if (written.error().code == errc::unavailable) add(who, used);
    }
}

}  // namespace sambung

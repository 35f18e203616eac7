#include "services/usage_meter.hpp"

#include "services/engine_core.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace sambung {

usage_counter usage_of(user_id user, timestamp when, std::string model, token_usage const& used, key_source key) {
  usage_counter counter;
  counter.user_id = user;
  counter.day = to_iso8601(when).substr(0, 10);
  counter.model = std::move(model);
  counter.id = to_string(user) + '/' + counter.day + '/' + counter.model;
  if (key != key_source::configured) counter.id += std::string("#") + boost::describe::enum_to_string(key, "");
  counter.key = key;
  counter.requests = 1;
  counter.input_tokens = used.input_tokens;
  counter.output_tokens = used.output_tokens;
  return counter;
}

change count(usage_counter const& used) {
  return increment(used, &usage_counter::requests, &usage_counter::input_tokens, &usage_counter::output_tokens,
                   &usage_counter::cost_microusd);
}

void usage_meter::add(scope who, usage_counter used) {
  std::lock_guard lock(mutex_);
  merge(who, std::move(used));
}

void usage_meter::merge(scope who, usage_counter used) {
  auto const [place, fresh] = gathered_.try_emplace({who, used.id}, used);
  if (fresh) return;
  auto& sum = place->second;
  sum.requests += used.requests;
  sum.input_tokens += used.input_tokens;
  sum.output_tokens += used.output_tokens;
  sum.cost_microusd += used.cost_microusd;
}

task<void> usage_meter::write() {
  sums taken;
  {
    std::lock_guard lock(mutex_);
    taken.swap(gathered_);
  }
  for (auto& [key, used] : taken) {
    batch b;
    b.add(count(used));
    auto const written = co_await core_.store->write(key.first, std::move(b));
    if (!written && written.error().code == errc::unavailable) {
      std::lock_guard lock(mutex_);
      merge(key.first, std::move(used));
    }
  }
}

}  // namespace sambung

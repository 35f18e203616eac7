#include "services/turns/shared_answers.hpp"

namespace sambung {
namespace {

// Past so many, those that nobody has any more are forgotten.
constexpr std::size_t many = 64;

}  // namespace

task<std::shared_ptr<message const>> shared_answers::get(scope who, message_id id) {
  key const which{who, id};
  for (;;) {
    auto [one, begun] = find_or_begin(which);
    if (begun) co_await read(which, one);
    else co_await one->ended.above(0);
    if (!one->found) continue;
    auto const* answer = &one->found->value();
    co_return std::shared_ptr<message const>(std::move(one), answer);
  }
}

std::pair<std::shared_ptr<shared_answers::reading>, bool> shared_answers::find_or_begin(key const& which) {
  std::lock_guard lock(mutex_);
  if (readings_.size() >= many) std::erase_if(readings_, [](auto const& item) { return item.second.expired(); });
  auto& place = readings_[which];
  if (auto known = place.lock()) return {std::move(known), false};
  auto fresh = std::make_shared<reading>();
  place = fresh;
  return {std::move(fresh), true};
}

task<void> shared_answers::read(key which, std::shared_ptr<reading> into) {
  // Also when this is cancelled: nobody must wait for it for ever.
  std::shared_ptr<void> const at_the_end(nullptr, [&](void*) { end(which, *into); });
  auto found = co_await core_.records<message>(which.first).get(which.second);
  into->found.emplace(std::move(found));
}

// What has not ended yet, and what failed, is read anew by the next one.
void shared_answers::end(key const& which, reading& one) {
  bool const lasts = one.found && *one.found && (*one.found)->state != message_state::streaming;
  if (!lasts) {
    std::lock_guard lock(mutex_);
    readings_.erase(which);
  }
  one.ended.raise_to(1);
}

}  // namespace sambung

#include "services/turns/turn_flush.hpp"

#include "core/first_of.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {

namespace {

// A turn's pieces are erased in the batch that ends it, which is bounded: after each so many of them, flushing takes
// twice as much time and text.
constexpr std::size_t chunks_until_doubling = 1'000;

}  // namespace

task<void> turn_flush::due() const {
  auto const& options = core_.turns->options;
  if (arrived_.value() <= flushed_bytes_)
    co_await first_of(arrived_.try_above(flushed_bytes_), core_.clock->sleep(options.lease / 3));
  if (arrived_.value() == flushed_bytes_) co_return;
  auto const patience = std::int64_t(1) << chunks_.size() / chunks_until_doubling;
  auto const enough = flushed_bytes_ + patience * static_cast<std::int64_t>(options.flush_bytes) - 1;
  co_await first_of(arrived_.try_above(enough), core_.clock->sleep(patience * options.flush_interval));
}

std::optional<turn_flush::piece> turn_flush::next_piece() const {
  auto deltas = log_.deltas(flushed_events_);
  if (deltas.count == 0) return std::nullopt;
  auto const bytes = arrived_.value();
  piece next;
  next.chunk.id = core_.ids->next<chunk_id>();
  next.chunk.message_id = plan_.answer.id;
  next.chunk.first_event = flushed_events_ + 1;
  next.chunk.events = std::move(deltas.text);
  next.events = deltas.count;
  next.bytes = bytes == rising_level::top ? flushed_bytes_ : bytes;
  return next;
}

task<result<void>> turn_flush::store() {
  auto const now = core_.clock->now();
  batch b;
  b.add(update<active_turn>(plan_.lease.id)
            .set(&active_turn::lease_expires_at, now + core_.turns->options.lease)
            .when(&active_turn::instance, core_.instance)
            .when(&active_turn::stop_requested, false));
  if (!flushing_) flushing_ = next_piece();
  // Repeating it stores it once: without members to add, a row that is there is left alone.
  if (flushing_) b.add(increment(flushing_->chunk));
  auto const written = co_await core_.store->write(plan_.rows, std::move(b));
  if (!written) co_return written.error();
  if (flushing_) {
    chunks_.push_back(flushing_->chunk.id);
    flushed_events_ += flushing_->events;
    flushed_bytes_ = flushing_->bytes;
    flushing_.reset();
  }
  co_return result<void>();
}

task<turn_interruption> turn_flush::why_refused() const {
  auto const lease = co_await core_.records<active_turn>(plan_.rows).get(plan_.lease.id);
  bool const asked = lease && lease->stop_requested && lease->instance == core_.instance;
  co_return asked ? turn_interruption::stop : turn_interruption::lease_lost;
}

void turn_flush::erase_pieces(batch& b) const {
  for (auto const& id : chunks_) b.add(erase<turn_chunk>(id));
  // Whether it is there or not, it is there before it goes; without its text, which the message has.
  if (!flushing_) return;
  auto place = flushing_->chunk;
  place.events = "[]";
  b.add(increment(place)).add(erase<turn_chunk>(place.id));
}

}  // namespace sambung

#include "server/connection.hpp"

namespace sambung::serving {
namespace {

// For a stream's last event to a caller that lost its authority.
constexpr std::chrono::milliseconds farewell_time{1'000};
// How often one stream's caller is asked about, however much is taken away from others meanwhile.
constexpr std::chrono::milliseconds check_interval{500};

}  // namespace

void connection::ask_about_caller() {
  auto const now = std::chrono::steady_clock::now();
  if (!open_ || !open_->reader || open_->out().cut()) return;  // one that is cut off has its last time already
  if (open_->asking || now - open_->asked_at < check_interval) return;
  open_->asking = true;
  open_->asked_at = now;
  core_->check_in_turn(stream_.get_executor(), [weak = weak_from_this()]() -> std::optional<task<void>> {
    auto self = weak.lock();
    if (!self || !self->open_ || !self->open_->reader) return std::nullopt;
    auto stream = self->open_;
    auto who = *stream->reader;
    return check_caller(std::move(self), std::move(stream), std::move(who));
  });
}

// Storage that does not answer tells nothing: the next sweep asks again.
task<void> connection::check_caller(std::shared_ptr<connection> self, std::shared_ptr<open_stream> stream,
                                    identity who) {
  auto const asked_at = self->core_->door.revocations();
  auto const valid = co_await as_result(self->core_->door.still_valid(std::move(who)));
  stream->asking = false;
  if (!valid || stream != self->open_) co_return;
  if (*valid) {
    self->caller_known_at_ = asked_at;
    co_return;
  }
  stream->cut_off(failure(errc::unauthenticated, "the authority of this call has ended"));
  self->steps_.finish_within(farewell_time, std::chrono::steady_clock::now());
  self->go_on();
}

}  // namespace sambung::serving

#include "http/server/outbox.hpp"

#include <cstdio>
#include <utility>

namespace sambung::serving {
namespace {

// What a quiet stream may keep.
constexpr std::size_t resting_room = 4'096;

}  // namespace

void outbox::cut_off_with(std::string last_words) {
  last_words_ = last_words.empty() ? nullptr : std::make_unique<std::string>(std::move(last_words));
  pending_.clear();
  cut_ = true;
  ended_ = true;
}

outbox::step outbox::next() const {
  if (cut_) return last_words_ ? step::send : step::end;
  if (!pending_.empty()) return step::send;
  return ended_ ? step::end : step::wait;
}

void outbox::rest() {
  for (auto* room : {&pending_, &taken_}) {
    room->clear();
    if (room->capacity() > resting_room) std::string().swap(*room);
  }
}

void outbox::release() {
  for (auto* room : {&pending_, &taken_})
    if (room->empty() || room == &taken_) std::string().swap(*room);
}

void outbox::keep_alive(std::string_view text) {
  if (pending_.empty()) pending_ = text;
}

std::array<boost::asio::const_buffer, 3> outbox::take() {
  taken_.clear();
  if (auto const last = std::move(last_words_)) pending_ = std::move(*last);
  taken_.swap(pending_);
  if (how_ == framing::until_close) return {boost::asio::const_buffer(), boost::asio::buffer(taken_)};
  auto const size = std::snprintf(size_line_, sizeof size_line_, "%zx\r\n", taken_.size());
  return {boost::asio::buffer(size_line_, static_cast<std::size_t>(size)), boost::asio::buffer(taken_),
          boost::asio::buffer("\r\n", 2)};
}

}  // namespace sambung::serving

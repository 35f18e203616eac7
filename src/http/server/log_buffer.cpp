#include "http/server/log_buffer.hpp"

#include <algorithm>
#include <utility>

namespace sambung::serving {
namespace {

// How many bytes of `lines`, at most `room`, are whole lines.
std::size_t whole_lines(std::string_view lines, std::size_t room) {
  if (lines.size() <= room) return lines.size();
  auto const end = lines.substr(0, room).rfind('\n');
  return end == lines.npos ? 0 : end + 1;
}

}  // namespace

void log_buffer::add(std::string_view lines) {
  std::lock_guard lock(mutex_);
  auto const room = max_bytes_ - std::min(max_bytes_, now_.lines.size());
  auto const fitting = whole_lines(lines, room);
  now_.lines += lines.substr(0, fitting);
  lines.remove_prefix(fitting);
  now_.lost += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
}

void log_buffer::add_lost(std::uint64_t lines) {
  std::lock_guard lock(mutex_);
  now_.lost += lines;
}

log_buffer::gathered log_buffer::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(now_, gathered());
}

}  // namespace sambung::serving

#include "storage/folding.hpp"

#include "storage/letters.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace sambung::detail {
namespace {

// Letter and marks that are folded together. Longer heaps of marks, which no script has, are cut: sorting them takes
// time by the square of their number.
constexpr std::size_t max_cluster_points = 32;

constexpr std::array accents{
    code_range{0x0300, 0x036F}, code_range{0x0483, 0x0487}, code_range{0x0591, 0x05BD}, code_range{0x05BF, 0x05BF},
    code_range{0x05C1, 0x05C2}, code_range{0x05C4, 0x05C5}, code_range{0x05C7, 0x05C7}, code_range{0x0610, 0x061A},
    code_range{0x0640, 0x0640},  // lengthens a word of Arabic
    code_range{0x064B, 0x065F}, code_range{0x0670, 0x0670}, code_range{0x06D6, 0x06DC}, code_range{0x06DF, 0x06E4},
    code_range{0x06E7, 0x06E8}, code_range{0x06EA, 0x06ED}, code_range{0x1AB0, 0x1AFF}, code_range{0x1DC0, 0x1DFF},
    code_range{0x20D0, 0x20FF}, code_range{0xFE20, 0xFE2F}};

bool is_accent(char32_t point) {
  return point >= accents.front().first && std::ranges::any_of(accents, [&](code_range r) { return r.has(point); });
}

// Whether normalizing may join it with what stands before: marks, and the later parts of a Hangul syllable.
bool combines(char32_t point) {
  if (point < 0x300) return false;
  auto const category = utf8proc_category(static_cast<utf8proc_int32_t>(point));
  if (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME) return true;
  return between(point, 0x1160, 0x11FF) || between(point, 0xD7B0, 0xD7FB) || between(point, 0x314F, 0x3163) ||
         between(point, 0xFFC2, 0xFFDC) || between(point, 0xFF9E, 0xFF9F);
}

std::string_view take_cluster(std::string_view& text) {
  auto const whole = text;
  auto rest = text;
  take_code_point(rest);
  for (std::size_t points = 1; points < max_cluster_points && !rest.empty(); ++points) {
    auto behind = rest;
    if (!combines(take_code_point(behind))) break;
    rest = behind;
  }
  text = rest;
  return whole.substr(0, whole.size() - rest.size());
}

}  // namespace

std::vector<std::int32_t> const& folder::take(std::string_view& text) {
  auto const cluster = take_cluster(text);
  if (cluster.size() > 1) {
    fold(cluster);
  } else {
    auto const c = cluster.front();
    folded_.assign(1, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  return folded_;
}

void folder::fold(std::string_view cluster) {
  constexpr auto apart = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                        UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  constexpr auto together = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  auto const* bytes = reinterpret_cast<utf8proc_uint8_t const*>(cluster.data());
  auto const length = static_cast<utf8proc_ssize_t>(cluster.size());
  auto const into = [&](std::size_t room) {
    folded_.resize(room);
    return utf8proc_decompose(bytes, length, folded_.data(), static_cast<utf8proc_ssize_t>(room), apart);
  };
  auto size = into(32);
  if (size > 32) size = into(static_cast<std::size_t>(size));
  folded_.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  std::erase_if(folded_, is_accent);
  std::ranges::replace(folded_, 0x131, 'i');  // the Turkish i without a dot
  if (folded_.size() < 2) return;
  size = utf8proc_normalize_utf32(folded_.data(), static_cast<utf8proc_ssize_t>(folded_.size()), together);
  folded_.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
}

}  // namespace sambung::detail

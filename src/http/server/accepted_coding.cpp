#include "http/server/accepted_coding.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <optional>

namespace sambung::serving {
namespace {

// "0.75" as 750; empty for what is no weight (RFC 9110, 12.4.2).
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * 1'000;
  int digit = 100;
  for (char const c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * digit;
    digit /= 10;
  }
  return weight <= 1'000 ? std::optional(weight) : std::nullopt;
}

// What a header says of each coding; the first word about one counts.
struct stated_weights {
  std::optional<int> identity;
  std::optional<int> gzip;
  std::optional<int> brotli;
  std::optional<int> others;  // "*"
};

std::optional<int>* place_of(std::string_view coding, stated_weights& in) {
  if (coding == "*") return &in.others;
  if (equals_ignoring_case(coding, "identity")) return &in.identity;
  if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) return &in.gzip;
  if (equals_ignoring_case(coding, "br")) return &in.brotli;
  return nullptr;
}

void take_coding(std::string_view item, stated_weights& into) {
  auto const end = std::min(item.find(';'), item.size());
  auto* const place = place_of(trim(item.substr(0, end)), into);
  if (!place || *place) return;
  auto parameter = trim(item.substr(std::min(end + 1, item.size())));
  if (end == item.size()) {
    *place = 1'000;
  } else if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
    *place = weight_of(parameter.substr(2));
  }
}

stated_weights weights_in(request_head const& head) {
  stated_weights found;
  for (auto const& field : head.fields) {
    if (!equals_ignoring_case(field.name, "accept-encoding")) continue;
    for (std::size_t begin = 0; begin <= field.value.size();) {
      auto const end = std::min(field.value.find(',', begin), field.value.size());
      take_coding(field.value.substr(begin, end - begin), found);
      begin = end + 1;
    }
  }
  return found;
}

}  // namespace

content_coding accepted_coding(request_head const& head, coding_choice there) {
  auto const said = weights_in(head);
  auto best = content_coding::identity;
  int most = said.identity.value_or(0);
  auto const prefer = [&](content_coding which, std::optional<int> weight) {
    auto const own = weight ? *weight : said.others.value_or(0);
    if (own == 0 || own < most) return;
    best = which;
    most = own;
  };
  if (there.gzip) prefer(content_coding::gzip, said.gzip);
  if (there.brotli) prefer(content_coding::brotli, said.brotli);
  return best;
}

std::string_view name_of_coding(content_coding of) {
  if (of == content_coding::gzip) return "gzip";
  return of == content_coding::brotli ? "br" : "";
}

}  // namespace sambung::serving

// In which coding a client wants what is there in several (RFC 9110, 12.5.3).
#pragma once

#include "http/server/request_head.hpp"

namespace sambung::serving {

enum class content_coding { identity, gzip, brotli };

// The codings in which something is there, besides as it is.
struct coding_choice {
  bool gzip = false;
  bool brotli = false;
};

// The one that the client likes most, and of equal ones the smaller; identity when it likes none, or does not say. What
// is malformed counts for nothing.
content_coding accepted_coding(request_head const& head, coding_choice there);

// As Content-Encoding has it; empty for identity.
std::string_view name_of_coding(content_coding of);

}  // namespace sambung::serving

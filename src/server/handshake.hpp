// handshake: what a request that opens a WebSocket has to say (RFC 6455, 4.2.1), and what of it counts for the calls
// that come over it.
#pragma once

#include "http/server/request_head.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sambung::orpc {
struct peer_request;
}

namespace sambung::serving {

struct handshake_fault {
  int status;  // 426 for what asks for no WebSocket, or for one of another version; else 400
  std::string_view why;
};

// None: it opens one.
std::optional<handshake_fault> upgrade_fault(request_head const& head);

// The answer to one, a whole response.
std::string handshake_answer(request_head const& opened, std::string_view request_id);

// Which header fields of the handshake a call says again: those that tell who calls, or all that the application's own
// identify may look at.
enum class kept_fields { ours, all };

class kept_handshake {
 public:
  kept_handshake(request_head const& head, kept_fields which);

  // The header of a call: what it says itself counts more. Lifetime: views into both.
  request_head head_of(orpc::peer_request const& call, std::string_view target) const;
  // The header without a call.
  request_head head() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace sambung::serving

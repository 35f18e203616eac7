// identify: how an application whose users sign in elsewhere tells a server who sends a request.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/task.hpp>
#include <sambung/security/principal.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

namespace serving {
struct request_head;
class caller_check;
}  // namespace serving

// What a request says about itself. Lifetime: of the call that it is given to.
class SAMBUNG_API incoming_request {
 public:
  std::string_view method() const;
  std::string_view path() const;  // as sent, without the query
  // The value of a header, its name in lower case; empty when it is not there or there more than once.
  std::string_view header(std::string_view lower_case_name) const;
  // The client's, as the trusted proxies tell it.
  std::string const& address() const { return address_; }

 private:
  friend class serving::caller_check;
  incoming_request(serving::request_head const& head, std::string address)
      : head_(&head), address_(std::move(address)) {}

  serving::request_head const* head_;
  std::string address_;
};

// Gives the user that a request comes from, with their place in a tenant, or nobody: then the ways of Sambung itself
// are tried. What it gives is believed, until the request has ended, unless the user, the tenant or the place is
// suspended or the tenant is not there: see auth::check_standing(). Called for every request but those that need
// nobody, from several threads at once; it may wait, and should answer from memory most of the time. An error that it
// throws is the answer to the request.
using identify_function = std::function<task<std::optional<identity>>(incoming_request const&)>;

}  // namespace sambung

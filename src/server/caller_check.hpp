// Who calls, what they may call and how much of it: the part of the front door that may have to wait for storage.
#pragma once

#include "server/admission.hpp"
#include "server/request_limits.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/server/options.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

namespace sambung::serving {

// Thread safety: safe to use from any thread. Lifetime: the engine outlives it.
class caller_check {
 public:
  caller_check(engine& served, server_options const& options);

  // Begins, and goes on as proceed().
  void begin(admission& out, request_head const& head);
  // Goes from step to step until one has to wait or all are done; of a request that is refused already, only to what
  // it counts against. Throws sambung::error when one refuses.
  void proceed(admission& out, request_head const& head);
  // Does the step that has to wait. Throws sambung::error, and what cancels it.
  task<void> wait(admission& out, request_head const& head);

  // Whom a request's credential stands for now. Throws sambung::error when it stands for nobody any more.
  task<std::optional<identity>> find_again(request_head const& head, client_facts const& client);

  // Counts a request that could not be read against the limits of its address.
  task<result<void>> count_unread(boost::asio::ip::address const& from);

  // Goes up with every revocation, and once in server_limits::caller_check_time.
  std::uint64_t revocations() const;
  task<bool> still_valid(identity who) { return auth_.still_valid(std::move(who)); }
  auth_options const& options() const { return auth_.options(); }

 private:
  presented_credential read_credential(admission const& out, request_head const& head) const;
  bool limit_address(admission const& out) const;
  bool identify(admission& out, request_head const& head);
  task<std::optional<identity>> find_caller(admission const& out, request_head const& head);
  bool limit_user(admission const& out) const;
  void accept(admission& out, request_head const& head, std::optional<identity> const& known);

  engine& engine_;
  auth auth_;
  identify_function identify_;
  std::chrono::milliseconds const check_time_;
  request_limits limits_;
  std::shared_ptr<account_limit const> accounts_;
};

// The token of an Authorization header; throws error(errc::unauthenticated) unless it is "Bearer" and one token.
std::string_view bearer_token(std::string_view authorization);

}  // namespace sambung::serving

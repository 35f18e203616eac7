#include "server/caller_check.hpp"

#include <sambung/limiter/account_limit.hpp>
#include <sambung/rpc/registry.hpp>

#include <algorithm>

namespace sambung::serving {
namespace {

constexpr std::size_t max_user_agent_bytes = 500;
constexpr std::string_view scheme = "Bearer ";

bool is_bearer(std::string_view authorization) {
  auto const token = authorization.substr(std::min(scheme.size(), authorization.size()));
  return !token.empty() && equals_ignoring_case(authorization.substr(0, scheme.size()), scheme) &&
         token.find_first_of(" \t,") == token.npos;
}

// What is stored and logged of it: printable and not endless.
std::string user_agent_of(request_head const& head) {
  std::string text(head.value("user-agent").substr(0, max_user_agent_bytes));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
  return text;
}

// Whether a wrong credential is as good as none here: an old session must not keep anybody from signing in again.
bool is_nobody(admission const& out, failure const& why) {
  bool const refused = why.code == errc::unauthenticated || why.code == errc::permission_denied;
  return refused && out.to.by == caller::optional;
}

void check_permission(route const& to, call_context const& from) {
  if (to.called) return authorize(*to.called, from);
  if (to.by != caller::known) return;
  if (!from.desk() || !from.desk()->who().may(permission::model_use))
    throw error(errc::permission_denied, "this role may not use models");
}

}  // namespace

std::string_view bearer_token(std::string_view authorization) {
  if (!is_bearer(authorization))
    throw error(errc::unauthenticated, "sign in, or send a token: Authorization: Bearer ...");
  return authorization.substr(scheme.size());
}

caller_check::caller_check(engine& served, server_options const& options)
    : engine_(served),
      auth_(served.auth()),
      identify_(options.identify),
      check_time_(std::max(options.limits.caller_check_time, std::chrono::milliseconds(1))),
      limits_(options.limiter, options.rates),
      accounts_(std::make_shared<account_limit const>(
          options.limiter, account_rates(options.rates.account, options.rates.everywhere, options.rates.device))) {}

presented_credential caller_check::read_credential(admission const& out, request_head const& head) const {
  presented_credential presented;
  if (out.to.by == caller::anybody) return presented;
  if (auto const header = head.value("authorization"); !header.empty()) {
    if (out.to.by == caller::known || is_bearer(header)) presented.bearer = bearer_token(header);
  } else {
    presented.cookie = session_token_from(head, auth_.options().secrets, transport_of(out.client));
  }
  if (auto const wanted = head.value("x-tenant-id"); !wanted.empty())
    presented.wanted = tenant_id{parse_uuid(wanted).value_or(uuid())};
  return presented;
}

std::uint64_t caller_check::revocations() const {
  auto const passed = std::chrono::steady_clock::now().time_since_epoch() / check_time_;
  return auth_.revocations() + static_cast<std::uint64_t>(passed);
}

void caller_check::begin(admission& out, request_head const& head) {
  out.revocations = revocations();
  proceed(out, head);
}

void caller_check::proceed(admission& out, request_head const& head) {
  using enum admission_step;
  if (out.step == address_limits && limit_address(out)) out.step = identity_due;
  if (out.refusal) return;
  if (out.step == identity_due && identify(out, head)) out.step = user_limits;
  if (out.step == user_limits && limit_user(out)) out.step = admitted;
}

task<void> caller_check::wait(admission& out, request_head const& head) {
  using enum admission_step;
  if (out.step == identity_due) {
    auto const known = co_await find_caller(out, head);
    accept(out, head, known);
    out.step = user_limits;
    co_return;
  }
  auto buckets = out.step == address_limits ? limits_.of_address(out.client.address, out.to.as)
                                            : limits_.of_user(out.who()->user(), out.to.as);
  auto const taken = co_await limits_.take(std::move(buckets));
  taken.value();
  out.step = out.step == address_limits ? identity_due : admitted;
}

// The application is asked before what the request presents is looked at. It may not know who is suspended here.
task<std::optional<identity>> caller_check::find_caller(admission const& out, request_head const& head) {
  if (identify_) {
    incoming_request const request(head, out.client.address.to_string());
    auto asking = detail::given(identify_(request));
    auto given = co_await std::move(asking);
    if (given) {
      co_await auth_.check_standing(*given);
      co_return given;
    }
  }
  if (out.call->presented.empty()) co_return std::nullopt;
  auto const known = co_await as_result(auth_.authenticate(out.call->presented.token(), out.call->presented.wanted));
  if (!known && !is_nobody(out, known.error())) throw error(known.error());
  co_return known ? std::optional(*known) : std::nullopt;
}

task<std::optional<identity>> caller_check::find_again(request_head const& head, client_facts const& client) {
  admission asked;
  asked.to.by = caller::known;
  asked.client = client;
  asked.call->presented = read_credential(asked, head);
  co_return co_await find_caller(asked, head);
}

task<result<void>> caller_check::count_unread(boost::asio::ip::address const& from) {
  auto buckets = limits_.of_address(from, request_class::read);
  if (auto const taken = limits_.try_take(buckets)) co_return *taken;
  co_return co_await limits_.take(std::move(buckets));
}

// Whoever asks whether the process lives must hear it also when everybody else asks too much.
bool caller_check::limit_address(admission const& out) const {
  if (out.to.where == destination::alive) return true;
  auto const taken = limits_.try_take(limits_.of_address(out.client.address, out.to.as));
  if (taken) taken->value();
  return taken.has_value();
}

bool caller_check::identify(admission& out, request_head const& head) {
  if (out.to.by == caller::anybody) return true;
  out.call->presented = read_credential(out, head);
  if (identify_) return false;
  if (out.call->presented.empty()) {
    accept(out, head, std::nullopt);
    return true;
  }
  auto const known = auth_.remembered(out.call->presented.token(), out.call->presented.wanted);
  if (known) accept(out, head, known);
  return known.has_value();
}

bool caller_check::limit_user(admission const& out) const {
  if (!out.who()) return true;
  auto const taken = limits_.try_take(limits_.of_user(out.who()->user(), out.to.as));
  if (taken) taken->value();
  return taken.has_value();
}

void caller_check::accept(admission& out, request_head const& head, std::optional<identity> const& known) {
  if (!known && out.to.by == caller::known)
    throw error(errc::unauthenticated, "sign in, or send a token: Authorization: Bearer ...");
  request_origin from(out.client.address.to_string(), user_agent_of(head));
  from.attempts = accounts_;
  from.call = out.traced.call();
  if (out.to.as == request_class::credentials)
    from.device = device_from(head, auth_.options().secrets, transport_of(out.client));
  if (known) from.session = known->session();
  auto const origin = std::make_shared<request_origin const>(std::move(from));
  if (known) {
    auto const who = known->from(origin);
    std::optional<workspace> desk;
    if (auto const acting = who.acting()) desk = engine_.workspace(*acting);
    out.call->from = call_context(engine_.account(who), std::move(desk));
  } else {
    out.call->from = call_context(origin);
  }
  if (out.by == carried_by::web_socket) out.call->from.keep_session();
  check_permission(out.to, out.call->from);
}

}  // namespace sambung::serving

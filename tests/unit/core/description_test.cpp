// What a template can learn of everything that verbs take and give, as a binding to another language does.
#include <sambung/core/json_codec.hpp>
#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/sambung.hpp>
#include <sambung/server/options.hpp>
#include <sambung/server/setup/bootstrap.hpp>
#include <sambung/storage/copy.hpp>
#include <sambung/storage/postgres/postgres.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace sambung::description_test {
namespace {

template <class T>
struct is_duration : std::false_type {};
template <class R, class P>
struct is_duration<std::chrono::duration<R, P>> : std::true_type {};
template <class T>
struct is_pair : std::false_type {};
template <class A, class B>
struct is_pair<std::pair<A, B>> : std::true_type {};

// Whether everything in T, down to the last member, says what it is.
template <class T>
constexpr bool is_told();

template <class... T>
constexpr bool are_told(std::variant<T...> const*) {
  return ((is_told<T>() && !T::type_name.empty()) && ...);
}

template <class T>
constexpr bool is_told() {
  if constexpr (detail::is_optional<T>::value || detail::is_vector<T>::value) return is_told<typename T::value_type>();
  else if constexpr (is_pair<T>::value) return is_told<typename T::first_type>() && is_told<typename T::second_type>();
  else if constexpr (detail::is_variant<T>::value) return are_told(static_cast<T const*>(nullptr));
  else if constexpr (std::is_enum_v<T>) return boost::describe::has_describe_enumerators<T>::value;
  else if constexpr (detail::described<T>)
    return []<class... M>(boost::mp11::mp_list<M...>) {
      return (is_told<std::remove_cvref_t<decltype(std::declval<T&>().*M::pointer)>>() && ...);
    }(boost::mp11::mp_rename<detail::members_of<T>, boost::mp11::mp_list>());
  else
    return std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, secret_string> ||
           std::is_same_v<T, timestamp> || std::is_same_v<T, uuid> || std::is_same_v<T, permission_set> ||
           std::is_same_v<T, boost::json::object> || std::is_same_v<T, boost::json::array> ||
           std::is_same_v<T, boost::json::value> || detail::is_typed_id<T>::value || is_duration<T>::value;
}

// Described, and not by chance empty.
template <class... T>
constexpr bool all_told() {
  return ((detail::described<T> && is_told<T>() && boost::mp11::mp_size<detail::members_of<T>>::value > 0) && ...);
}

template <class T>
bool needs_nothing() {
  auto const& fields = description_of<T>().fields;
  return !fields.empty() && std::ranges::none_of(fields, &field::required);
}

}  // namespace

TEST(Description, ReachesEveryOption) {
  static_assert(
      all_told<engine_options, turn_options, tool_limits, auth_options, catalog_options, jwt_policy, send_options,
               chat_list_options, token_options, page_request, copy_options, sqlite_options, postgres_options,
               retry_options, fallback_options, cached_options, rate_limited_options, circuit_breaker_options,
               demo_options, openai_options, anthropic_options, ollama_options, http_transport_options, proxy_options,
               provider_deadlines, openai_dialect, server_options, server_limits, request_rates, bootstrap_options>());

  EXPECT_TRUE((needs_nothing<engine_options>() && needs_nothing<turn_options>() && needs_nothing<tool_limits>() &&
               needs_nothing<auth_options>() && needs_nothing<catalog_options>() && needs_nothing<jwt_policy>()));
  EXPECT_TRUE((needs_nothing<send_options>() && needs_nothing<chat_list_options>() && needs_nothing<token_options>() &&
               needs_nothing<copy_options>() && needs_nothing<sqlite_options>() && needs_nothing<postgres_options>()));
  EXPECT_TRUE((needs_nothing<retry_options>() && needs_nothing<fallback_options>() && needs_nothing<cached_options>() &&
               needs_nothing<rate_limited_options>() && needs_nothing<circuit_breaker_options>()));
  EXPECT_TRUE((needs_nothing<openai_options>() && needs_nothing<anthropic_options>() &&
               needs_nothing<ollama_options>() && needs_nothing<http_transport_options>()));
  EXPECT_TRUE((needs_nothing<server_options>() && needs_nothing<server_limits>() && needs_nothing<request_rates>() &&
               needs_nothing<bootstrap_options>()));
}

TEST(Description, ReachesWhatGoesIntoAModelAndComesOut) {
  static_assert(all_told<completion_request, completion, prompt_message, embedding_request, embedding_batch,
                         provider_health, model_info, model_capabilities>());
  static_assert(is_told<completion_event>() && is_told<turn_event>() && is_told<part>());

  auto const& fields = description_of<completion_request>().fields;
  auto const required = std::ranges::count_if(fields, &field::required);
  EXPECT_EQ(required, 1);  // the model; a list that is not given is empty
}

TEST(Description, ReachesSecretsThatAreShownOnce) {
  static_assert(all_told<issued_token, issued_invitation, signed_in, token_pair, key_request, sign_up_request>());

  auto const& key = description_of<key_request>();
  EXPECT_TRUE(key.fields[*key.position("key")].required);
  EXPECT_FALSE(key.fields[*key.position("owner")].required);
}

// What an option is when it is left out stands in the struct alone: who walks the description reads it there.
TEST(Description, HasTheDefaultsOfOptionsInTheirMembers) {
  retry_options const made;
  std::int64_t milliseconds = 0;
  std::int64_t durations = 0;

  detail::for_each_member<retry_options>([&](auto member, std::size_t) {
    using type = std::remove_cvref_t<decltype(made.*member.pointer)>;
    if constexpr (is_duration<type>::value) {
      milliseconds += std::chrono::milliseconds(made.*member.pointer).count();
      ++durations;
    }
  });

  EXPECT_EQ(durations, 4);
  EXPECT_EQ(milliseconds, 500 + 8'000 + 30'000 + 7'200'000);
}

TEST(Description, OfAnErrorCodeAgreesWithItsTable) {
  for (auto const& row : errc_table()) EXPECT_STREQ(boost::describe::enum_to_string(row.code, ""), row.name.data());
}

}  // namespace sambung::description_test

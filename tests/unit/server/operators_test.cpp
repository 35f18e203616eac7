#include "server/admin_address.hpp"
#include "server/admin_status.hpp"
#include "server/completed_options.hpp"
#include "server/counted_limiter.hpp"
#include "server/process_metrics.hpp"
#include "server/route_name.hpp"
#include "server/server_metrics.hpp"
#include "support/measured.hpp"

#include <sambung/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace sambung::serving::operators_test {
namespace {

using test::measured_value;

TEST(AdminAddress, IsAnAddressWithAPortOrASocket) {
  auto const usual = parse_admin_address("127.0.0.1:9464").value();
  EXPECT_EQ(usual.host, "127.0.0.1");
  EXPECT_EQ(usual.port, 9464);
  EXPECT_TRUE(usual.is_local());
  EXPECT_TRUE(parse_admin_address("[::1]:0")->is_local());
  EXPECT_TRUE(parse_admin_address("localhost:1")->is_local());
  EXPECT_TRUE(parse_admin_address("unix:/run/sambung.sock")->is_local());
  EXPECT_EQ(parse_admin_address("unix:/run/sambung.sock")->path, "/run/sambung.sock");
  EXPECT_FALSE(parse_admin_address("0.0.0.0:9464")->is_local());
  EXPECT_FALSE(parse_admin_address("[::]:9464")->is_local());
}

TEST(AdminAddress, IsNothingElse) {
  for (std::string const text :
       {"", "off", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:9464", "[127.0.0.1]:1",
        "http://127.0.0.1:9464", "a b:1", "user@host:1", "unix:", "unix:relative.sock", "unix:/ends/", "[::1:1"})
    EXPECT_FALSE(parse_admin_address(text)) << text;
  EXPECT_FALSE(parse_admin_address("unix:/" + std::string(120, 'a')));
}

TEST(AdminToken, IsNoneThatCanBeGuessed) {
  auto const with = [](std::size_t bytes) {
    server_options options;
    options.admin_token = secret_string(std::string(bytes, 't'));
    return completed_options(std::move(options), nullptr);
  };

  EXPECT_NO_THROW(with(0));
  EXPECT_NO_THROW(with(32));
  EXPECT_THROW(with(31), error);
}

TEST(RouteName, IsOfAClosedSet) {
  procedure_registry registry;
  auto const name = [&](std::string_view method, std::string_view path) {
    return route_name(find_route(registry, method, path));
  };

  EXPECT_EQ(name("GET", "/healthz"), "/healthz");
  EXPECT_EQ(name("GET", "/v1/models/invented"), "/v1/models/{model}");
  EXPECT_EQ(name("POST", "/v1/chat/completions"), "/v1/chat/completions");
  EXPECT_EQ(name("POST", "/rpc/invented"), "none");
  EXPECT_EQ(name("GET", "/invented"), "none");
  EXPECT_EQ(name("OPTIONS", "/healthz"), "none");
  EXPECT_EQ(method_name("GET"), "GET");
  EXPECT_EQ(method_name("get"), "other");
  EXPECT_EQ(method_name("INVENTED"), "other");
  EXPECT_EQ(method_name(""), "other");
}

TEST(CountedLimiter, CountsWhatIsDecidedByKindOfBucket) {
  auto const all = std::make_shared<metrics>();
  auto const limits = counted_limiter(local_limiter(std::make_shared<testing::manual_clock>()), all);
  rate_limit const one_at_once(0.001, 1);
  std::vector<bucket_request> const both{bucket_request("address/203.0.113.9", one_at_once),
                                         bucket_request("model/somebody", one_at_once)};

  EXPECT_TRUE(limits->try_take(both).value());
  EXPECT_FALSE(limits->try_take(both).value());

  auto const decided = [&](std::string_view bucket, std::string_view outcome) {
    return measured_value(*all, "sambung_limiter_decisions_total", {{"bucket", bucket}, {"outcome", outcome}});
  };
  for (auto const* bucket : {"address", "model"}) {
    EXPECT_EQ(decided(bucket, "allowed"), 1) << bucket;
    EXPECT_EQ(decided(bucket, "refused"), 1) << bucket;
  }
  EXPECT_EQ(decided("device", "allowed"), 0);
}

TEST(CountedLimiter, TellsTheBucketsOfAnAccountApart) {
  EXPECT_EQ(bucket_kind("account/0a1b"), "everywhere");
  EXPECT_EQ(bucket_kind("account/0a1b/203.0.113.9"), "account");
  EXPECT_EQ(bucket_kind("account/0a1b/device/17"), "device");
  EXPECT_EQ(bucket_kind("credentials/203.0.113.9"), "credentials");
  EXPECT_EQ(bucket_kind("invented/a"), "other");
  EXPECT_EQ(bucket_kind(""), "other");
}

TEST(ServerMetrics, MeasureTheProcess) {
  metrics all;
  auto const watching = watch_process(all);

  EXPECT_GT(measured_value(all, "process_resident_memory_bytes"), 1e6);
  EXPECT_LT(measured_value(all, "process_resident_memory_bytes"), 1e12);
  EXPECT_GT(measured_value(all, "process_cpu_seconds_total"), 0);
  EXPECT_GE(measured_value(all, "process_open_fds"), 3);
  auto const now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(measured_value(all, "process_start_time_seconds"), now, 86'400);
}

TEST(AdminStatus, AddsUpARouteWhateverCameOfIt) {
  auto const all = std::make_shared<metrics>();
  server_metrics const measured(all);
  procedure_registry registry;
  auto const health = find_route(registry, "GET", "/healthz");
  recent_requests recent;
  recent.look(*all, timestamp());
  for (int i = 0; i < 99; ++i) measured.answered(health, "GET", 200, std::chrono::milliseconds(10));
  measured.answered(health, "GET", 503, std::chrono::milliseconds(900));

  admin_facts facts;
  facts.version = "1.2.3";
  facts.connections = 7;
  facts.now = timestamp() + std::chrono::seconds(20);
  auto const status = boost::json::parse(encode_status(facts, all.get(), recent));

  EXPECT_EQ(status.at("version"), "1.2.3");
  EXPECT_EQ(status.at("connections"), 7);
  EXPECT_EQ(status.at("draining"), false);
  auto const& endpoints = status.at("endpoints").as_array();
  ASSERT_EQ(endpoints.size(), 1U);
  EXPECT_EQ(endpoints[0].at("route"), "/healthz");
  EXPECT_EQ(endpoints[0].at("requests"), 100);
  EXPECT_EQ(endpoints[0].at("failed"), 1);
  EXPECT_EQ(endpoints[0].at("recentRequests"), 100);
  EXPECT_EQ(status.at("recentSeconds"), 20);
  EXPECT_NEAR(endpoints[0].at("p50Ms").to_number<double>(), 10, 1.5);
  EXPECT_NEAR(endpoints[0].at("p99Ms").to_number<double>(), 10, 1.5);
  EXPECT_EQ(status.at("gauges").at("sambung_connections"), 0);
  EXPECT_TRUE(status.at("gauges").at("sambung_build_info").is_array());
}

TEST(AdminStatus, TellsQuantilesOfTheLastFiveMinutes) {
  auto const all = std::make_shared<metrics>();
  server_metrics const measured(all);
  procedure_registry registry;
  auto const health = find_route(registry, "GET", "/healthz");
  timestamp now;
  recent_requests recent;
  recent.look(*all, now);
  for (int i = 0; i < 100; ++i) measured.answered(health, "GET", 200, std::chrono::milliseconds(900));
  auto const status = [&] {
    admin_facts facts;
    facts.now = now;
    return boost::json::parse(encode_status(facts, all.get(), recent)).at("endpoints").at(0).as_object();
  };
  auto const pass = [&](std::chrono::seconds time) {
    for (auto const end = now + time; now < end;) recent.look(*all, now += std::chrono::seconds(1));
  };

  pass(std::chrono::seconds(200));
  for (int i = 0; i < 10; ++i) measured.answered(health, "GET", 200, std::chrono::milliseconds(10));
  EXPECT_EQ(status().at("recentRequests"), 110);
  EXPECT_NEAR(status().at("p50Ms").to_number<double>(), 900, 100);
  pass(std::chrono::seconds(130));
  EXPECT_EQ(status().at("requests"), 110);
  EXPECT_EQ(status().at("recentRequests"), 10);
  EXPECT_NEAR(status().at("p99Ms").to_number<double>(), 10, 1.5);
  pass(std::chrono::seconds(330));

  EXPECT_EQ(status().at("requests"), 110);
  EXPECT_EQ(status().at("recentRequests"), 0);
  EXPECT_EQ(status().at("p50Ms"), 0);
}

TEST(AdminStatus, BeginsAnewWhenTheClockGoesBack) {
  auto const all = std::make_shared<metrics>();
  server_metrics const measured(all);
  procedure_registry registry;
  recent_requests recent;
  timestamp const start = timestamp() + std::chrono::hours(10);
  recent.look(*all, start);
  measured.answered(find_route(registry, "GET", "/healthz"), "GET", 200, std::chrono::milliseconds(10));

  recent.look(*all, start - std::chrono::hours(1));

  EXPECT_EQ(recent.since(), start - std::chrono::hours(1));
  auto const counted = endpoints_of(*all);
  ASSERT_EQ(counted.size(), 1U);
  EXPECT_EQ(recent.recent(counted.begin()->first, *counted.begin()->second).requests, 0U);
}

TEST(AdminStatus, IsThereWithoutMetrics) {
  auto const status = boost::json::parse(encode_status(admin_facts(), nullptr, recent_requests()));

  EXPECT_TRUE(status.at("endpoints").as_array().empty());
  EXPECT_TRUE(status.at("gauges").as_object().empty());
}

}  // namespace
}  // namespace sambung::serving::operators_test

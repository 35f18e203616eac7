#include <sambung/server/setup/configuration.hpp>

#include <gtest/gtest.h>

#include <map>

namespace sambung::telemetry_variables_test {
namespace {

using variables = std::map<std::string, std::string>;

result<configuration> read(variables values) {
  return read_configuration([values = std::move(values)](std::string const& name) -> std::optional<std::string> {
    auto const found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  });
}

tracing_settings tracing_of(variables values) { return read(std::move(values)).value().tracing; }

TEST(TelemetryVariables, TraceNothingUnlessACollectorIsNamed) {
  auto const none = read({}).value();

  EXPECT_EQ(none.tracing.endpoint, "");
  EXPECT_EQ(none.tracing.service, "sambung");
  EXPECT_EQ(none.tracing.upstream, upstream_traces::off);
  EXPECT_EQ(none.tracing.content, content_traces::off);
  EXPECT_EQ(none.least_level, sambung::log_level::info);
  EXPECT_EQ(none.slow_request, std::chrono::milliseconds(5'000));
}

TEST(TelemetryVariables, NameWhereTracesGo) {
  EXPECT_EQ(tracing_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318/"}}).endpoint, "http://otel:4318/v1/traces");
  EXPECT_EQ(tracing_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318"},
                        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example/in"}})
                .endpoint,
            "https://traces.example/in");
  EXPECT_EQ(tracing_of({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318"}, {"OTEL_SDK_DISABLED", "TRUE"}}).endpoint,
            "");
}

TEST(TelemetryVariables, SayWhatSpansComeWith) {
  auto const both = tracing_of({{"OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b, y=c=d"},
                                {"OTEL_SERVICE_NAME", "chat"},
                                {"OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,host.name=h"},
                                {"SAMBUNG_TRACE_UPSTREAM", "on"},
                                {"SAMBUNG_TRACE_CONTENT", "on"}});

  EXPECT_EQ(both.headers, (http_headers{{"x-key", "a b"}, {"y", "c=d"}}));
  EXPECT_EQ(both.service, "chat");
  EXPECT_EQ(both.resource, (http_headers{{"deployment.environment.name", "test"}, {"host.name", "h"}}));
  EXPECT_EQ(both.upstream, upstream_traces::on);
  EXPECT_EQ(both.content, content_traces::on);
  EXPECT_EQ(tracing_of({{"OTEL_EXPORTER_OTLP_HEADERS", "a=1"}, {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2"}}).headers,
            (http_headers{{"b", "2"}}));
}

TEST(TelemetryVariables, SayWhichTracesAreKept) {
  auto const sampled = [](std::string by, std::string argument) {
    auto const read = tracing_of({{"OTEL_TRACES_SAMPLER", std::move(by)}, {"OTEL_TRACES_SAMPLER_ARG", argument}});
    return std::pair(read.ratio, read.decision == sampling_decision::of_caller);
  };

  EXPECT_EQ(sampled("always_on", "0.5"), std::pair(1.0, false));
  EXPECT_EQ(sampled("always_off", "0.5"), std::pair(0.0, false));
  EXPECT_EQ(sampled("traceidratio", "0.5"), std::pair(0.5, false));
  EXPECT_EQ(sampled("parentbased_always_on", "0.5"), std::pair(1.0, true));
  EXPECT_EQ(sampled("parentbased_always_off", "0.5"), std::pair(0.0, true));
  EXPECT_EQ(sampled("parentbased_traceidratio", "0.25"), std::pair(0.25, true));
}

TEST(TelemetryVariables, AreRefusedForWhatTheyCannotBe) {
  variables const wrong{{"OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://canary:4317"},
                        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://canary@host/"},
                        {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "canary"},
                        {"OTEL_SERVICE_NAME", "canary\n"},
                        {"OTEL_RESOURCE_ATTRIBUTES", "a=%zzcanary"},
                        {"OTEL_TRACES_SAMPLER", "canary"},
                        {"OTEL_TRACES_SAMPLER_ARG", "1.5"},
                        {"OTEL_SDK_DISABLED", "canary"},
                        {"SAMBUNG_TRACE_UPSTREAM", "canary"},
                        {"SAMBUNG_LOG_LEVEL", "canary"},
                        {"SAMBUNG_SLOW_REQUEST_MS", "3600001"}};
  for (auto const& [name, value] : wrong) {
    auto const config = read({{name, value}});

    ASSERT_FALSE(config) << name;
    ASSERT_EQ(config.error().issues.size(), 1U) << name;
    EXPECT_EQ(config.error().issues[0].path, name);
    EXPECT_EQ(describe(config.error()).find("canary"), std::string::npos) << name;
  }
}

TEST(TelemetryVariables, KeepWhatACollectorKnowsUsByOutOfTheClearInProduction) {
  variables const production{{"SAMBUNG_ENV", "production"},
                             {"SAMBUNG_URL", "https://chat.example.com"},
                             {"SAMBUNG_SIGN_UP", "closed"},
                             {"OTEL_EXPORTER_OTLP_HEADERS", "x-key=k"}};
  auto const refused_at = [&](std::string const& endpoint) {
    auto values = production;
    values["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
    auto const config = read(values);
    return !config && describe(config.error()).find("OTEL_EXPORTER_OTLP_TRACES_HEADERS") != std::string::npos;
  };

  EXPECT_TRUE(refused_at("http://otel.example:4318"));
  EXPECT_FALSE(refused_at("https://otel.example:4318"));
  EXPECT_FALSE(refused_at("http://127.0.0.1:4318"));
}

}  // namespace
}  // namespace sambung::telemetry_variables_test

// tracer: spans of what an engine and a server do, as OpenTelemetry has them.
//
//   engine_options.tracer = std::make_shared<sambung::tracer>(sambung::otlp_exporter(transport, otlp), tracing);
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/telemetry/trace_context.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sambung {

enum class span_kind { internal, server, client };

using span_value = std::variant<std::string, std::int64_t, double, bool>;

// What an exporter gets of a span that has ended.
struct ended_span {
  trace_context where;
  std::optional<trace_context> parent;
  std::vector<trace_context> links;
  std::string name;
  span_kind kind = span_kind::internal;
  std::int64_t started_ns = 0;  // since 1970, UTC
  std::int64_t ended_ns = 0;
  std::vector<std::pair<std::string, span_value>> attributes;
  std::string error;  // error.type; empty: it went well
};

// The port of whatever takes spans. Thread safety: called from any thread; it must not block: what it has no room for it
// drops and counts.
class SAMBUNG_API span_exporter {
 public:
  virtual ~span_exporter() = default;
  virtual void add(ended_span span) noexcept = 0;
};

struct tracer_options {
  tracer_options() = default;

  double ratio = 1;  // of the traces that begin here; whoever calls us decides for its own
  std::shared_ptr<clock> clock;           // none: system_clock()
  std::shared_ptr<random_source> random;  // none: system_random()
};

// One operation; it ends when it is told to, or is destroyed. One that was made empty does nothing, at no cost: whoever
// has no tracer pays a comparison. Thread safety: none. Lifetime: its tracer may go first.
class SAMBUNG_API span {
 public:
  span() noexcept;
  ~span();
  span(span&&) noexcept;
  span& operator=(span&&) noexcept;

  // Whether anybody will see it: what is costly to find out needs not be, else. An error is seen whatever was sampled.
  explicit operator bool() const { return state_ != nullptr; }

  // Values are of closed sets, numbers or ids: never what people or models wrote. Long ones are cut.
  void set(std::string_view name, span_value value);
  // error.type.
  void fail(std::string_view type);
  void link(trace_context const& to);
  void end() noexcept;

  // For its children, and for other programs; empty of an empty one.
  std::optional<trace_context> context() const;

 private:
  friend class tracer;
  struct state;
  explicit span(std::unique_ptr<state> state) noexcept;
  std::unique_ptr<state> state_;
};

// Thread safety: safe to use from any thread.
class SAMBUNG_API tracer {
 public:
  tracer(std::shared_ptr<span_exporter> to, tracer_options options);
  ~tracer();

  // A child of `parent`; without one the root of a trace of its own.
  span start(std::string_view name, span_kind kind, std::optional<trace_context> const& parent = std::nullopt) const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace sambung

// tracer: spans of what an engine and a server do, as OpenTelemetry has them.
//
//   auto const spans = std::make_shared<sambung::otlp_exporter>(executor, transport, otlp);  // sambung::telemetry
//   engine_options.tracer = std::make_shared<sambung::tracer>(spans);
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/telemetry/trace_context.hpp>

#include <concepts>
#include <cstddef>
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

  // About how many bytes it takes.
  SAMBUNG_API std::size_t size() const;
};

// The port of whatever takes spans. Thread safety: called from any thread; it must not block: what it has no room for
// it drops and counts.
class SAMBUNG_API span_exporter {
 public:
  virtual ~span_exporter() = default;
  virtual void add(ended_span span) noexcept = 0;
};

// Who decides whether a trace that somebody else began is sampled.
enum class sampling_decision {
  of_caller,  // whoever calls us, for the traces that it began
  of_ratio    // the ratio, by the trace's id
};

struct tracer_options {
  tracer_options() = default;

  double ratio = 1;  // of the traces that begin here, 0 to 1
  sampling_decision decision = sampling_decision::of_caller;
  std::shared_ptr<sambung::clock> clock;  // none: the system's, in nanoseconds
  std::shared_ptr<random_source> random;  // none: system_random()
};

namespace detail {
struct tracer_core;
struct open_span;
}  // namespace detail

// One operation; it ends when it is told to, or is destroyed. One that was made empty does nothing, at no cost: whoever
// has no tracer pays a comparison. Thread safety: none. Lifetime: its tracer may go first.
class SAMBUNG_API span {
 public:
  static constexpr std::size_t max_attributes = 64;
  static constexpr std::size_t max_links = 16;
  static constexpr std::size_t max_name_bytes = 128;  // of a span and of an attribute
  static constexpr std::size_t max_text_bytes = 256;  // of a value
  static constexpr std::size_t max_content_bytes = 16'384;

  span() noexcept;
  ~span();
  span(span&&) noexcept;
  span& operator=(span&&) noexcept;  // ends what was here

  // Whether anybody may see it: what is costly to find out needs not be, else. An error is seen whatever was sampled.
  explicit operator bool() const { return open_ != nullptr; }

  // Values are of closed sets, numbers or ids: never what people or models wrote. A name that is there gets the new
  // value. Long texts are cut, what is not UTF-8 becomes U+FFFD, what steers a terminal '?'; what is past the limits,
  // and numbers that are none, are left out.
  void set(std::string_view name, span_value const& value);
  // The same, of a text that is somewhere: nothing is copied for a span that is empty.
  template <std::same_as<std::string_view> Text>
  void set(std::string_view name, Text text) {
    set_text(name, text);
  }
  // What people or models wrote, cut at max_content_bytes: only for whoever was told to
  // (engine_options::trace_content).
  void set_content(std::string_view name, std::string_view text);
  // error.type: it did not go well, and is exported although its trace is not sampled. The first one counts.
  void fail(std::string_view type);
  // To what it belongs, without being a part of it. The root of a trace is sampled as its first link is, if that is set
  // before anybody asks for its context.
  void link(trace_context const& to);
  // It is as if it had been made empty then.
  void end() noexcept;

  // For its children, and for other programs; empty of an empty one.
  std::optional<trace_context> context() const;

 private:
  friend class tracer;
  void set_text(std::string_view name, std::string_view text);
  explicit span(std::unique_ptr<detail::open_span> open) noexcept;
  std::unique_ptr<detail::open_span> open_;
};

// Thread safety: safe to use from any thread.
class SAMBUNG_API tracer {
 public:
  // Throws error(errc::invalid_argument) without an exporter, and for a ratio that is none.
  explicit tracer(std::shared_ptr<span_exporter> to, tracer_options options = tracer_options());
  ~tracer();

  // A child of `parent`; without one the root of a trace of its own. The name is of a closed set, as values are.
  span start(std::string_view name, span_kind kind, std::optional<trace_context> const& parent = std::nullopt) const;

 private:
  std::shared_ptr<detail::tracer_core const> tracing_;
};

}  // namespace sambung

#include <sambung/telemetry/tracer.hpp>

#include "telemetry/open_attributes.hpp"
#include "telemetry/span_text.hpp"

#include <sambung/core/error.hpp>

#include <pthread.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <new>
#include <span>

namespace sambung {

std::size_t ended_span::size() const {
  auto bytes = sizeof(ended_span) + name.size() + error.size() + links.size() * sizeof(trace_context);
  for (auto const& [key, value] : attributes) {
    bytes += sizeof(attributes.front()) + key.size();
    if (auto const* text = std::get_if<std::string>(&value)) bytes += text->size();
  }
  return bytes;
}

namespace detail {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

std::int64_t wall_ns(clock const* from) {
  if (from) return duration_cast<nanoseconds>(from->now().time_since_epoch()).count();
  return duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// How often this process has been forked off another.
unsigned forks() {
  static std::atomic<unsigned> count = 0;
  static int const told = ::pthread_atfork(nullptr, nullptr, [] { ++count; });
  return told == 0 ? count.load() : 0;
}

// Asks the system for the bytes of many ids at a time: they have to differ, from another process's too, and are no
// secret.
class pooled_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override {
    std::lock_guard const lock(mutex_);
    if (out.size() > left_.size() || of_fork_ != forks()) {
      system_->fill(pool_);
      left_ = pool_;
      of_fork_ = forks();
    }
    std::ranges::copy(left_.first(out.size()), out.begin());
    left_ = left_.subspan(out.size());
  }

 private:
  std::shared_ptr<random_source> system_ = system_random();
  std::mutex mutex_;
  std::array<std::byte, 1'024> pool_;
  std::span<std::byte const> left_;
  unsigned of_fork_ = forks();
};

// By the end of the id, which is the random part of those that others make: every server decides alike.
bool is_among(double ratio, trace_context const& of) {
  std::uint64_t number = 0;
  for (std::size_t i = 9; i < of.trace_id.size(); ++i) number = number << 8 | of.trace_id[i];
  return static_cast<double>(number) < ratio * static_cast<double>(std::uint64_t(1) << 56);
}

}  // namespace

// What the spans of a tracer have in common.
struct tracer_core {
  std::shared_ptr<span_exporter> to;
  tracer_options options;
  std::shared_ptr<random_source> random;

  // A new id, which is not all zeros.
  void fill(std::span<std::uint8_t> id) const {
    random->fill(std::as_writable_bytes(id));
    if (std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; })) id.back() = 1;
  }

  bool samples(trace_context const& where, std::optional<trace_context> const& parent) const {
    if (parent && options.decision == sampling_decision::of_caller) return parent->sampled;
    return is_among(options.ratio, where);
  }
};

struct open_span {
  open_span(std::shared_ptr<tracer_core const> with_, std::string_view name)
      : with(std::move(with_)), attributes(name) {}

  std::shared_ptr<tracer_core const> with;
  ended_span what;  // but for what `attributes` has
  open_attributes attributes;
  steady_clock::time_point begun = steady_clock::now();
  mutable bool known = false;  // somebody has its context: whether it is sampled stays

  // A clock that jumps makes no span that ends before it has begun.
  std::int64_t now_ns() const {
    auto const now = with->options.clock
                         ? wall_ns(with->options.clock.get())
                         : what.started_ns + duration_cast<nanoseconds>(steady_clock::now() - begun).count();
    return std::max(now, what.started_ns);
  }
};

}  // namespace detail

span::span() noexcept = default;
span::span(span&&) noexcept = default;
span::span(std::unique_ptr<detail::open_span> open) noexcept : open_(std::move(open)) {}
span::~span() { end(); }

span& span::operator=(span&& other) noexcept {
  if (this == &other) return *this;
  end();
  open_ = std::move(other.open_);
  return *this;
}

void span::set(std::string_view name, span_value const& value) {
  if (!open_) return;
  if (auto const* number = std::get_if<double>(&value); number && !std::isfinite(*number)) return;
  auto& all = open_->attributes;
  std::visit(
      [&](auto const& of) {
        if constexpr (std::is_same_v<decltype(of), std::string const&>) all.set_text(name, of);
        else all.set(name, of);
      },
      value);
}

void span::set_text(std::string_view name, std::string_view text) {
  if (open_) open_->attributes.set_text(name, text);
}

void span::set_content(std::string_view name, std::string_view text) {
  if (!open_) return;
  open_->attributes.set_content(name, span_text(text, max_content_bytes));
}

void span::fail(std::string_view type) {
  if (!open_ || !open_->what.error.empty()) return;
  open_->what.error = type.empty() ? "_OTHER" : span_text(type, max_name_bytes);
}

void span::link(trace_context const& to) {
  if (!open_) return;
  auto& what = open_->what;
  bool const follows_caller = open_->with->options.decision == sampling_decision::of_caller;
  if (follows_caller && !what.parent && what.links.empty() && !open_->known) what.where.sampled = to.sampled;
  if (what.links.size() < max_links) what.links.push_back(to);
}

void span::end() noexcept {
  auto const ended = std::move(open_);
  if (!ended) return;
  auto& what = ended->what;
  if (!what.where.sampled && what.error.empty()) return;
  what.ended_ns = ended->now_ns();
  try {
    ended->attributes.move_to(what);
  } catch (std::bad_alloc const&) {
    return;
  }
  ended->with->to->add(std::move(what));
}

std::optional<trace_context> span::context() const {
  if (!open_) return std::nullopt;
  open_->known = true;
  return open_->what.where;
}

tracer::tracer(std::shared_ptr<span_exporter> to, tracer_options options) {
  if (!to) throw error(errc::invalid_argument, "a tracer needs an exporter");
  if (!(options.ratio >= 0 && options.ratio <= 1))
    throw error(errc::invalid_argument, "tracer_options::ratio must be from 0 to 1");
  auto random = options.random ? options.random : std::make_shared<detail::pooled_random>();
  tracing_ = std::make_shared<detail::tracer_core const>(
      detail::tracer_core{std::move(to), std::move(options), std::move(random)});
}

tracer::~tracer() = default;

span tracer::start(std::string_view name, span_kind kind, std::optional<trace_context> const& parent) const {
  auto open = std::make_unique<detail::open_span>(tracing_, name);
  auto& what = open->what;
  what.kind = kind;
  what.parent = parent;
  if (parent) what.where.trace_id = parent->trace_id;
  else tracing_->fill(what.where.trace_id);
  tracing_->fill(what.where.span_id);
  what.where.sampled = tracing_->samples(what.where, parent);
  what.started_ns = detail::wall_ns(tracing_->options.clock.get());
  return span(std::move(open));
}

}  // namespace sambung

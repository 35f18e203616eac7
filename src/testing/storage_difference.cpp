#include <sambung/testing/storage_difference.hpp>

#include "testing/probe.hpp"
#include "testing/random_operations.hpp"

#include <sstream>

namespace sambung::testing {
namespace {

struct printer {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(double v) const { return std::to_string(v); }
  std::string operator()(std::string const& v) const { return '"' + v + '"'; }
  std::string operator()(uuid const& v) const { return to_string(v); }
  std::string operator()(binary const& v) const { return to_hex(v); }
};

std::string text_of(failure const& why) {
  auto out = std::string(to_string(why.code)) + " (" + why.message + ")";
  return why.issues.empty() ? out : out + " at " + why.issues.front().path;
}
std::string text_of(receipt const& done) { return std::to_string(done.rows) + " rows"; }
std::string text_of(rows const& found) {
  std::string out = found.more ? "and more: " : "";
  for (auto const& item : found.items) {
    out += '[';
    for (auto const& v : item) out += std::visit(printer{}, v) + ' ';
    out += "] ";
  }
  return out;
}
template <class T>
std::string text_of(result<T> const& outcome) {
  return outcome ? text_of(*outcome) : text_of(outcome.error());
}

bool same(receipt const& a, receipt const& b) { return a.rows == b.rows; }
bool same(rows const& a, rows const& b) { return a.more == b.more && a.items == b.items; }
bool same(failure const& a, failure const& b) {
  auto const path = [](failure const& f) { return f.issues.empty() ? std::string() : f.issues.front().path; };
  return a.code == b.code && path(a) == path(b);
}
template <class T>
bool same(result<T> const& a, result<T> const& b) {
  if (a.has_value() != b.has_value()) return false;
  return a ? same(*a, *b) : same(a.error(), b.error());
}

template <class T>
std::optional<std::string> compared(std::string const& what, result<T> const& expected, result<T> const& found) {
  if (same(expected, found)) return std::nullopt;
  return what + "\n  reference: " + text_of(expected) + "\n  subject:   " + text_of(found);
}

std::string text_of(std::vector<condition> const& conditions) {
  std::ostringstream out;
  for (auto const& c : conditions)
    out << " where " << c.column << " op " << static_cast<int>(c.op) << ' ' << std::visit(printer{}, c.operand);
  return out.str();
}
std::string text_of(query const& q) {
  std::ostringstream out;
  out << "read " << q.table() << text_of(q.conditions()) << " order";
  for (auto const& column : q.order()) out << ' ' << column;
  out << (q.order_direction() == direction::ascending ? " ascending" : " descending") << " limit " << q.limit();
  if (q.after()) {
    out << " after";
    for (auto const& v : *q.after()) out << ' ' << std::visit(printer{}, v);
  }
  return out.str();
}
std::string text_of(text_query const& q) {
  return "search " + q.table() + " for <" + q.text() + ">" + text_of(q.conditions());
}

using difference = std::optional<std::string>;

task<difference> compare_one(storage& reference, storage& subject, random_operations& make) {
  auto const who = make.any_scope();
  if (make.chance(55)) {
    auto const b = make.any_batch(who);
    auto const expected = co_await reference.write(who, b);
    auto const found = co_await subject.write(who, b);
    co_return compared("a batch of " + std::to_string(b.changes().size()), expected, found);
  }
  if (make.chance(75)) {
    auto const q = make.any_query(who);
    auto const expected = co_await reference.read(who, q);
    auto const found = co_await subject.read(who, q);
    co_return compared(text_of(q), expected, found);
  }
  auto const q = make.any_search(who);
  auto const expected = co_await reference.search(who, q);
  auto const found = co_await subject.search(who, q);
  co_return compared(text_of(q), expected, found);
}

}  // namespace

task<difference> storage_difference(storage& reference, storage& subject, difference_options options) {
  for (auto* one : {&reference, &subject}) {
    auto const ready = co_await one->migrate(probe_schema());
    if (!ready) co_return "migrate: " + text_of(ready.error());
  }
  random_operations make(options.seed);
  for (std::size_t i = 0; i < options.operations; ++i) {
    auto found = co_await compare_one(reference, subject, make);
    if (found) co_return "seed " + std::to_string(options.seed) + ", operation " + std::to_string(i) + ": " + *found;
  }
  co_return std::nullopt;
}

}  // namespace sambung::testing

#include <sambung/storage/batch.hpp>
#include <sambung/storage/scope.hpp>

#include "storage/checking.hpp"

#include <algorithm>

namespace sambung {

detail::change_of_temporary::change_of_temporary(change made) : change(std::move(made)) {}

namespace {

std::size_t bytes_of(value const& v) {
  if (auto const* text = std::get_if<std::string>(&v)) return text->size();
  auto const* some = std::get_if<binary>(&v);
  return some ? some->size() : sizeof(std::int64_t);
}

std::string path_of(std::size_t position) { return "changes[" + std::to_string(position) + "]"; }

// Checks one change after the other and collects every fault.
class batch_checker {
 public:
  batch_checker(schema const& s, scope const& who) : schema_(s), who_(who) {}

  void add(change const& c) {
    std::visit([&](auto const& one) { add_one(one); }, c);
    ++position_;
  }

  result<void> outcome() && {
    if (bytes_ > max_batch_bytes) return failure(errc::payload_too_large, "the batch holds too many bytes");
    if (denied_) return std::move(*denied_);
    if (!issues_.empty()) return detail::invalid(std::move(issues_));
    return {};
  }

 private:
  void fault(std::string_view part, std::string message) {
    issues_.push_back({path_of(position_) + std::string(part), std::move(message)});
  }

  record_description const* table(std::string const& name) {
    auto const* found = schema_.find(name);
    if (!found) {
      fault(".table", "no such table");
    } else if (detail::wrong_scope(*found, who_)) {
      if (!denied_) denied_ = change_failure(errc::permission_denied, position_, detail::wrong_scope_message(*found));
      return nullptr;
    }
    return found;
  }

  void add_one(insert_row const& c) {
    if (auto const* t = table(c.table)) values(*t, c.values);
  }

  void add_one(increment_row const& c) {
    auto const* t = table(c.table);
    if (!t) return;
    values(*t, c.values);
    for (auto const& column : c.add) {
      auto const at = t->position(column);
      if (!at) fault("." + column, "no such column");
      else if (*at == 0 || t->fields[*at].type != column_type::integer || t->fields[*at].nullable)
        fault("." + column, "cannot be added to");
      if (std::ranges::count(c.add, column) > 1) fault("." + column, "is added twice");
    }
  }

  void add_one(update_row const& c) {
    auto const* t = table(c.table);
    if (!t) return;
    key_and_conditions(*t, c.key, c.conditions);
    if (c.set.empty()) fault("", "sets nothing");
    for (auto const& one : c.set) {
      bytes_ += bytes_of(one.to);
      auto const at = t->position(one.column);
      if (!at) fault("." + one.column, "no such column");
      else if (*at == 0) fault("." + one.column, "the key cannot be changed");
      else if (auto wrong = value_fault(one.to, t->fields[*at])) fault("." + one.column, std::move(*wrong));
      if (std::ranges::count(c.set, one.column, &assignment::column) > 1) fault("." + one.column, "is set twice");
    }
  }

  template <class Conditional>
  void add_one(Conditional const& c) {
    if (auto const* t = table(c.table)) key_and_conditions(*t, c.key, c.conditions);
  }

  void values(record_description const& t, row const& in) {
    if (in.size() != t.fields.size()) return fault(".values", "must be " + std::to_string(t.fields.size()) + " values");
    for (std::size_t i = 0; i < in.size(); ++i) {
      bytes_ += bytes_of(in[i]);
      if (auto wrong = value_fault(in[i], t.fields[i])) fault("." + t.fields[i].name, std::move(*wrong));
    }
  }

  void key_and_conditions(record_description const& t, value const& key, std::vector<condition> const& conditions) {
    bytes_ += bytes_of(key);
    if (auto wrong = detail::operand_fault(key, t.fields.front())) fault(".key", std::move(*wrong));
    if (std::holds_alternative<std::monostate>(key)) fault(".key", "must not be null");
    for (auto const& c : conditions) {
      bytes_ += bytes_of(c.operand);
      if (auto wrong = detail::condition_fault(c, t)) fault("." + c.column, std::move(*wrong));
    }
  }

  schema const& schema_;
  scope const& who_;
  std::size_t position_ = 0;
  std::size_t bytes_ = 0;
  std::optional<failure> denied_;
  std::vector<issue> issues_;
};

}  // namespace

batch& batch::add(change c) & {
  changes_.push_back(std::move(c));
  return *this;
}

batch batch::add(change c) && {
  changes_.push_back(std::move(c));
  return std::move(*this);
}

batch_place batch::put(change c) {
  changes_.push_back(std::move(c));
  return batch_place(changes_.size() - 1);
}

result<void> check(schema const& s, scope const& who, batch const& b) {
  if (b.changes().size() > max_batch_changes)
    return failure(errc::payload_too_large, "a batch holds at most " + std::to_string(max_batch_changes) + " changes");
  batch_checker checker(s, who);
  for (auto const& c : b.changes()) checker.add(c);
  return std::move(checker).outcome();
}

bool batch_place::failed(failure const& why) const {
  return !why.issues.empty() && why.issues.front().path == path_of(position_);
}

failure change_failure(std::size_t position, failure fault) {
  std::vector<issue> issues{{path_of(position), fault.message}};
  for (auto& one : fault.issues) issues.push_back({path_of(position) + '.' + one.path, std::move(one.message)});
  fault.issues = std::move(issues);
  return fault;
}

failure change_failure(errc code, std::size_t position, std::string message) {
  return change_failure(position, failure(code, std::move(message)));
}

failure unmet_conditions(std::vector<std::string> const& columns) {
  failure why(errc::conflict, "a condition does not hold");
  for (auto const& column : columns) {
    why.message += (why.issues.empty() ? ": " : ", ") + column;
    why.issues.push_back({column, "does not meet its condition"});
  }
  return why;
}

}  // namespace sambung

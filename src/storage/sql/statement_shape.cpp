#include "storage/sql/statement_shape.hpp"

namespace sambung::sql {
namespace {

// NUL ends a name: it cannot be part of one.
void add_name(std::string& out, std::string_view name) { (out += name) += '\0'; }

void add_shape(std::string& out, std::vector<condition> const& conditions) {
  for (auto const& c : conditions) {
    out += static_cast<char>('0' + static_cast<int>(c.op));
    add_name(out, c.column);
  }
}

struct change_shape {
  std::string operator()(insert_row const& c) const { return 'i' + c.table; }
  std::string operator()(update_row const& c) const {
    auto out = start('u', c.table);
    for (auto const& one : c.set) add_name(out, one.column);
    out += '\0';
    add_shape(out, c.conditions);
    return out;
  }
  std::string operator()(increment_row const& c) const {
    auto out = start('+', c.table);
    for (auto const& column : c.add) add_name(out, column);
    return out;
  }
  std::string operator()(erase_row const& c) const { return conditional('e', c.table, c.conditions); }
  std::string operator()(require_row const& c) const { return conditional('r', c.table, c.conditions); }

  static std::string start(char kind, std::string const& table) {
    std::string out(1, kind);
    add_name(out, table);
    return out;
  }
  static std::string conditional(char kind, std::string const& table, std::vector<condition> const& conditions) {
    auto out = start(kind, table);
    add_shape(out, conditions);
    return out;
  }
};

}  // namespace

std::string shape_of(query const& q) {
  auto out = change_shape::start('q', q.table());
  add_shape(out, q.conditions());
  out += q.order_direction() == direction::ascending ? '<' : '>';
  for (auto const& column : q.order()) add_name(out, column);
  if (q.after()) out += '@';
  return out;
}

std::string shape_of(text_query const& q) {
  auto out = change_shape::start('s', q.table());
  add_shape(out, q.conditions());
  if (q.after()) out += '@';
  return out;
}

std::string shape_of(change const& c) { return std::visit(change_shape{}, c); }

std::string shape_of_exists(std::string const& table) { return 'x' + table; }

std::string shape_of_judgement(record_description const& table, std::vector<condition> const& conditions) {
  return change_shape::conditional('j', table.table, conditions);
}

}  // namespace sambung::sql

#include "verb_table.hpp"

namespace sambung::python {

void verb_table::add(std::unique_ptr<python::verb> one, std::string name, std::string_view parameters) {
  one->name = std::move(name);
  while (!parameters.empty()) {
    auto const end = parameters.find(' ');
    one->parameters.emplace_back(parameters.substr(0, end));
    parameters.remove_prefix(end == std::string_view::npos ? parameters.size() : end + 1);
  }
  if (one->parameters.size() != one->takes.size())
    throw error(errc::internal, one->name + " has not as many names as parameters");
  verbs_.push_back(std::move(one));
}

verb_table const& verbs() {
  static verb_table const made = [] {
    verb_table table;
    add_engine_verbs(table);
    add_chat_verbs(table);
    add_turn_verbs(table);
    add_desk_verbs(table);
    add_event_verbs(table);
    add_template_verbs(table);
    add_account_verbs(table);
    add_row_verbs(table);
    add_server_verbs(table);
    return table;
  }();
  return made;
}

}  // namespace sambung::python

// The record of an application that makes mistakes.
#pragma once

#include "support/desk.hpp"

#include <string>

namespace sambung::mistaken {

enum class mood { calm, angry };
BOOST_DESCRIBE_ENUM(mood, calm)  // one is forgotten

struct ticket {
  std::string id;
  std::string text;
  std::string agent;
  mood caller = mood::calm;
  std::int64_t revision = 1;
  std::string forgotten;  // is not described
};
BOOST_DESCRIBE_STRUCT(ticket, (), (id, text, agent, caller, revision))
inline auto describe_record(record_of<ticket>) {
  return record<ticket>("mistaken_tickets").text(&ticket::text, 1, 100).index(&ticket::agent);
}

inline module_schema tickets() { return module_schema("mistaken").table<ticket>(); }

inline tests::desk_options with_tickets() {
  tests::desk_options options;
  options.modules.push_back(tickets());
  return options;
}

inline ticket printer() {
  ticket made;
  made.id = "one";
  made.text = "The printer burns.";
  made.agent = "ada";
  return made;
}

}  // namespace sambung::mistaken

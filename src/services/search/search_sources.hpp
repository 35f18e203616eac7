// Where a search looks: the tables, what of them is the caller's, and what a hit in each is told by.
#pragma once

#include <sambung/services/search/search.hpp>
#include <sambung/storage/query.hpp>

#include "services/turns/chat_access.hpp"

namespace sambung {

struct search_source {
  search_kind kind;
  record_description const* table;  // of the engine's schema
  text_query asked;                 // the caller's rows with every word, in the range of time
};

// In the order in which hits of one key are told.
std::vector<search_source> sources_of(chat_access const& access, search_request const& what);

// How far back rows have the words of this version, while not all have (storage::lacking_words).
task<std::optional<timestamp>> words_since(chat_access const& access, search_source const& source);

// A row that a source found.
struct found_row {
  search_source const* source;
  row values;

  uuid key() const { return std::get<uuid>(values.front()); }
};

// What is searched of it, one text behind the other.
std::string searched_text(found_row const& found);

// Tells hits. Reads the chats that messages are in, each once.
class hit_teller {
 public:
  // Lifetime: both outlive it.
  hit_teller(chat_access const& access, search_request const& what) : access_(access), what_(what) {}

  // None for what is being removed or cannot be read.
  task<std::optional<search_hit>> tell(found_row const& found);

 private:
  task<std::optional<chat>> chat_of(chat_id id);
  void show(search_hit& hit, std::string const& text) const;

  chat_access const& access_;
  search_request const& what_;
  std::vector<std::pair<chat_id, std::optional<chat>>> chats_;
};

}  // namespace sambung

// search: everything that a user has, by the words in it. Reached by workspace::search().
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/message.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

enum class search_kind {
  chat,     // by its title
  message,  // by its text
  record    // of the application's own: see search_request
};
SAMBUNG_DESCRIBE_ENUM(search_kind, chat, message, record)

enum class search_order {
  newest,
  relevance  // of the newest max_ranked_hits, those first that say it more, in less text
};
SAMBUNG_DESCRIBE_ENUM(search_order, newest, relevance)

inline constexpr std::size_t max_ranked_hits = 200;

// A record of the application's own is searched when its table is searchable, is a tenant's, has a uuid for its key and
// rows that are a user's by owned_by(); within a range of time when it has a created_at as well. Its title is its
// first searchable column.
struct search_request {
  search_request() = default;
  explicit search_request(std::string text_) : text(std::move(text_)) {}

  std::string text;                // 1 to 500 bytes; a hit has every word of it: see text_query
  std::vector<search_kind> kinds;  // empty: all
  std::optional<timestamp> since;  // made then or later
  std::optional<timestamp> until;  // made before then
  search_order order = search_order::newest;
};
SAMBUNG_DESCRIBE_STRUCT(search_request, (), (text, kinds, since, until, order))
SAMBUNG_API record_description describe_record(record_of<search_request>);

// A piece of a passage. The pieces of one, one behind the other, are the passage as it stands.
struct search_piece {
  std::string text;
  bool is_match = false;  // it is what was searched for
};
SAMBUNG_DESCRIBE_STRUCT(search_piece, (), (text, is_match))

struct search_hit {
  search_kind kind = search_kind::chat;
  uuid id;                                        // the chat's, the message's or the record's
  std::optional<std::string> table;               // of a record
  std::string title;                              // of a message: its chat's
  std::vector<search_piece> passage;              // around the first match
  bool cut_before = false;                        // the text has more in front of the passage
  bool cut_after = false;                         // and behind it
  std::optional<sambung::chat_id> chat_id;        // where to go: of a chat and a message
  std::optional<sambung::message_id> message_id;  // of a message: the leaf of a path that it is on
  std::optional<sambung::role> role;              // of a message: who said it
  std::optional<timestamp> at;                    // when it was made
};
SAMBUNG_DESCRIBE_STRUCT(search_hit, (),
                        (kind, id, table, title, passage, cut_before, cut_after, chat_id, message_id, role, at))

struct search_page : page<search_hit> {
  bool partial = false;                    // search_order::relevance: there were more than could be ranked
  std::optional<timestamp> indexed_since;  // on a first page: what is older is not all found yet
};
SAMBUNG_DESCRIBE_STRUCT(search_page, (), (partial, indexed_since))

// Thread safety: cheap value; safe to use from any thread. Lifetime: as for chats. Throws sambung::error:
// errc::permission_denied without chat_read; errc::invalid_argument with every fault; errc::unavailable: storage.
class SAMBUNG_API search {
 public:
  // What the user has and nobody else does: their chats, what was said in them, their records. A page may be shorter
  // than asked for and yet not the last. Messages are found once their turn has ended.
  task<search_page> query(search_request what, page_request which = page_request()) const;

 private:
  friend class workspace;
  search(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung

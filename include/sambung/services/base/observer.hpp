// observer: what an engine tells of what no caller is told, or not all of it: for logs and metrics.
//
//   struct stderr_observer : sambung::observer {
//     void failed(sambung::failed_part const& what) override {
//       std::cerr << what.name << ": " << what.why.message << ' ' << what.why.sensitive << '\n';
//     }
//   };
//   options.observer = std::make_shared<stderr_observer>();
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/error.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/message.hpp>
#include <sambung/storage/damaged_row.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace sambung {

// What of an engine, or of what its application gave it, failed.
enum class engine_part {
  tool,       // it threw, took too long, or gave what is no text
  approval,   // of tools: it threw
  provider,   // a call of a model ended with an error, or threw
  procedure,  // of a server: it threw what is no sambung::error, or one that its client is not told of
  context,    // a token_counter: it threw, or gave what is no number of tokens
  turn,       // it could not be run or stored to its end
  periodic    // what the engine does by itself, such as writing what was used; the next round tries again
};
SAMBUNG_DESCRIBE_ENUM(engine_part, tool, approval, provider, procedure, context, turn, periodic)

// `why.sensitive` may hold what a vendor or a database said, or what() of an exception, behind its type.
struct failed_part {
  failed_part(engine_part part_, std::string name_, failure why_)
      : part(part_), name(std::move(name_)), why(std::move(why_)) {}

  engine_part part;
  std::string name;  // of a tool, a procedure, what is periodic; a model as "provider/model"
  failure why;
  std::string request_id;  // of a procedure: what its answer has as x-request-id
  // On whose behalf, as far as there is somebody.
  std::optional<sambung::tenant_id> tenant_id;
  std::optional<sambung::user_id> user_id;
  std::optional<sambung::chat_id> chat_id;
  std::optional<sambung::message_id> message_id;
};

// A turn that nothing more happens to on this engine.
struct ended_turn {
  sambung::tenant_id tenant_id;
  sambung::user_id user_id;
  sambung::chat_id chat_id;
  sambung::message_id message_id;  // of the answer
  std::string model;               // "provider/model"
  answer_end how;                  // as it is stored
  std::optional<failure> why;      // of one that failed or broke off
  bool stored = true;              // false: its chat is gone, or only a sweep can store what there is of it
};

// Turns that nobody ran any more.
struct sweep_outcome {
  std::int64_t settled = 0;    // made incomplete, with the text that there was
  std::int64_t failed = 0;     // left for the next sweep
  std::optional<failure> why;  // of the first that failed
};

// A database may be read while it takes no writes.
enum class storage_side { reads, writes };
SAMBUNG_DESCRIBE_ENUM(storage_side, reads, writes)

// Queues and places that are bounded.
enum class engine_queue {
  turns,      // turn_options::max_in_flight and max_per_user
  storage,    // calls that wait for the database
  passwords,  // that wait to be hashed
};
SAMBUNG_DESCRIBE_ENUM(engine_queue, turns, storage, passwords)

// A call of the storage that took long. Nothing of what is stored.
struct slow_query {
  slow_query() = default;

  std::string operation;             // of the storage port: "read", "search", "write"
  std::string table;                 // "several": a batch that is about more than one; "none"
  std::string shape;                 // "where chat_id = ? order by id descending limit 50"; "insert messages 2, of 2"
  std::string backend;               // "postgresql"
  std::chrono::milliseconds time{};  // until whoever asked has the outcome: waiting for a connection is part of it
  std::size_t rows = 0;              // that were read, inserted, changed or erased
  std::string request_id;            // of the call from outside that it was done for; empty: of none, or unknown
  std::uint64_t left_out = 0;        // slow ones before it that nobody was told of
};

// Every function does nothing unless it is overridden; more may come. They are called by several threads at once, which
// are the engine's: they must not block. What they throw is dropped. They may use the engine but not wait for it.
class SAMBUNG_API observer {
 public:
  virtual ~observer() = default;

  virtual void failed(failed_part const& what);
  virtual void turn_ended(ended_turn const& turn);

  // Told once when storage begins to fail with errc::unavailable, and once when it answers again.
  virtual void storage_away(storage_side side, failure const& why);
  virtual void storage_back(storage_side side);
  // Of stored rows that could not be read: of each once an hour, of a hundred at most.
  virtual void damaged(damaged_row const& row);

  // Of a sweep that found something to do.
  virtual void swept(sweep_outcome const& outcome);

  // Of each call that a full queue refused.
  virtual void refused(engine_queue queue, failure const& why);

  // Of a call of the storage that took engine_options::slow_query or longer; of ten a second at most.
  virtual void slow(slow_query const& what);
};

}  // namespace sambung

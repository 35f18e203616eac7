// context_report: what a model gets to read, block by block, and why; and what it does not, and why not.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>
#include <sambung/records/reported_block.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sambung {

struct reported_message {
  sambung::role role = role::user;
  std::vector<part> parts;
};
SAMBUNG_DESCRIBE_STRUCT(reported_message, (), (role, parts))

struct context_report {
  std::string model;        // "provider/model"
  std::int64_t budget = 0;  // tokens; an application's own context_policy may have another
  std::int64_t tokens = 0;  // of the messages
  std::vector<reported_block> blocks;
  std::int64_t not_listed = 0;             // more blocks of the history, older than those
  std::vector<reported_message> messages;  // as the model reads them; none where they are not told
};
SAMBUNG_DESCRIBE_STRUCT(context_report, (), (model, budget, tokens, blocks, not_listed, messages))

}  // namespace sambung

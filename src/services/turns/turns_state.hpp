// turns_state: what an engine keeps to run turns, and calls without a chat.
#pragma once

#include <sambung/provider/catalog.hpp>
#include <sambung/services/turns/context.hpp>
#include <sambung/services/turns/toolbox.hpp>

#include "services/turns/model_labels.hpp"
#include "services/turns/path_memory.hpp"
#include "services/turns/recent_heads.hpp"
#include "services/turns/shared_answers.hpp"
#include "services/turns/turn_table.hpp"

#include <functional>
#include <memory>

namespace sambung {

struct turns_state {
  explicit turns_state(engine_core& core) : answers(core), running(core) {}

  turn_options options;
  toolbox tools;
  sambung::tool_limits tool_limits;
  std::shared_ptr<context_policy> context;
  std::shared_ptr<token_counter> tokens;                                           // throws nothing
  std::function<std::shared_ptr<workspace const>(principal const&)> workspace_of;  // for tools
  std::unique_ptr<model_catalog> catalog;
  model_labels labels;
  recent_heads heads;
  path_memory paths;
  shared_answers answers;
  turn_table running;
};

}  // namespace sambung

// reported_block: one piece of a prompt, why it is there, or why it is not.
#pragma once

#include <sambung/core/record.hpp>
#include <sambung/records/part.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace sambung {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // g++ 12: an enumerator of an enum class shadows nothing

// Why a block is where it is. No other reason is ever given.
enum class context_reason {
  always,            // it belongs to every prompt of its chat
  mandatory,         // without it the prompt would make no sense: the question, and what a kept prompt says
  constant,          // lore: in every prompt
  key,               // lore: a key was found
  secondary_failed,  // lore: a key was found, and its secondary keys decided against it
  regex,             // lore: a pattern was found
  sticky,            // lore: it was found a few messages ago
  cooldown,          // lore: it was there a few messages ago and has to wait
  delay,             // lore: the chat is too short yet
  recursion,         // lore: a key was found in other lore
  depth_exceeded,    // its key stands further back than is looked
  group_lost,        // another of its group was taken
  probability,       // its draw decided
  budget,            // there was no room for it, or for all of it
  disabled,          // it is switched off
  filtered,          // it is not for this speaker
  vector,            // found by likeness of meaning
  similarity,        // found by search
  summary_covers,    // a summary stands for it
  history_full,      // older than what fits of the history
  not_heard,         // hidden, or its speaker did not hear it
  unresolved,        // what it names is not there, or not the reader's to use
  timeout            // it could not be had in time
};
SAMBUNG_DESCRIBE_ENUM(context_reason, always, mandatory, constant, key, secondary_failed, regex, sticky, cooldown,
                      delay, recursion, depth_exceeded, group_lost, probability, budget, disabled, filtered, vector,
                      similarity, summary_covers, history_full, not_heard, unresolved, timeout)

enum class block_state { included, trimmed, dropped };
SAMBUNG_DESCRIBE_ENUM(block_state, included, trimmed, dropped)

// Where a block stands. What that means depends on the layout; at_depth: so many messages before the prompt's end.
enum class context_place {
  main,
  instructions,
  prompts,
  memories,
  tools,
  lore_before,
  persona,
  description,
  personality,
  scenario,
  auxiliary,
  lore_after,
  examples,
  summary,
  history,
  before_question,
  question,
  post_history,
  at_depth
};
SAMBUNG_DESCRIBE_ENUM(context_place, main, instructions, prompts, memories, tools, lore_before, persona, description,
                      personality, scenario, auxiliary, lore_after, examples, summary, history, before_question,
                      question, post_history, at_depth)
#pragma GCC diagnostic pop

// What a block was made of: "chat" (its system prompt), "message", "template".
struct block_source {
  std::string kind;
  std::optional<std::string> id;
  std::optional<std::int64_t> version;
  friend bool operator==(block_source const&, block_source const&) = default;
};
SAMBUNG_DESCRIBE_STRUCT(block_source, (), (kind, id, version))

struct reported_block {
  context_place place = context_place::main;
  sambung::role role = role::system;
  block_source source;
  std::int64_t tokens = 0;  // of what is included; of all of it when it was dropped
  block_state state = block_state::included;
  context_reason reason = context_reason::always;
};
SAMBUNG_DESCRIBE_STRUCT(reported_block, (), (place, role, source, tokens, state, reason))

}  // namespace sambung

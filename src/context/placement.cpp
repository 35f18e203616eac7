#include "context/placement.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sambung {
namespace {

using enum context_place;

// What stands before the history, in order. What volatile blocks there are stand behind it.
std::span<context_place const> before_history(context_layout layout) {
  static constexpr std::array<context_place, 14> assistant{main,     instructions, prompts,     memories, tools,
                                                           persona,  description,  personality, scenario, auxiliary,
                                                           examples, lore_before,  lore_after,  summary};
  static constexpr std::array<context_place, 14> roleplay{main,     lore_before, persona,    description,  personality,
                                                          scenario, auxiliary,   lore_after, instructions, prompts,
                                                          memories, tools,       examples,   summary};
  return layout == context_layout::assistant ? std::span<context_place const>(assistant) : roleplay;
}

prompt_message message_of(context_block const& block) {
  return prompt_message(block.role == role::assistant ? role::assistant : role::user, block.text);
}

void add_text(std::string& to, std::string const& text) {
  if (!to.empty()) to += "\n\n";
  to += text;
}

void add_place(placed_prompt& to, std::vector<placed_block> const& blocks, context_place which) {
  for (auto const& one : blocks)
    if (one.is_in() && one.block.place == which) to.history.push_back(message_of(one.block));
}

// Blocks of one depth: groups of an order, higher ones first; in each what the system says, the user, the model.
bool comes_first(context_block const* one, context_block const* other) {
  if (one->order != other->order) return one->order > other->order;
  return static_cast<int>(one->role) < static_cast<int>(other->role);
}

std::vector<context_block const*> blocks_at_depth(std::vector<placed_block> const& blocks) {
  std::vector<context_block const*> all;
  for (auto const& one : blocks)
    if (one.is_in() && one.block.place == at_depth) all.push_back(&one.block);
  std::ranges::stable_sort(all, comes_first);
  std::ranges::stable_sort(all, [](auto const* one, auto const* other) { return one->depth > other->depth; });
  return all;
}

// The chat's own messages with blocks between them; those that go deeper than the chat stand in front.
std::vector<prompt_message> interleaved(std::vector<prompt_message> messages,
                                        std::vector<context_block const*> const& inserts) {
  std::vector<prompt_message> made;
  made.reserve(messages.size() + inserts.size());
  auto next = inserts.begin();
  for (std::size_t i = 0; i <= messages.size(); ++i) {
    auto const behind = std::ssize(messages) - static_cast<std::ptrdiff_t>(i);
    for (; next != inserts.end() && ((*next)->depth >= behind || i == messages.size()); ++next)
      made.push_back(message_of(**next));
    if (i < messages.size()) made.push_back(std::move(messages[i]));
  }
  return made;
}

}  // namespace

placed_prompt place(context_layout layout, std::vector<placed_block> const& blocks, std::vector<prompt_message> past,
                    prompt_message asked) {
  placed_prompt made;
  for (auto const which : before_history(layout))
    for (auto const& one : blocks) {
      if (!one.is_in() || one.block.place != which) continue;
      if (one.block.role == role::system) add_text(made.system, one.block.text);
      else made.history.push_back(message_of(one.block));
    }
  for (auto const& one : blocks)
    if (one.is_in() && one.block.place == before_question) past.push_back(message_of(one.block));
  past.push_back(std::move(asked));
  auto said = interleaved(std::move(past), blocks_at_depth(blocks));
  std::move(said.begin(), said.end(), std::back_inserter(made.history));
  add_place(made, blocks, post_history);
  return made;
}

}  // namespace sambung

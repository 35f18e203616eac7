// The stages of a prompt, each by itself, and all together.
#include "context/assembly.hpp"

#include "context/context_budget.hpp"
#include "context/placement.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace sambung::assembly_test {
namespace {

constexpr auto model = "scripted/model";

// One token for each letter, and none around a message but what all have.
struct letters final : token_counter {
  std::int64_t count(std::string_view, std::string_view text) override {
    return static_cast<std::int64_t>(text.size());
  }
};

context_block block(context_place where, std::string text, context_rank rank = context_rank::mandatory) {
  block_source source{"template", text, 1};
  context_block made(std::move(source), where, std::move(text));
  made.rank = rank;
  return made;
}

std::string text(std::size_t bytes) { return std::string(bytes, 'x'); }

constexpr auto around = tokens_per_message;

// --- what fits -----------------------------------------------------------------------------------------------------

TEST(ContextBudget, TakesWhatIsMandatoryFirstAndThenByRank) {
  letters counter;
  context_budget budget(100, counter, model);
  std::vector<context_block> blocks;
  blocks.push_back(block(context_place::memories, text(40 - around), context_rank::third));
  blocks.push_back(block(context_place::main, text(30 - around)));
  blocks.push_back(block(context_place::persona, text(20 - around), context_rank::second));

  auto const fits = budget.take(blocks, 10, {30, 10}).value();

  EXPECT_EQ(fits.blocks[1].state, block_state::included);
  EXPECT_EQ(fits.blocks[2].state, block_state::included);
  EXPECT_EQ(fits.blocks[0].state, block_state::dropped) << "the history's quarter comes before";
  EXPECT_EQ(fits.blocks[0].reason, context_reason::budget);
  EXPECT_EQ(fits.history, 2U);
}

TEST(ContextBudget, NamesTheSizesOfWhatIsTooMuch) {
  letters counter;
  context_budget budget(50, counter, model);

  auto const fits = budget.take({block(context_place::main, text(60 - around))}, 10, {});

  ASSERT_FALSE(fits);
  EXPECT_EQ(fits.error().code, errc::payload_too_large);
  ASSERT_EQ(fits.error().issues.size(), 2U);
  EXPECT_EQ(fits.error().issues[1].path, "blocks[0]");
  EXPECT_EQ(fits.error().issues[1].message, "60 tokens");
}

TEST(ContextBudget, HoldsAPlaceToItsShare) {
  letters counter;
  context_budget budget(1'000, counter, model);
  std::vector<context_block> blocks;
  for (int i = 0; i < 3; ++i) {
    blocks.push_back(block(context_place::memories, text(50 - around), context_rank::third));
    blocks.back().cap = 10;
  }

  auto const fits = budget.take(blocks, 10, {}).value();

  EXPECT_TRUE(fits.blocks[0].is_in());
  EXPECT_TRUE(fits.blocks[1].is_in());
  EXPECT_FALSE(fits.blocks[2].is_in());
}

TEST(ContextBudget, GivesWhatIsNotUsedToTheHistoryAndTakesMessagesWhole) {
  letters counter;
  context_budget budget(100, counter, model);

  EXPECT_EQ(budget.take({}, 10, {30, 30, 30, 1}).value().history, 3U);
  EXPECT_EQ(context_budget(100, counter, model).take({}, 10, {30, 70, 1}).value().history, 1U);
}

TEST(ContextBudget, CutsOnlyWhatSaysOfItselfThatItMayBe) {
  letters counter;
  std::vector<context_block> blocks;
  for (auto const trim : {context_trim::none, context_trim::head, context_trim::tail}) {
    context_budget budget(60, counter, model);
    auto one = block(context_place::persona, "first words and then more words until the end comes at last",
                     context_rank::second);
    one.trim = trim;

    auto const fits = budget.take({one}, 20, {}).value();

    if (trim == context_trim::none) {
      EXPECT_FALSE(fits.blocks[0].is_in());
      continue;
    }
    auto const& left = fits.blocks[0].block.text;
    EXPECT_EQ(fits.blocks[0].state, block_state::trimmed);
    EXPECT_LE(fits.blocks[0].tokens, 40);
    EXPECT_GT(left.size(), 20U);
    EXPECT_EQ(one.text.find(left) == 0, trim == context_trim::tail) << left;
  }
}

TEST(ContextBudget, CutsBetweenCharacters) {
  letters counter;
  std::string all;
  for (int i = 0; i < 50; ++i) all += "\xC3\xA9";
  for (std::int64_t tokens = 1; tokens < 100; ++tokens)
    for (auto const side : {context_trim::head, context_trim::tail}) {
      auto const left = trimmed_to(all, tokens, side, counter, model);
      EXPECT_EQ(left.size() % 2, 0U);
      EXPECT_LE(std::ssize(left), tokens);
      EXPECT_TRUE(left.empty() || left.front() == '\xC3');
    }
  EXPECT_EQ(trimmed_to(all, 0, context_trim::tail, counter, model), "");
}

// --- where it stands ---------------------------------------------------------------------------------------------

std::vector<prompt_message> chat_of(std::size_t messages) {
  std::vector<prompt_message> all;
  for (std::size_t i = 0; i < messages; ++i)
    all.emplace_back(i % 2 == 0 ? role::user : role::assistant, "m" + std::to_string(i));
  return all;
}

std::string lines(placed_prompt const& prompt) {
  auto all = prompt.system;
  for (auto const& one : prompt.history) all += "|" + text_of(one.parts);
  return all;
}

std::vector<placed_block> placed(std::vector<context_block> blocks) {
  std::vector<placed_block> all;
  for (auto& one : blocks) all.emplace_back(std::move(one));
  return all;
}

TEST(Placement, HasALayoutForAssistantsAndOneForRoles) {
  auto const blocks = placed({block(context_place::summary, "summary"), block(context_place::persona, "persona"),
                              block(context_place::lore_before, "lore"), block(context_place::before_question, "now"),
                              block(context_place::post_history, "post"), block(context_place::main, "main")});

  EXPECT_EQ(lines(place(context_layout::assistant, blocks, chat_of(2), prompt_message(role::user, "q"))),
            "main\n\npersona\n\nlore\n\nsummary|m0|m1|now|q|post");
  EXPECT_EQ(lines(place(context_layout::roleplay, blocks, chat_of(2), prompt_message(role::user, "q"))),
            "main\n\nlore\n\npersona\n\nsummary|m0|m1|now|q|post");
}

TEST(Placement, LeavesOutWhatWasDropped) {
  auto blocks = placed({block(context_place::main, "main"), block(context_place::persona, "persona")});
  blocks[1].state = block_state::dropped;

  EXPECT_EQ(lines(place(context_layout::assistant, blocks, {}, prompt_message(role::user, "q"))), "main|q");
}

TEST(Placement, PutsBlocksAtTheirDepthInOrder) {
  std::vector<context_block> blocks;
  auto const at = [&](std::int64_t depth, std::int64_t order, role who, char const* words) {
    auto one = block(context_place::at_depth, words);
    one.depth = depth;
    one.order = order;
    one.role = who;
    blocks.push_back(one);
  };
  at(0, 100, role::system, "end");
  at(2, 50, role::system, "low");
  at(2, 100, role::assistant, "high model");
  at(2, 100, role::system, "high system");
  at(99, 100, role::system, "deep");

  EXPECT_EQ(lines(place(context_layout::roleplay, placed(blocks), chat_of(4), prompt_message(role::user, "q"))),
            "|deep|m0|m1|m2|high system|high model|low|m3|q|end");
}

TEST(Placement, KeepsTheBeginningWhenAMessageIsAdded) {
  auto const blocks = placed({block(context_place::main, "main"), block(context_place::before_question, "today")});

  auto const before = place(context_layout::assistant, blocks, chat_of(4), prompt_message(role::user, "m4"));
  auto longer = chat_of(6);
  auto const after = place(context_layout::assistant, blocks, std::move(longer), prompt_message(role::user, "m6"));

  EXPECT_EQ(before.system, after.system);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(text_of(before.history[i].parts), text_of(after.history[i].parts));
}

// --- all of it -----------------------------------------------------------------------------------------------------

history_message said(int number, role who, std::size_t bytes) {
  return history_message("id" + std::to_string(number), prompt_message(who, text(bytes)));
}

TEST(Assembly, ReportsEveryBlockWithItsReason) {
  letters counter;
  assembly_plan plan(model, said(3, role::user, 6));
  plan.budget = 100;
  plan.blocks = {block(context_place::main, text(16)), block(context_place::persona, text(200), context_rank::second)};
  plan.newest_first = {said(2, role::assistant, 16), said(1, role::user, 60)};

  auto const made = assemble(std::move(plan), counter).value();

  auto const& blocks = made.report.blocks;
  ASSERT_EQ(blocks.size(), 5U);
  EXPECT_EQ(blocks[0].state, block_state::included);
  EXPECT_EQ(blocks[1].state, block_state::dropped);
  EXPECT_EQ(blocks[1].reason, context_reason::budget);
  EXPECT_EQ(blocks[2].source.id, "id1");
  EXPECT_EQ(blocks[2].reason, context_reason::history_full);
  EXPECT_EQ(blocks[3].state, block_state::included);
  EXPECT_EQ(blocks[4].reason, context_reason::mandatory);
}

// Whatever is drawn: nothing is lost silently, the budget holds, and the same plan gives the same messages.
TEST(Assembly, KeepsItsPromisesForRandomPlans) {
  letters counter;
  auto const* wanted = std::getenv("SAMBUNG_CONTEXT_CASES");
  int const cases = wanted ? std::atoi(wanted) : 1'000;
  std::mt19937 random(7);
  auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < cases; ++i) {
    assembly_plan plan(model, said(0, role::user, static_cast<std::size_t>(1 + below(50))));
    plan.layout = below(2) == 0 ? context_layout::assistant : context_layout::roleplay;
    plan.budget = 50 + below(1'000);
    for (int b = below(8); b > 0; --b) {
      auto one = block(static_cast<context_place>(below(19)),
                       "b" + std::to_string(b) + "." + text(static_cast<std::size_t>(below(200))),
                       static_cast<context_rank>(below(3)));
      if (one.place == context_place::history || one.place == context_place::question) one.place = context_place::main;
      one.role = static_cast<role>(below(3));
      one.depth = below(6);
      one.order = below(3);
      one.cap = 5 + below(96);
      one.trim = static_cast<context_trim>(below(3));
      plan.blocks.push_back(std::move(one));
    }
    for (int m = 1, n = below(20); m < n; ++m)
      plan.newest_first.push_back(
          said(m, m % 2 == 1 ? role::assistant : role::user, static_cast<std::size_t>(1 + below(80))));
    auto const considered = plan.blocks.size() + plan.newest_first.size() + 1;

    auto const shown = assemble(plan, counter);
    auto const sent = assemble(plan, counter);

    ASSERT_EQ(shown.has_value(), sent.has_value());
    if (!shown) {
      EXPECT_EQ(shown.error().code, errc::payload_too_large);
      continue;
    }
    ASSERT_EQ(shown->messages.size(), sent->messages.size());
    std::string all;
    for (std::size_t m = 0; m < sent->messages.size(); ++m) {
      EXPECT_EQ(text_of(shown->messages[m].parts), text_of(sent->messages[m].parts));
      all += text_of(sent->messages[m].parts) + "\n";
    }
    EXPECT_EQ(sent->report.blocks.size(), considered);
    std::int64_t taken = 0;
    for (auto const& one : sent->report.blocks) {
      if (one.state != block_state::dropped) taken += one.tokens;
      if (one.state == block_state::included || one.source.kind != "template") continue;
      EXPECT_EQ(one.reason, context_reason::budget);
      bool const told = all.find(*one.source.id) != all.npos;
      EXPECT_FALSE(told) << "cut, or not there";
    }
    EXPECT_LE(taken, sent->report.budget);
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
      bool const in = sent->report.blocks[b].state == block_state::included;
      EXPECT_TRUE(!in || all.find(plan.blocks[b].text) != all.npos) << "what is reported as there is there";
    }
  }
}

}  // namespace
}  // namespace sambung::assembly_test

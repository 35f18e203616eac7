// Power is lost at any moment of the scenario: what it was told is on every disk that may be left.
#include "faults/replayed_disk.hpp"
#include "faults/scenario/sqlite_session.hpp"
#include "support/settings.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace sambung::tests::power_loss_test {
namespace {

constexpr char const* database = "chat.db";
constexpr std::size_t states_of_one_recording = 250;

std::vector<journal_entry> recording(std::uint64_t seed, durability how) {
  testing::temporary_folder folder;
  disk_journal journal;
  disk_shim const shim(real_syncs::no, [&](disk_operation const& operation) {
    if (operation.action != disk_action::read) journal.add(operation);
    return verdict();
  });
  durable_scenario what(folder.path() / database, [&](history_event event) { journal.add(std::move(event)); });
  what.file.durability = how;
  what.work.seed = seed;
  run(what);
  return journal.taken();
}

history told_in(std::span<journal_entry const> entries) {
  history told;
  for (auto const& entry : entries)
    if (auto const* event = std::get_if<history_event>(&entry)) told.push_back(*event);
  return told;
}

void put(std::filesystem::path const& file, std::string const& bytes) {
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

struct tally {
  std::size_t states = 0;
  std::size_t acknowledged = 0;           // history in all states together
  std::map<fault_kind, std::size_t> bad;  // states with such a fault
};

class PowerLoss : public ::testing::Test {
 protected:
  // The state of one disk, and what is wrong with it.
  std::vector<fault> state(std::vector<journal_entry> const& entries, power_loss how) {
    auto const before = std::span(entries).first(crash_point(entries));
    testing::temporary_folder folder;
    for (auto const& [name, bytes] : replayed_disk(before).files_after(how, random_)) put(folder.path() / name, bytes);
    // Nobody syncs the index of the log: it may hold anything.
    if (random_() % 4 == 0) put(folder.path() / (std::string(database) + "-shm"), garbage());
    auto const told = told_in(before);
    auto faults = judge(folder.path() / database, told);
    ++tally_.states;
    tally_.acknowledged += told.size();
    std::set<fault_kind> kinds;
    for (auto const& one : faults) kinds.insert(one.kind);
    for (auto const kind : kinds) ++tally_.bad[kind];
    return faults;
  }

  // Anywhere, or just behind something that was said.
  std::size_t crash_point(std::vector<journal_entry> const& entries) {
    auto at = random_() % (entries.size() + 1);
    if (random_() % 2 == 0)
      while (at < entries.size() && !std::holds_alternative<history_event>(entries[at++])) {
      }
    return at;
  }

  std::string garbage() {
    std::string bytes(32'768, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  std::uint64_t const seed_ = setting("SAMBUNG_SEED", 1);
  std::mt19937_64 random_{seed_};
  tally tally_;
};

TEST_F(PowerLoss, LosesNothingThatWasAcknowledged) {
  auto const wanted = setting("SAMBUNG_POWER_LOSS_STATES", 150);
  std::vector<journal_entry> entries;

  while (tally_.states < wanted && !HasFailure()) {
    if (tally_.states % states_of_one_recording == 0)
      entries = recording(seed_ + tally_.states / states_of_one_recording, durability::full);
    disk_shim const fast(real_syncs::no, {});
    auto const how = static_cast<power_loss>(tally_.states % power_losses);
    auto const faults = state(entries, how);
    EXPECT_TRUE(faults.empty()) << "state " << tally_.states << ", loss " << static_cast<int>(how) << ":\n"
                                << to_string(faults);
  }

  std::cout << tally_.states << " states, " << tally_.acknowledged << " lines of history\n";
}

// The same harness finds what a weaker promise loses: were it blind, this would fail.
TEST_F(PowerLoss, TakesAcknowledgedWritesWhenDurabilityIsRelaxed) {
  auto const entries = recording(seed_, durability::relaxed);
  disk_shim const fast(real_syncs::no, {});

  while (tally_.states < 48) state(entries, static_cast<power_loss>(tally_.states % power_losses));

  EXPECT_GT(tally_.bad[fault_kind::lost], 4U);
  EXPECT_EQ(tally_.bad[fault_kind::damaged], 0U) << "relaxed may lose, but not damage";
  std::cout << tally_.bad[fault_kind::lost] << " of " << tally_.states << " states lost something\n";
}

}  // namespace
}  // namespace sambung::tests::power_loss_test

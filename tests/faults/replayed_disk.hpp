// replayed_disk: what may be on a disk after power was lost, by a journal of everything that was done to it.
#pragma once

#include "faults/disk_shim.hpp"
#include "faults/scenario/history.hpp"

#include <map>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace sambung::tests {

// What was done to the disk, and between it what was acknowledged.
using journal_entry = std::variant<disk_operation, history_event>;

// Thread safety: safe to use from any thread.
class disk_journal {
 public:
  void add(journal_entry entry) {
    std::lock_guard lock(mutex_);
    entries_.push_back(std::move(entry));
  }
  std::vector<journal_entry> taken() const {
    std::lock_guard lock(mutex_);
    return entries_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<journal_entry> entries_;
};

// What becomes of an operation that no sync followed.
enum class power_loss {
  dropped,  // all of them are gone
  kept,     // all are there
  prefix,   // the first few are there
  whole,    // any of them are there: the disk reordered them
  halves,   // any halves of them
  sectors,  // any sectors of 512 bytes of them
};
inline constexpr std::size_t power_losses = 6;

class replayed_disk {
 public:
  // The disk when power went behind the last of `entries`. Lifetime: refers to them.
  explicit replayed_disk(std::span<journal_entry const> entries);

  // The files by their names, as somebody may find them.
  std::map<std::string, std::string> files_after(power_loss how, std::mt19937_64& random) const;

 private:
  struct file {
    std::string synced;
    std::vector<disk_operation const*> unsynced;
  };
  // A name that appeared, or went.
  struct naming {
    std::string name;
    std::optional<std::size_t> file;
  };
  using folder = std::map<std::string, std::size_t>;

  void play(disk_operation const& operation);
  void name(naming change);
  static void apply(folder& to, naming const& change);
  static std::string content(file const& f, power_loss how, std::mt19937_64& random);

  std::vector<file> files_;
  folder now_;
  folder synced_;
  std::vector<naming> unsynced_names_;
};

}  // namespace sambung::tests

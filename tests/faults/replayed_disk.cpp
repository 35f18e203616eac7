#include "faults/replayed_disk.hpp"

#include <algorithm>

namespace sambung::tests {
namespace {

constexpr std::size_t sector_bytes = 512;

bool coin(std::mt19937_64& random) { return random() % 2 == 0; }

// Bytes [from, to) of a write. Past the end of the file lie zeros.
void write_piece(std::string& to, disk_operation const& what, std::size_t from, std::size_t until) {
  auto const at = static_cast<std::size_t>(what.offset);
  if (to.size() < at + until) to.resize(at + until);
  to.replace(at + from, until - from, what.bytes, from, until - from);
}

void apply_whole(std::string& to, disk_operation const& what) {
  if (what.action == disk_action::truncate) to.resize(static_cast<std::size_t>(what.offset));
  else write_piece(to, what, 0, what.bytes.size());
}

// Any pieces of the operation; the disk writes each as a whole. Sectors are those of the file, not of the write.
void apply_torn(std::string& to, disk_operation const& what, power_loss how, std::mt19937_64& random) {
  if (what.action == disk_action::truncate || how == power_loss::whole) {
    if (coin(random)) apply_whole(to, what);
    return;
  }
  auto const size = what.bytes.size();
  auto const at = static_cast<std::size_t>(what.offset);
  for (std::size_t from = 0; from < size;) {
    auto const step = how == power_loss::halves ? (from == 0 ? std::max<std::size_t>(size / 2, 1) : size - from)
                                                : sector_bytes - (at + from) % sector_bytes;
    auto const until = std::min(size, from + step);
    if (coin(random)) write_piece(to, what, from, until);
    from = until;
  }
}

// How many of `count` operations a loss leaves that keeps their order.
std::size_t left_of(std::size_t count, power_loss how, std::mt19937_64& random) {
  if (how == power_loss::dropped) return 0;
  if (how == power_loss::kept) return count;
  return random() % (count + 1);
}

bool keeps_order(power_loss how) {
  return how == power_loss::dropped || how == power_loss::kept || how == power_loss::prefix;
}

}  // namespace

replayed_disk::replayed_disk(std::span<journal_entry const> entries) {
  for (auto const& entry : entries)
    if (auto const* operation = std::get_if<disk_operation>(&entry)) play(*operation);
}

void replayed_disk::play(disk_operation const& operation) {
  switch (operation.action) {
    case disk_action::create:
      files_.emplace_back();
      return name({operation.file, files_.size() - 1});
    case disk_action::erase:
      return name({operation.file, {}});
    case disk_action::write:
    case disk_action::truncate:
      return files_[now_.at(operation.file)].unsynced.push_back(&operation);
    case disk_action::sync: {
      auto& f = files_[now_.at(operation.file)];
      for (auto const* one : f.unsynced) apply_whole(f.synced, *one);
      return f.unsynced.clear();
    }
    case disk_action::sync_folder:
      for (auto const& change : unsynced_names_) apply(synced_, change);
      return unsynced_names_.clear();
    case disk_action::open:
    case disk_action::read:
    case disk_action::grow_index:
      return;
  }
}

void replayed_disk::name(naming change) {
  apply(now_, change);
  unsynced_names_.push_back(std::move(change));
}

void replayed_disk::apply(folder& to, naming const& change) {
  if (change.file) to[change.name] = *change.file;
  else to.erase(change.name);
}

std::map<std::string, std::string> replayed_disk::files_after(power_loss how, std::mt19937_64& random) const {
  auto names = synced_;
  auto const left = left_of(unsynced_names_.size(), how, random);
  for (std::size_t i = 0; i < unsynced_names_.size(); ++i)
    if (keeps_order(how) ? i < left : coin(random)) apply(names, unsynced_names_[i]);
  std::map<std::string, std::string> found;
  for (auto const& [name, number] : names) found[name] = content(files_[number], how, random);
  return found;
}

std::string replayed_disk::content(file const& f, power_loss how, std::mt19937_64& random) {
  auto bytes = f.synced;
  auto const left = left_of(f.unsynced.size(), how, random);
  for (std::size_t i = 0; i < f.unsynced.size(); ++i) {
    if (!keeps_order(how)) apply_torn(bytes, *f.unsynced[i], how, random);
    else if (i < left) apply_whole(bytes, *f.unsynced[i]);
  }
  return bytes;
}

}  // namespace sambung::tests

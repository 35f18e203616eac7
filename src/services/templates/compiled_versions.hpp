// compiled_versions: the versions that were rendered a moment ago, compiled. A version never changes, so what is kept
// is right for as long as its template is there: whoever asks has just been given that by storage. What nobody used for
// a while goes, so that what another engine removed does.
#pragma once

#include <sambung/template/compiled_template.hpp>

#include "services/templates/template_access.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace sambung {

// Thread safety: never changes.
struct compiled_version {
  compiled_version(prompt_version version_, compiled_template compiled_, std::vector<prompt_template_id> included_)
      : version(std::move(version_)), compiled(std::move(compiled_)), included(std::move(included_)) {}

  std::size_t bytes() const;  // about

  prompt_version version;
  compiled_template compiled;
  std::vector<prompt_template_id> included;  // whose texts are in it: who renders it must be allowed to read them
};

using compiled_ref = std::shared_ptr<compiled_version const>;

// Thread safety: safe to use from any thread.
class compiled_versions {
 public:
  explicit compiled_versions(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null for one that is not at hand.
  compiled_ref find(scope who, prompt_version_id id, timestamp now);
  // Forgets what was not used for longest when it is too much.
  void keep(scope who, compiled_ref one, timestamp now);
  void forget(scope who, prompt_version_id id);
  void forget_all();
  void forget_unused_since(timestamp when);

  std::size_t bytes() const;

 private:
  using key = std::pair<scope, prompt_version_id>;
  struct key_hash {
    std::size_t operator()(key const& k) const { return std::hash<prompt_version_id>()(k.second); }
  };
  struct entry {
    key at;
    timestamp used;
    std::size_t bytes;
    compiled_ref one;
  };
  using entries = std::list<entry>;
  void drop(entries::iterator which);

  std::size_t const max_bytes_;
  mutable std::mutex mutex_;
  entries entries_;  // unused for longest first
  std::unordered_map<key, entries::iterator, key_hash> places_;
  std::size_t bytes_ = 0;
};

// That version of a template that the caller may read. Throws what load_includes() and demand_compiled() throw.
task<compiled_ref> compiled_version_of(template_access const& reach, prompt_template const& of, std::int64_t number);

}  // namespace sambung

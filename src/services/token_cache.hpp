// token_cache: who presented a token a moment ago, so that a busy client costs one look-up every few seconds.
#pragma once

#include <sambung/core/time.hpp>
#include <sambung/security/principal.hpp>

#include <mutex>
#include <string>
#include <unordered_map>

namespace sambung {

// Thread safety: safe to use from any thread.
class token_cache {
 public:
  static constexpr std::chrono::milliseconds lifetime{2'000};
  static constexpr std::size_t capacity = 10'000;

  std::optional<identity> find(std::string const& hash, timestamp now) const;
  void keep(std::string hash, identity who, timestamp now);

 private:
  struct entry {
    identity who;
    timestamp until;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> entries_;
};

}  // namespace sambung

// fingerprint: a number that tells texts apart (FNV-1a). No defence against those who look for two that are alike.
#pragma once

#include <sambung/core/export.hpp>

#include <cstdint>
#include <string_view>

namespace sambung {

class SAMBUNG_API fingerprint {
 public:
  // A text of its own: "ab" and "c" differ from "a" and "bc".
  fingerprint& add(std::string_view text) {
    for (unsigned char const byte : text) step(byte);
    return step(0), *this;
  }
  fingerprint& add(int number) { return step(static_cast<unsigned char>(number)), *this; }
  std::uint64_t value() const { return hash_; }

 private:
  void step(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace sambung

// memory_return: gives memory that is free back to the system, which the allocator keeps otherwise, however little is
// in use.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sambung::serving {

// Thread safety: none.
class memory_return {
 public:
  // So many connections are open.
  void saw(std::size_t connections) { most_ = most_ < connections ? connections : most_; }
  // Asked now and then: gives back when large bodies or a crowd of connections have gone since. `bodies` is what bodies
  // have given back since the beginning.
  void look(std::uint64_t bodies, std::size_t connections);

 private:
  std::uint64_t bodies_ = 0;
  std::size_t most_ = 0;  // connections at once since then
};

}  // namespace sambung::serving

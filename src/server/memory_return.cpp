#include "server/memory_return.hpp"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace sambung::serving {
namespace {

constexpr std::size_t crowd = 256;  // whose memory is worth giving back once half of them have gone
constexpr std::uint64_t worth_giving = 8 * 1'048'576;

}  // namespace

void memory_return::look(std::uint64_t bodies, std::size_t connections) {
  saw(connections);
  bool const had_crowd = most_ >= crowd && connections <= most_ / 2;
  if (!had_crowd && bodies - bodies_ < worth_giving) return;
  most_ = connections;
  bodies_ = bodies;
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

}  // namespace sambung::serving

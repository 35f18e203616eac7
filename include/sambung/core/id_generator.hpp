// id_generator: makes new ids.
#pragma once

#include <sambung/core/clock.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/id.hpp>

#include <cstdint>
#include <memory>
#include <mutex>

namespace sambung {

// Makes ids that increase strictly, also within one millisecond and when the clock steps back.
// Thread safety: safe to call from any thread.
class SAMBUNG_API id_generator {
 public:
  id_generator(std::shared_ptr<clock> clock, std::shared_ptr<random_source> random);

  uuid next();

  template <class Id>
  Id next() {
    return Id{next()};
  }

 private:
  std::shared_ptr<clock> clock_;
  std::shared_ptr<random_source> random_;
  std::mutex mutex_;
  std::uint64_t millisecond_ = 0;
  std::uint32_t counter_ = 0;
};

}  // namespace sambung

// A model that needs no account and no network: it answers the same to the same question, word by word, and says in
// its name and in its text that it is a demo.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/provider/provider.hpp>

#include <memory>

namespace sambung {

struct demo_options {
  demo_options() = default;
  std::chrono::milliseconds delay{20};  // between words
};
SAMBUNG_DESCRIBE_STRUCT(demo_options, (), (delay))
SAMBUNG_API record_description describe_record(record_of<demo_options>);

// Its one model is "demo". It has embeddings too: 64 numbers, or fewer if asked, that count words.
SAMBUNG_API std::shared_ptr<provider> demo_provider(std::shared_ptr<clock> clock = system_clock(),
                                                    demo_options options = demo_options());

}  // namespace sambung

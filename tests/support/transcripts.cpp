#include "support/transcripts.hpp"

namespace sambung::transcripts {

std::filesystem::path folder() { return SAMBUNG_TRANSCRIPTS; }

}  // namespace sambung::transcripts

#include "support/transcripts.hpp"

#include <filesystem>

namespace sambung::transcripts {

std::filesystem::path folder() { return SAMBUNG_TRANSCRIPTS; }

}  // namespace sambung::transcripts

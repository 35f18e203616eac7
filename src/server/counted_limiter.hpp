// counted_limiter: what another limiter decides, counted by kind of bucket.
#pragma once

#include <sambung/limiter/limiter.hpp>
#include <sambung/telemetry/metrics.hpp>

#include <memory>

namespace sambung::serving {

// "sambung_limiter_decisions_total": a decision counts for each bucket that was asked, for one that has too little
// refuses for all of them. Calls keep it, perhaps for longer than the server lives: so it keeps the metrics.
std::shared_ptr<limiter> counted_limiter(std::shared_ptr<limiter> from, std::shared_ptr<metrics> to);

// "account" of "account/203.0.113.9": one of the kinds that there are, else "other".
std::string_view bucket_kind(std::string_view key);

}  // namespace sambung::serving

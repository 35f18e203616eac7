// Which of some texts say what is searched for more than others: Okapi BM25 among them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sambung {

// Of each text how much it is about `searched`; higher is more.
std::vector<double> relevance_of(std::vector<std::string> const& texts, std::string_view searched);

}  // namespace sambung

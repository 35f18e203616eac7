#include "services/templates/version_choice.hpp"

#include "core/sha256.hpp"

namespace sambung {

std::int64_t chosen_arm(prompt_label const& label, std::string const& subject) {
  std::uint64_t total = 0;
  for (auto const& arm : label.arms) total += static_cast<std::uint64_t>(arm.weight);
  if (total == 0) throw error(errc::data_loss, "a label without arms");
  auto const digest = sha256(subject + '/' + to_string(label.template_id) + '/' + label.name);
  std::uint64_t drawn = 0;
  for (std::size_t i = 0; i < sizeof(drawn); ++i) drawn = drawn << 8 | digest[i];
  drawn %= total;
  for (auto const& arm : label.arms) {
    if (drawn < static_cast<std::uint64_t>(arm.weight)) return arm.version;
    drawn -= static_cast<std::uint64_t>(arm.weight);
  }
  throw error(errc::data_loss, "a label without arms");
}

task<chosen_version> choose_version(template_access const& reach, prompt_template const& of,
                                    std::optional<std::string> label, std::optional<std::int64_t> number,
                                    std::string subject) {
  if (label && number)
    throw error(failure(errc::invalid_argument, "either a label or a version", {{"label", "either this or version"}}));
  chosen_version made;
  made.number = number.value_or(of.latest);
  if (number || label == latest_label) {
    made.label = std::move(label);
    co_return made;
  }
  auto const name = label.value_or(std::string(production_label));
  auto const found = co_await reach.label_of(of.id, name);
  if (!found && label) throw_not_found();
  if (!found) co_return made;
  made.number = chosen_arm(*found, subject);
  made.label = name;
  co_return made;
}

}  // namespace sambung

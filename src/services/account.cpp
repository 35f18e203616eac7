#include <sambung/services/account.hpp>

#include "services/engine_core.hpp"

namespace sambung {

account::account(std::shared_ptr<engine_core> core, identity who) : core_(std::move(core)), who_(std::move(who)) {}

identity const& account::who() const { return who_; }

}  // namespace sambung

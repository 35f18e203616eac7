// known_device: what a client keeps to show that people have signed in on it: a random name, and whose accounts. Its
// carrier signs it. It proves nobody; it only tells whose attempts at an account are not a stranger's.
#pragma once

#include <sambung/core/clock.hpp>

#include <string>
#include <string_view>

namespace sambung {

// The device's name, if somebody has signed in to the account of this address on it; empty otherwise.
std::string name_of_device(std::string_view kept, std::string_view email);

// What the device is to keep once somebody has signed in to the account; the accounts that signed in longest ago make
// place.
std::string known_device(std::string_view kept, std::string_view email, random_source& random);

}  // namespace sambung

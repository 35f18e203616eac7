// The name of a described enumerator, as it is stored and sent.
#pragma once

#include <boost/describe/enum_to_string.hpp>

#include <string>

namespace sambung {

template <class E>
std::string name_of(E e) {
  return boost::describe::enum_to_string(e, "");
}

}  // namespace sambung

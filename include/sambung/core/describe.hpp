// SAMBUNG_DESCRIBE_STRUCT and SAMBUNG_DESCRIBE_ENUM: BOOST_DESCRIBE_STRUCT and BOOST_DESCRIBE_ENUM for the many types
// of Sambung's own headers. They say the same to Boost.Describe and cost who includes them less: a description is
// compiled where it is asked for, not wherever its header is read. An application's own types need Boost's macros only.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

// Boost's own functions, as templates; by Boost's own macros where these are made in another way.
#if defined(BOOST_DESCRIBE_BASES_) && defined(BOOST_DESCRIBE_PUBLIC_MEMBERS_) && defined(BOOST_DESCRIBE_ENUM_BEGIN)

#define SAMBUNG_DESCRIBE_STRUCT(C, Bases, Members)                   \
  template <int = 0>                                                 \
  BOOST_DESCRIBE_BASES_(C BOOST_DESCRIBE_PP_UNPACK Bases)            \
  template <int = 0>                                                 \
  BOOST_DESCRIBE_PUBLIC_MEMBERS_(C BOOST_DESCRIBE_PP_UNPACK Members) \
  template <int = 0>                                                 \
  BOOST_DESCRIBE_PROTECTED_MEMBERS_(C)                               \
  template <int = 0>                                                 \
  BOOST_DESCRIBE_PRIVATE_MEMBERS_(C)

#define SAMBUNG_DESCRIBE_ENUM(E, ...) \
  template <int = 0>                  \
  BOOST_DESCRIBE_ENUM_BEGIN(E)        \
  BOOST_DESCRIBE_PP_FOR_EACH(BOOST_DESCRIBE_ENUM_ENTRY, E, __VA_ARGS__) BOOST_DESCRIBE_ENUM_END(E)

#else

#define SAMBUNG_DESCRIBE_STRUCT BOOST_DESCRIBE_STRUCT
#define SAMBUNG_DESCRIBE_ENUM BOOST_DESCRIBE_ENUM

#endif

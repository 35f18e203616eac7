// SAMBUNG_API: what a shared library of Sambung shows to programs. Everything else in it is hidden.
#pragma once

#if defined(__GNUC__)
#define SAMBUNG_API __attribute__((visibility("default")))
#else
#define SAMBUNG_API
#endif

// Opening things by name: storage by URL, providers from the environment. The top of the library: it knows every
// adapter that was built in.
#pragma once

#include <sambung/open/environment.hpp>
#include <sambung/open/open_providers.hpp>
#include <sambung/open/open_storage.hpp>

// Everything an application needs. Server, testing and single backends have headers of their own.
#pragma once

#include <sambung/provider/registry.hpp>
#include <sambung/storage/collection.hpp>

// What most units begin with, read once where SAMBUNG_PCH is on.
#pragma once

#include <sambung/core/json_codec.hpp>
#include <sambung/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

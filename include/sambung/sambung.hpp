// Everything an application needs. The server and the test kit have headers of their own: server/server.hpp, testing/.
#pragma once

#include <sambung/core/deadline.hpp>
#include <sambung/engine/engine.hpp>
#include <sambung/open.hpp>
#include <sambung/provider/decorators/circuit_breaker.hpp>
#include <sambung/provider/decorators/fallback.hpp>
#include <sambung/provider/decorators/rate_limit.hpp>
#include <sambung/provider/decorators/response_cache.hpp>
#include <sambung/provider/decorators/retry.hpp>
#include <sambung/provider/demo.hpp>
#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/compatible.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/storage/postgres/postgres.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/version.hpp>

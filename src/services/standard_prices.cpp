#include "services/standard_prices.hpp"

namespace sambung {

// List prices of the synchronous API in its standard tier, without the surcharges for long inputs. Models whose price a
// vendor reports with each answer (OpenRouter) need no row.
std::string_view const standard_prices = R"json({
"source": "https://platform.openai.com/docs/pricing, https://docs.anthropic.com/en/docs/about-claude/pricing",
"asOf": "2026-03-31",
"prices": [
{"model": "demo/*", "from": "1970-01-01", "input": 0, "output": 0},
{"model": "ollama/*", "from": "1970-01-01", "input": 0, "output": 0},

{"model": "openai/gpt-4o", "from": "2024-10-02", "input": 2500000, "cachedInput": 1250000, "output": 10000000},
{"model": "openai/gpt-4o-2024-08-06", "from": "2024-08-06", "input": 2500000, "cachedInput": 1250000, "output": 10000000},
{"model": "openai/gpt-4o-2024-11-20", "from": "2024-11-20", "input": 2500000, "cachedInput": 1250000, "output": 10000000},
{"model": "openai/gpt-4o-mini", "from": "2024-07-18", "input": 150000, "cachedInput": 75000, "output": 600000},
{"model": "openai/gpt-4o-mini-2024-*", "from": "2024-07-18", "input": 150000, "cachedInput": 75000, "output": 600000},
{"model": "openai/gpt-4.1", "from": "2025-04-14", "input": 2000000, "cachedInput": 500000, "output": 8000000},
{"model": "openai/gpt-4.1-2025-*", "from": "2025-04-14", "input": 2000000, "cachedInput": 500000, "output": 8000000},
{"model": "openai/gpt-4.1-mini", "from": "2025-04-14", "input": 400000, "cachedInput": 100000, "output": 1600000},
{"model": "openai/gpt-4.1-mini-2025-*", "from": "2025-04-14", "input": 400000, "cachedInput": 100000, "output": 1600000},
{"model": "openai/gpt-4.1-nano", "from": "2025-04-14", "input": 100000, "cachedInput": 25000, "output": 400000},
{"model": "openai/gpt-4.1-nano-2025-*", "from": "2025-04-14", "input": 100000, "cachedInput": 25000, "output": 400000},
{"model": "openai/o3", "from": "2025-06-10", "input": 2000000, "cachedInput": 500000, "output": 8000000},
{"model": "openai/o4-mini", "from": "2025-04-16", "input": 1100000, "cachedInput": 275000, "output": 4400000},
{"model": "openai/gpt-5", "from": "2025-08-07", "input": 1250000, "cachedInput": 125000, "output": 10000000},
{"model": "openai/gpt-5-2025-*", "from": "2025-08-07", "input": 1250000, "cachedInput": 125000, "output": 10000000},
{"model": "openai/gpt-5-mini", "from": "2025-08-07", "input": 250000, "cachedInput": 25000, "output": 2000000},
{"model": "openai/gpt-5-mini-2025-*", "from": "2025-08-07", "input": 250000, "cachedInput": 25000, "output": 2000000},
{"model": "openai/gpt-5-nano", "from": "2025-08-07", "input": 50000, "cachedInput": 5000, "output": 400000},
{"model": "openai/gpt-5-nano-2025-*", "from": "2025-08-07", "input": 50000, "cachedInput": 5000, "output": 400000},
{"model": "openai/text-embedding-3-small", "from": "2024-01-25", "input": 20000, "output": 0},
{"model": "openai/text-embedding-3-large", "from": "2024-01-25", "input": 130000, "output": 0},

{"model": "anthropic/claude-3-haiku-*", "from": "2024-03-13", "input": 250000, "cachedInput": 30000, "cacheWrite": 300000, "output": 1250000},
{"model": "anthropic/claude-3-5-haiku-*", "from": "2024-12-03", "input": 800000, "cachedInput": 80000, "cacheWrite": 1000000, "output": 4000000},
{"model": "anthropic/claude-haiku-4-5*", "from": "2025-10-15", "input": 1000000, "cachedInput": 100000, "cacheWrite": 1250000, "output": 5000000},
{"model": "anthropic/claude-3-5-sonnet-*", "from": "2024-06-20", "input": 3000000, "cachedInput": 300000, "cacheWrite": 3750000, "output": 15000000},
{"model": "anthropic/claude-3-7-sonnet-*", "from": "2025-02-24", "input": 3000000, "cachedInput": 300000, "cacheWrite": 3750000, "output": 15000000},
{"model": "anthropic/claude-sonnet-4-0", "from": "2025-05-22", "input": 3000000, "cachedInput": 300000, "cacheWrite": 3750000, "output": 15000000},
{"model": "anthropic/claude-sonnet-4-2025*", "from": "2025-05-22", "input": 3000000, "cachedInput": 300000, "cacheWrite": 3750000, "output": 15000000},
{"model": "anthropic/claude-sonnet-4-5*", "from": "2025-09-29", "input": 3000000, "cachedInput": 300000, "cacheWrite": 3750000, "output": 15000000},
{"model": "anthropic/claude-opus-4-0", "from": "2025-05-22", "input": 15000000, "cachedInput": 1500000, "cacheWrite": 18750000, "output": 75000000},
{"model": "anthropic/claude-opus-4-2025*", "from": "2025-05-22", "input": 15000000, "cachedInput": 1500000, "cacheWrite": 18750000, "output": 75000000},
{"model": "anthropic/claude-opus-4-1*", "from": "2025-08-05", "input": 15000000, "cachedInput": 1500000, "cacheWrite": 18750000, "output": 75000000},
{"model": "anthropic/claude-opus-4-5*", "from": "2025-11-24", "input": 5000000, "cachedInput": 500000, "cacheWrite": 6250000, "output": 25000000}
]})json";

}  // namespace sambung

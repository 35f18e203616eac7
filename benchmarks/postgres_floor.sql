-- One turn's changes for pgbench, as plain statements: a transaction that opens it, and one that ends it. Each client
-- has a chat of its own. Identifiers rise with time, as Sambung's do: their digits are a number.
\set n :n + 1
\set lease (:n * 1000 + :client_id) * 10 + 2
\set asked :lease - 1
\set parent :lease - 10000
\set now 1750000000000 + :n

\startpipeline
SELECT set_config('sambung.tenant_id', :tenant, true);
INSERT INTO active_turns (tenant_id, id, chat_id, owner_id, instance, lease_expires_at, stop_requested) VALUES (:tenant, lpad(:lease, 32, '0')::uuid, lpad(:client_id, 32, '0')::uuid, lpad(:owner, 32, '0')::uuid, :tenant, :now, :off);
UPDATE chats SET head_id = lpad(:lease, 32, '0')::uuid, updated_at = :now, active_at = :now, revision = :n + 1 WHERE tenant_id = :tenant AND id = lpad(:client_id, 32, '0')::uuid AND revision = :n AND state = :active;
INSERT INTO messages (tenant_id, id, chat_id, parent_id, depth, role, parts, state, reason, model, finish_reason, usage, cost_microusd, last_event, created_at, updated_at, revision) VALUES (:tenant, lpad(:asked, 32, '0')::uuid, lpad(:client_id, 32, '0')::uuid, lpad(:parent, 32, '0')::uuid, :n, :user, :question, :complete, NULL, NULL, NULL, NULL, NULL, NULL, :now, :now, :one);
INSERT INTO messages (tenant_id, id, chat_id, parent_id, depth, role, parts, state, reason, model, finish_reason, usage, cost_microusd, last_event, created_at, updated_at, revision) VALUES (:tenant, lpad(:lease, 32, '0')::uuid, lpad(:client_id, 32, '0')::uuid, lpad(:asked, 32, '0')::uuid, :n, :assistant, :empty, :streaming, NULL, :model, NULL, NULL, NULL, NULL, :now, :now, :one);
\endpipeline

\startpipeline
SELECT set_config('sambung.tenant_id', :tenant, true);
DELETE FROM active_turns WHERE tenant_id = :tenant AND id = lpad(:lease, 32, '0')::uuid AND instance = :tenant;
UPDATE messages SET parts = :answer, state = :complete, reason = NULL, finish_reason = :stop, usage = :usage, last_event = 3, updated_at = :now, revision = 2 WHERE tenant_id = :tenant AND id = lpad(:lease, 32, '0')::uuid AND state = :streaming;
INSERT INTO message_texts (tenant_id, id, chat_id, owner_id, role, text, marks, sambung_said_text, created_at) VALUES (:tenant, lpad(:asked, 32, '0')::uuid, lpad(:client_id, 32, '0')::uuid, lpad(:owner, 32, '0')::uuid, :user, :asked_text, :marks, :asked_text, :now);
INSERT INTO message_texts (tenant_id, id, chat_id, owner_id, role, text, marks, sambung_said_text, created_at) VALUES (:tenant, lpad(:lease, 32, '0')::uuid, lpad(:client_id, 32, '0')::uuid, lpad(:owner, 32, '0')::uuid, :assistant, :said_text, :marks, :said_text, :now);
INSERT INTO usage_counters (tenant_id, id, user_id, day, model, requests, input_tokens, output_tokens, cost_microusd, key, cached_input_tokens, cache_write_tokens, reasoning_tokens, unpriced_requests, estimated_requests, replayed_requests) VALUES (:tenant, lpad(:owner, 36, '0') || :counter, lpad(:owner, 32, '0')::uuid, :day, :model, :one, 50, 200, 0, 'configured', 0, 0, 0, 0, 0, 0) ON CONFLICT (tenant_id, id) DO UPDATE SET requests = usage_counters.requests + excluded.requests, input_tokens = usage_counters.input_tokens + excluded.input_tokens, output_tokens = usage_counters.output_tokens + excluded.output_tokens, cost_microusd = usage_counters.cost_microusd + excluded.cost_microusd, cached_input_tokens = usage_counters.cached_input_tokens + excluded.cached_input_tokens, cache_write_tokens = usage_counters.cache_write_tokens + excluded.cache_write_tokens, reasoning_tokens = usage_counters.reasoning_tokens + excluded.reasoning_tokens, unpriced_requests = usage_counters.unpriced_requests + excluded.unpriced_requests, estimated_requests = usage_counters.estimated_requests + excluded.estimated_requests, replayed_requests = usage_counters.replayed_requests + excluded.replayed_requests;
\endpipeline

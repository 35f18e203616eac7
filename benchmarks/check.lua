-- wrk: posts one body over and over and checks every answer's status and size; prints one line of JSON at the end.
-- Arguments: the file with the body, the expected size of an answer, then pairs of header name and value.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  expected = tonumber(args[2])
  wrk.headers["content-type"] = "application/json"
  for i = 3, #args - 1, 2 do
    wrk.headers[args[i]] = args[i + 1]
  end
  request_text = wrk.format()
  wrong = 0
end

function request()
  return request_text
end

function response(status, headers, body)
  if status ~= 200 or #body ~= expected then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("wrong")
  end
  io.write(string.format('{"requests": %d, "seconds": %.6f, "wrong": %d, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration / 1e6, bad, latency:percentile(50), latency:percentile(99)))
end

-- One recommendation a request, user after user, for wrk:
--   wrk -t1 -c1 -d10s --latency -s tools/recommend.lua http://127.0.0.1:8080
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, "/v1/recommendations", nil, string.format('{"user_id":"%d","n":10}', n % 943 + 1))
end

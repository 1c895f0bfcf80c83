"""`core.waiting.Line.ask` for all processes: the same steps on sorted sets, in one script that nothing interrupts."""

from backend.core.waiting import GRANT_MS, RETRY_MAX_MS, RETRY_MIN_MS, SLACK_MS
from backend.infra import keys

# Sorted sets by person: when they joined, when they must be back, until when they may come in; and the bucket.
KEYS = [keys.waiting_room(part) for part in ("line", "due", "granted", "bucket")]

# Arguments: instant (ms), or "" for Valkey's own clock, which is one for machines that disagree; tokens a second;
# burst; then a pair for each person: id, and when they joined or "".
# Returns for each 0 ("come in") or {ahead, joined, retry, due}, instants as text: Lua's numbers would lose digits.
# A line that nobody asks about for ten minutes is forgotten whole.
ASK = f"""
local line, due, granted, bucket = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local per_s, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local at = tonumber(redis.call('HGET', bucket, 'at') or '0')
local clock = redis.call('TIME')
local now = math.max(tonumber(ARGV[1]) or clock[1] * 1000 + clock[2] / 1000, at)
local tokens = tonumber(redis.call('HGET', bucket, 'tokens') or burst)
tokens = math.min(burst, tokens + (now - at) * per_s / 1000)
local function text(number) return string.format('%.3f', number) end

redis.call('ZREMRANGEBYSCORE', granted, '-inf', text(now))
for i = 4, #ARGV, 2 do
    local person, joined = ARGV[i], tonumber(ARGV[i + 1])
    if not redis.call('ZSCORE', granted, person) then
        local since = joined and math.min(joined, now) or now + (i - 4) / 2000
        redis.call('ZADD', line, 'NX', text(since), person)
        redis.call('ZADD', due, text(now), person)
    end
end
while tokens >= 1 do
    local person = redis.call('ZPOPMIN', line)[1]
    if not person then break end
    local back_by = tonumber(redis.call('ZSCORE', due, person) or '0')
    redis.call('ZREM', due, person)
    if back_by >= tonumber(text(now)) then
        redis.call('ZADD', granted, text(now + {GRANT_MS}), person)
        tokens = tokens - 1
    end
end
redis.call('HSET', bucket, 'at', text(now), 'tokens', string.format('%.6f', tokens))
local told = {{}}
for i = 4, #ARGV, 2 do
    local person = ARGV[i]
    local ahead = redis.call('ZRANK', line, person)
    if ahead then
        local wait = (ahead + 1) / per_s * 1000
        wait = math.floor(math.min({RETRY_MAX_MS}, math.max({RETRY_MIN_MS}, wait)) + 0.5)
        local back_by = text(now + wait + {SLACK_MS})
        redis.call('ZADD', due, back_by, person)
        told[#told + 1] = {{ahead, redis.call('ZSCORE', line, person), wait, back_by}}
    else
        told[#told + 1] = 0
    end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 600000) end
return told
"""

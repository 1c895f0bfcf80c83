"""Token buckets: exact at the edges, bounded in memory."""

from backend.infra.ratelimit import KeyedBuckets, TokenBucket


def test_a_burst_passes_then_tokens_come_at_their_rate():
    bucket = TokenBucket(per_s=20, burst=40, now=0.0)

    taken = [bucket.take(0.0) for _ in range(41)]

    assert taken == [0.0] * 40 + [0.05]
    assert bucket.take(0.05) == 0.0
    assert bucket.take(0.05) > 0


def test_rest_never_fills_a_bucket_above_its_burst():
    bucket = TokenBucket(per_s=20, burst=2, now=0.0)

    assert [bool(bucket.take(1000.0)) for _ in range(3)] == [False, False, True]


def test_keys_do_not_share_and_the_oldest_is_forgotten_first():
    buckets = KeyedBuckets(per_s=1, burst=1, capacity=2)

    assert buckets.take("a", 0.0) == 0.0
    assert buckets.take("a", 0.0) == 1.0
    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("c", 0.0) == 0.0
    assert buckets.take("a", 0.0) == 0.0  # forgotten when "c" came

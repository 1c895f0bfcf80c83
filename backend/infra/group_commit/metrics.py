"""What the group commit tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

ACKS = Counter("hoithi_acks_total", "Writes whose fate was told after a durable commit.", ["commit"])
ACK_LATENCY = Histogram(
    "hoithi_ack_latency_seconds",
    "From the entry of a commit's longest waiting write into the queue to its acknowledgement.",
    ["commit"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
BATCH_SIZE = Histogram(
    "hoithi_group_commit_batch_size", "Writes in one commit.", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)
QUEUE_LENGTH = Gauge("hoithi_group_commit_queue_length", "Writes that wait for their commit.")
RETRIES = Counter("hoithi_group_commit_retries_total", "Writes whose sender was told to try again.", ["reason"])
READS_WAITING_MOST = Gauge(
    "hoithi_reads_waiting_most",
    "Most that ever waited at once for a read in groups since the process started.",
    ["read"],
)
READS_REFUSED = Counter("hoithi_reads_refused_total", "Askers sent away because too many waited for a read.", ["read"])
OUTAGES = Counter("hoithi_group_commit_outages_total", "Times the reserved connection was lost or refused work.")

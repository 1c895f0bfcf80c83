"""What the attempt socket tells Prometheus."""

from prometheus_client import Counter, Gauge

OPEN_SOCKETS = Gauge("hoithi_open_sockets", "Attempt sockets that are open.")
CLOSED = Counter("hoithi_sockets_closed_total", "Attempt sockets we closed.", ["code"])
REFUSED_FRAMES = Counter("hoithi_refused_frames_total", "Frames answered by an error.", ["code"])

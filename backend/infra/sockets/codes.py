"""Close codes of the WebSockets: below 4000 RFC 6455's, the others ours and part of the public contract."""

from enum import IntEnum


class CloseCode(IntEnum):
    """Why a socket was closed."""

    BINARY = 1003
    TOO_BIG = 1009
    RESTART = 1012
    TRY_LATER = 1013
    BAD_PROTOCOL = 4400
    NOT_SIGNED_IN = 4401
    ROLE_REQUIRED = 4403
    NOT_FOUND = 4404
    TOO_SLOW = 4408
    SUPERSEDED = 4409
    ATTEMPT_CLOSED = 4410
    RATE_LIMITED = 4429

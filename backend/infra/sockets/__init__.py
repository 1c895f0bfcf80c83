"""What every WebSocket of the platform shares, as plain ASGI: origin, session, close codes."""

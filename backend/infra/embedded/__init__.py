"""PostgreSQL and Valkey from their wheels. Standard library only: usable before Django is."""

from backend.infra.embedded.servers import Servers, remove_private_data, start_private_servers

__all__ = ["Servers", "remove_private_data", "start_private_servers"]

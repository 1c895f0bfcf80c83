"""What a dump of the database or of Valkey would tell, in the clear."""

from django.contrib.sessions.models import Session
from django.db import connection

from backend.infra import valkey


def dump() -> str:
    """Every row of every table as text, bytes in hexadecimal, as a dump of the database holds it; sessions opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [f"{table} {text}" for (text,) in cursor.fetchall()]
    rows += [f"django_session {one.get_decoded()}" for one in Session.objects.all()]
    return "\n".join(rows)


def dump_of_valkey() -> str:
    """Every key and value as text. Values of other types than strings are written as Valkey itself would dump them."""
    client = valkey.client()
    kept = []
    for key in client.scan_iter("*"):
        value = client.get(key) if client.type(key) == b"string" else client.dump(key)
        kept.append(f"{key!r} {value.decode(errors='replace') if isinstance(value, bytes) else value!r}")
    return "\n".join(kept)

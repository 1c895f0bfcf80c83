"""Questions bound to clauses: versions, citations, review."""

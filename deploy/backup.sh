#!/bin/sh
# Take a base backup of the running PostgreSQL into the archive folder. With the log archived every minute it restores
# to any moment after. Run nightly, and right before a round opens.
set -eu
cd "$(dirname "$0")"
stamp=$(date -u +%Y%m%dT%H%M%SZ)
docker compose --env-file .env -f compose.yaml exec -T --user postgres postgres sh -c "
    pg_basebackup --username hoithi --pgdata /archive/base-$stamp.part --format tar --gzip --wal-method none \
        --checkpoint fast --manifest-checksums SHA256 &&
    mv /archive/base-$stamp.part /archive/base-$stamp"
echo "base-$stamp"

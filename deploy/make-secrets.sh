#!/bin/sh
# Write the secrets that compose.yaml mounts. Keeps the ones that exist: run it again at will.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

make() {
    [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
}

random() {
    od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

make secret_key "$(random 40)"
make identity_hmac_key "$(random 32)"
make identity_aes_key "$(random 32)"
make metrics_token "$(random 24)"
make postgres_password "$(random 24)"
make valkey_password "$(random 24)"
make database_url "postgres://hoithi:$(cat secrets/postgres_password)@postgres:5432/hoithi"
make redis_url "redis://:$(cat secrets/valkey_password)@valkey:6379/0"

# Each container reads its files as a user of its own; on the server the folder is closed to everybody else.
chmod 0700 secrets
chmod 0444 secrets/*

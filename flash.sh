#!/bin/sh
# Flashes, sets up, claims and tests one ESP32 charger. ./flash.sh --help
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if ! command -v node >/dev/null 2>&1; then
  echo "flash.sh needs Node 20.19 or later: https://nodejs.org" >&2
  exit 1
fi
exec node "$here/device/installer/start.mjs" "$@"

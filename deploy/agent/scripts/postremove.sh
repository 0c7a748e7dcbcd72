#!/bin/sh
# The identity goes with a purge only: whoever installs again is the same host.
set -eu

if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
fi
if [ "${1:-}" = purge ]; then
    rm -rf /var/lib/demarc-agent
    userdel demarc-agent >/dev/null 2>&1 || true
fi

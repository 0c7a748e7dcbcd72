#!/bin/sh
# Runs before removal and before each upgrade. deb says "remove" or "upgrade", rpm
# how many versions stay.
set -eu

case "${1:-}" in
remove | 0)
    if [ -d /run/systemd/system ]; then
        systemctl disable --now demarc-agent.service >/dev/null 2>&1 || true
    fi
    ;;
esac

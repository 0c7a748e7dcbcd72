#!/bin/sh
# Runs after installation and after each upgrade, of deb and rpm alike.
set -eu

if ! getent group demarc-agent >/dev/null; then
    groupadd --system demarc-agent
fi
if ! getent passwd demarc-agent >/dev/null; then
    useradd --system --gid demarc-agent --home-dir /var/lib/demarc-agent --no-create-home --shell /usr/sbin/nologin demarc-agent
fi
install -d -m 0700 -o demarc-agent -g demarc-agent /var/lib/demarc-agent
# Left by an earlier agent, or by enrol before this package was there.
chown -R demarc-agent:demarc-agent /var/lib/demarc-agent

if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Starts only where there is an identity, or one is to be made.
    systemctl enable demarc-agent.service >/dev/null 2>&1 || true
    systemctl restart demarc-agent.service || true
elif command -v systemctl >/dev/null; then
    # An image: it starts with the first boot.
    systemctl enable demarc-agent.service >/dev/null 2>&1 || true
fi

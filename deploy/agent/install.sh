#!/bin/sh
# Installs the Demarc agent from a control plane, and enrols the server with it:
#
#   curl -fsSL https://demarc.example.com/agent/install.sh | sudo sh -s -- --token TOKEN
#
# Whatever demarc-agent enrol understands may follow: --label role=web, --ephemeral,
# --defer in an image, --ca-file FILE where the certificate is of an authority that
# the server does not know. --no-enrol only installs.
#
# The control plane writes its address and the sums of its packages into this file
# when it is asked for it. What is downloaded and has another sum is not installed.
set -eu

server='@SERVER@'
sums='@SUMS@'

ca=''
root=${DEMARC_INSTALL_ROOT:-} # for tests: install below it, and start nothing

say() { printf 'demarc-agent: %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}

arch() {
    case $(uname -m) in
    x86_64 | amd64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "there is no package for $(uname -m)" ;;
    esac
}

# The kind of package that this server takes; the bare program where it takes none.
kind() {
    if [ -n "$root" ]; then
        echo bin
    elif command -v dpkg >/dev/null && [ -e /etc/debian_version ]; then
        echo deb
    elif command -v rpm >/dev/null && [ ! -e /etc/debian_version ]; then
        echo rpm
    else
        echo bin
    fi
}

# fetch PATH FILE
fetch() {
    if command -v curl >/dev/null; then
        if [ -n "$ca" ]; then set -- "$1" "$2" --cacert "$ca"; fi
        url=$server$1 file=$2
        shift 2
        curl -fsSL --proto '=https' --retry 3 --max-time 300 "$@" -o "$file" "$url"
    elif command -v wget >/dev/null; then
        if [ -n "$ca" ]; then set -- "$1" "$2" "--ca-certificate=$ca"; fi
        url=$server$1 file=$2
        shift 2
        wget -q --tries=3 --timeout=60 "$@" -O "$file" "$url"
    else
        fail "curl or wget is needed"
    fi
}

# The sum that a file of this name has to have.
sum_of() {
    printf '%s\n' "$sums" | while read -r sum name; do
        if [ "$name" = "$1" ]; then echo "$sum"; fi
    done
}

install_bin() {
    install -d "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/etc/demarc-agent"
    install -m 0755 "$1" "$root/usr/bin/demarc-agent"
    fetch /agent/download/demarc-agent.service "$tmp/unit"
    [ "$(sha256sum "$tmp/unit" | cut -d' ' -f1)" = "$(sum_of demarc-agent.service)" ] || fail "the unit that was downloaded has another sum"
    install -m 0644 "$tmp/unit" "$root/usr/lib/systemd/system/demarc-agent.service"
    if [ -n "$root" ]; then return; fi
    getent group demarc-agent >/dev/null || groupadd --system demarc-agent
    getent passwd demarc-agent >/dev/null ||
        useradd --system --gid demarc-agent --home-dir /var/lib/demarc-agent --no-create-home --shell /usr/sbin/nologin demarc-agent
    install -d -m 0700 -o demarc-agent -g demarc-agent /var/lib/demarc-agent
    if command -v systemctl >/dev/null; then
        systemctl daemon-reload 2>/dev/null || true
        systemctl enable demarc-agent.service
    fi
}

main() {
    enrol=yes
    ca=''
    before=''
    for arg in "$@"; do
        case $arg in
        --ca-file=*) ca=${arg#--ca-file=} ;;
        --no-enrol) enrol=no ;;
        esac
        [ "$before" != --ca-file ] || ca=$arg
        before=$arg
    done
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "this has to run as root"
    [ "$(uname -s)" = Linux ] || fail "this installs on Linux"
    command -v sha256sum >/dev/null || fail "sha256sum is needed"

    a=$(arch)
    k=$(kind)
    name=demarc-agent-linux-$a
    [ "$k" = bin ] || name=demarc-agent-linux-$a.$k
    want=$(sum_of "$name")
    [ -n "$want" ] || fail "the control plane has no $name"

    tmp=$(mktemp -d)
    trap 'rm -rf "$tmp"' EXIT
    fetch "/agent/download/$name" "$tmp/$name" || fail "$server$name cannot be downloaded"
    got=$(sha256sum "$tmp/$name" | cut -d' ' -f1)
    [ "$got" = "$want" ] || fail "$name has the sum $got and should have $want: nothing is installed"

    case $k in
    deb) dpkg -i "$tmp/$name" >&2 ;;
    rpm) rpm -U --replacepkgs "$tmp/$name" >&2 ;;
    bin) install_bin "$tmp/$name" ;;
    esac
    say "installed: $("$root/usr/bin/demarc-agent" version)"

    if [ "$enrol" = no ]; then return; fi
    state=''
    [ -z "$root" ] || state="--state=$root/var/lib/demarc-agent"
    "$root/usr/bin/demarc-agent" enrol --server "$server" ${state:+"$state"} "$@"
    case " $* " in
    *' --defer '*) return ;; # in an image: it starts, and enrols, with the first boot
    esac
    if [ -z "$root" ] && [ -d /run/systemd/system ]; then
        systemctl restart demarc-agent.service
        say "started; demarc-agent status tells how it is"
    fi
}

# All of it is here before any of it runs.
main "$@"

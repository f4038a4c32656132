#!/bin/bash
# Debian packages that building, plotting and testing need.   usage: deps.sh check | install | need PROGRAM PACKAGE
# need: for targets that want more than the basic packages (picture: graphviz, instructions: valgrind); installs it if missing
set -u
build="build-essential pkg-config libglib2.0-dev libpcap-dev liblua5.4-dev libigraph-dev"
more="gnuplot-nox libcriterion-dev tshark clang libclang-rt-dev"

missing() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || printf '%s ' "$package"
    done
}

case ${1:-} in
need)
    command -v "$2" >/dev/null && exit 0
    build="" more=$3
    set -- install
    ;;
esac

case ${1:-} in
check)
    list=$(missing $build $more)
    [ -z "$list" ] && exit 0
    echo "missing Debian packages: ${list% }; run 'make deps', or: apt-get install ${list% }" >&2
    exit 2
    ;;
install)
    list=$(missing $build $more)
    [ -z "$list" ] && { echo "all packages are there"; exit 0; }
    root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "not root and no sudo: install by hand: apt-get install $list" >&2; exit 2; }
        root=sudo
    fi
    echo "installing: $list"
    export DEBIAN_FRONTEND=noninteractive
    $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $list >/dev/null ||
        { echo "apt-get failed; install by hand: apt-get install $list" >&2; exit 2; }
    ;;
*)
    echo "usage: deps.sh check | install | need PROGRAM PACKAGE" >&2
    exit 2
    ;;
esac

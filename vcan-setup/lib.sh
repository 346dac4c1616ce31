# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the scripts of this folder and of tests/ share. Source it:
#
#     . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"       # or the path to vcan-setup/lib.sh
#
# It turns on strict mode and gives:
#
#   $repo                           the repository, an absolute path
#   $build_release                  where the release build is, build/release in it
#   $cache                          downloads and what was made of them: $KIN_CACHE, else ~/.cache/kin
#   say TEXT...                     tell the user something (standard error)
#   die [-STATUS] TEXT...           tell why and exit (1 unless STATUS says otherwise)
#   usage_if_asked "$@"             print the script's head comment and exit 0 if --help is among the arguments
#   need_packages GROUP...          install what is missing of these groups of vcan-setup/packages
#   build_kin                       bring the release build up to date
#   foreign_packages SUITE DIR P... unpack packages P of another Debian suite into DIR, installing nothing
#   kernel_has MODULES MODULE       whether the kernel with modules in directory MODULES has MODULE
#   find_kernel [SPEC]              set kernel_release, kernel_image, kernel_root (holds lib/modules/RELEASE)
#   link_kind NAME                  print the kind of a network interface: can (a controller), vcan, vxcan, ...
#   link NAME ARGUMENT...           ip link ARGUMENT..., with an error that tells the way out; NAME is for that
#   kernel_at_hand                  print which kernel find_kernel would set without a download; fail if none
#   kvm_obstacle                    print why KVM can't be used; nothing when it can

set -Eeuo pipefail
# Strict mode alone ends a script without a word.
trap 'printf "%s: %s:%s: this failed: %s\n" "${0##*/}" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR

repo=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
build_release=$repo/build/release
cache=${KIN_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kin}
# Tools such as ip and depmod are in sbin, which an ordinary user's PATH lacks on Debian.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
# What apt, ip and their kind say is read by these scripts.
export LC_MESSAGES=C

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
    local status=1
    if [[ ${1-} =~ ^-[0-9]+$ ]]; then
        status=${1#-}
        shift
    fi
    say "$@"
    exit "$status"
}

# The head comment of a script is its manual: no second text to keep in step.
usage_if_asked() {
    local argument
    for argument; do
        case $argument in
        --) return ;;
        -h | --help)
            awk 'NR > 2 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
            exit 0
            ;;
        esac
    done
}

# --- packages ---------------------------------------------------------------

# Prints the packages of the groups that are not installed, one a line.
missing_packages() {
    local list=$repo/vcan-setup/packages installed group choices package
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
    for group; do
        grep -q "^${group}[[:space:]]" "$list" ||
            die -2 "no group '$group' in $list; groups: $(awk '!/^(#|$)/ { print $1 }' "$list" | sort -u | xargs)"
        while read -r _ choices _; do
            for package in ${choices//|/ }; do
                grep -Fqx "$package" <<<"$installed" && continue 2
            done
            printf '%s\n' "${choices%%|*}"
        done < <(grep "^${group}[[:space:]]" "$list")
    done
}

need_packages() {
    command -v dpkg-query >/dev/null ||
        die "this is not a Debian system: install by hand what vcan-setup/packages lists for: $*"
    local names
    names=$(missing_packages "$@") || exit
    [[ -n $names ]] || return 0

    local -a missing sudo=()
    mapfile -t missing <<<"$names"
    local command="apt-get install --no-install-recommends ${missing[*]}"
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "needs packages, and you are not root and there is no sudo; type as root: $command"
        [[ -t 0 ]] || sudo -n true 2>/dev/null ||
            die "needs packages, and sudo wants a password but there is no terminal to ask on; type: sudo $command"
        sudo=(sudo)
    fi
    say "installing ${missing[*]}"
    local -a apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    local -a install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
    mkdir -p "$cache"
    local log=$cache/apt.log
    # With lists that are missing or name versions that are gone the first try fails: then fetch them.
    "${install[@]}" >"$log" 2>&1 </dev/null && return
    "${apt[@]}" update >>"$log" 2>&1 </dev/null || true
    "${install[@]}" >>"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" >&2
        die "this failed, see above: ${sudo[*]} $command"
    }
}

build_kin() {
    local log=$build_release.log
    mkdir -p "${build_release%/*}"
    if [[ ! -e $build_release/build.ninja ]]; then
        meson setup --buildtype=release -Dtests=false "$build_release" "$repo" >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "meson setup failed, see above and $log"
        }
    fi
    ninja -C "$build_release" >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "the build failed, see above and $log"
    }
}

# --- packages of other suites -----------------------------------------------

own_suite() {
    # shellcheck source=/dev/null
    (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:?}")
}

# Prints the mirror of this system's own suite, from sources in either of apt's formats.
own_mirror() {
    local files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources)
    local file mirror suite
    suite=$(own_suite)
    for file in "${files[@]}"; do
        [[ -r $file ]] || continue
        mirror=$(awk -v suite="$suite" -v deb822="$([[ $file == *.sources ]] && echo 1)" '
            function found(list, uri,   i, n, word) {
                n = split(list, word, " ")
                for (i = 1; i <= n; i++)
                    if (word[i] == suite && uri != "" && !done) { print uri; done = 1 }
            }
            !deb822 && $1 == "deb" { sub(/\[[^]]*\]/, ""); found($3, $2) }
            !deb822 || /^#/        { next }
            /^[[:space:]]*$/       { found(suites, uri); suites = uri = "" }
            /^[^[:space:]]/        { field = tolower($1); $1 = "" }
            field == "uris:" && uri == ""  { uri = $2 }
            field == "suites:"     { suites = suites " " $0 }
            END                    { found(suites, uri) }' "$file")
        [[ -z $mirror ]] || {
            printf '%s\n' "$mirror"
            return
        }
    done
    die "this system's own suite, '$suite', is in neither /etc/apt/sources.list nor /etc/apt/sources.list.d: no mirror to ask"
}

# Sets apt_options so that apt looks at SUITE alone, with state of its own below the cache: needs no
# root and leaves the system's sources as they are.
apt_for() {
    local suite=$1 state=$cache/apt/$1 mirror
    apt_options=(-q -o APT::Sandbox::User=root -o APT::Update::Post-Invoke-Success= -o Acquire::Languages=none)
    if [[ $suite == "$(own_suite)" ]]; then
        # The system knows its own suite, security updates included; borrow its lists if it has any.
        ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || return 0
    else
        mirror=$(own_mirror)
        mkdir -p "$state"
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
            "$mirror" "$suite" >"$state/sources.list"
        apt_options+=(-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=- -o Acquire::GzipIndexes=true)
    fi
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    apt_options+=(-o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache")
    compgen -G "$state/lists/*_Packages*" >/dev/null || apt_update "$suite"
}

apt_update() {
    local suite=$1 log=$cache/apt-$1.log
    say "fetching the package list of $suite"
    [[ " ${apt_options[*]} " == *Dir::State::Lists=* ]] || {
        # The system's own lists are old, and not ours to refresh: go on with lists of our own.
        local state=$cache/apt/$suite
        mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
        apt_options+=(-o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache")
    }
    apt-get "${apt_options[@]}" update >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        die "can't fetch the package list of '$suite' from this system's mirror; is there such a suite?"
    }
}

# One cache serves several scripts at a time.
cache_lock() {
    mkdir -p "$cache" || die "can't create the cache $cache; set KIN_CACHE to a directory you may write"
    exec {cache_lock_fd}>"$cache/lock" || die "can't write to the cache $cache; set KIN_CACHE to a directory you may write"
    flock -w 900 "$cache_lock_fd" || die "another script has held $cache/lock for 15 minutes"
}

cache_unlock() {
    exec {cache_lock_fd}>&-
}

foreign_packages() {
    local suite=$1 directory=$2 try partial
    shift 2
    [[ ! -d $directory ]] || return 0
    apt_for "$suite"
    partial=$directory.partial
    rm -rf -- "$partial"
    mkdir -p "$partial"
    say "downloading $* of $suite"
    for try in 1 2; do
        ! (cd "$partial" && apt-get "${apt_options[@]}" download "$@" >download.log 2>&1 </dev/null) || break
        # A list that is out of date names a file that is gone.
        ((try < 2)) || {
            cat "$partial/download.log" >&2
            rm -rf -- "$partial"
            die "can't download $* of $suite, see above"
        }
        apt_update "$suite"
    done
    local deb
    for deb in "$partial"/*.deb; do
        dpkg-deb -x "$deb" "$partial"
        rm -- "$deb"
    done
    rm -- "$partial/download.log"
    mv -- "$partial" "$directory"
}

# --- kernels ----------------------------------------------------------------

# Whether the kernel whose modules are in this directory has MODULE, loadable or built in.
kernel_has() {
    grep -qs "/$2\.ko" "$1/modules.dep" "$1/modules.builtin"
}

# Whether it has CAN, and the driver of the emulated controllers.
holds_can() {
    kernel_has "$1" can-raw && kernel_has "$1" kvaser_pci
}

# A directory with an image in boot/ (or itself) and lib/modules/RELEASE (or usr/lib/modules/RELEASE), as an
# unpacked kernel package has them.
kernel_in_directory() {
    local directory root image
    directory=$(cd -P -- "$1" && pwd)
    for image in "$directory"/boot/vmlinuz-* "$directory"/vmlinuz-*; do
        kernel_release=${image##*/vmlinuz-}
        for root in "$directory" "$directory/usr"; do
            [[ -r $image && -d $root/lib/modules/$kernel_release ]] || continue
            kernel_image=$image
            kernel_root=$root
            kernel_directory=$directory
            # What a package's installation would have made; depmod writes this file last.
            [[ -e $root/lib/modules/$kernel_release/modules.devname ]] || depmod -b "$root" "$kernel_release" ||
                die "can't write the module index; type: depmod -b $root $kernel_release"
            holds_can "$root/lib/modules/$kernel_release" || die "kernel $kernel_release in $directory has no CAN (can-raw, kvaser_pci)"
            return 0
        done
    done
    die "no kernel in $directory: expected boot/vmlinuz-RELEASE and lib/modules/RELEASE"
}

kernel_from_package() {
    local suite=$1 package=$2 depends
    apt_for "$suite"
    # The metapackage names the current one.
    if [[ $package == linux-image-amd64 ]]; then
        depends=$(apt-cache "${apt_options[@]}" show --no-all-versions linux-image-amd64 2>/dev/null |
            sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p')
        [[ -n $depends ]] || die "'$suite' has no package linux-image-amd64; give --kernel a package name or a directory"
        package=$depends
    fi
    mkdir -p "$cache/kernels"
    foreign_packages "$suite" "$cache/kernels/$package" "$package"
    kernel_in_directory "$cache/kernels/$package"
}

# Whether a kernel is there without a download; prints which.
kernel_at_hand() {
    local running known=$cache/kernels/by-name/default
    running=$(uname -r)
    if [[ -r /boot/vmlinuz-$running ]] && holds_can "/lib/modules/$running"; then
        echo "the running one, $running"
    elif [[ -d $known ]]; then
        echo "$(basename "$(readlink -f "$known")"), in $cache"
    else
        return 1
    fi
}

# SPEC: nothing, a directory, a package (linux-image-...), a suite (trixie), or a version (6.1, 6.12).
# shellcheck disable=SC2034 # what it sets is for its caller
find_kernel() {
    local spec=${1-} running suite
    running=$(uname -r)
    if [[ -z $spec && -r /boot/vmlinuz-$running ]] && holds_can "/lib/modules/$running"; then
        kernel_release=$running
        kernel_image=/boot/vmlinuz-$running
        kernel_root=/
        return
    fi
    [[ $spec != */* && ! -d $spec ]] || {
        [[ -d $spec ]] || die -2 "--kernel $spec: no such directory"
        kernel_in_directory "$spec"
        return
    }
    suite=$(own_suite)
    cache_lock
    # Names resolved once stay resolved: a second run asks nobody.
    local known=$cache/kernels/by-name/${spec:-default}
    if [[ -d $known ]]; then
        kernel_in_directory "$known"
    else
        case $spec in
        '') kernel_from_package "$suite" linux-image-amd64 ;;
        linux-image-*-cloud-*) die -2 "--kernel $spec: the cloud kernels have no CAN; take the one without -cloud" ;;
        linux-image-*)
            # Own suite first, then the newer ones that are known to carry such kernels.
            local candidate found=''
            for candidate in "$suite" trixie "$suite-backports"; do
                apt_for "$candidate"
                [[ -n $(apt-cache "${apt_options[@]}" show "$spec" 2>/dev/null) ]] || continue
                found=$candidate
                break
            done
            [[ -n $found ]] || die -2 "--kernel $spec: neither $suite nor trixie nor $suite-backports has such a package"
            kernel_from_package "$found" "$spec"
            ;;
        6.1) kernel_from_package bookworm linux-image-amd64 ;;
        6.12) kernel_from_package trixie linux-image-amd64 ;;
        [a-z]*) kernel_from_package "$spec" linux-image-amd64 ;;
        *) die -2 "--kernel $spec: give 6.1, 6.12, a suite (trixie), a package (linux-image-...) or a directory" ;;
        esac
        mkdir -p "${known%/*}"
        ln -sfn -- "$kernel_directory" "$known"
    fi
    cache_unlock
}

kvm_obstacle() {
    if ! grep -qwE 'vmx|svm' /proc/cpuinfo; then
        echo 'the CPU shows neither vmx nor svm'
    elif [[ ! -e /dev/kvm ]]; then
        echo 'there is no /dev/kvm'
    elif [[ ! -r /dev/kvm || ! -w /dev/kvm ]]; then
        echo 'no permission for /dev/kvm (group kvm has it)'
    fi
}

# --- interfaces ---------------------------------------------------------------

# Prints nothing and fails if there is no such interface; "other" if it is not of CAN's world.
link_kind() {
    local details
    details=$(ip -details link show dev "$1" 2>/dev/null) || return 1
    awk '$1 ~ /^(can|vcan|vxcan)$/ { kind = $1 } END { print kind == "" ? "other" : kind }' <<<"$details"
}

link() {
    local name=$1 answer
    shift
    ! answer=$(ip link "$@" 2>&1) || return 0
    case $answer in
    *'not permitted'*) die "$name: no permission to change interfaces (CAP_NET_ADMIN); put sudo in front" ;;
    *'Unknown device type'* | *'Operation not supported'*)
        die "$name: this kernel ($(uname -r)) can't make it: ip link $*: ${answer#RTNETLINK answers: }; the VM's can: vcan-setup/vm -- COMMAND" ;;
    *) die "$name: ip link $*: ${answer#RTNETLINK answers: }" ;;
    esac
}

# TAP from shell tests: source it, then ok NAME CONDITION..., is NAME GOT WANT, skip NAME WHY, done_testing.
# Every test works in its own empty folder, which is $dir, under $tap_base or the build folder $top.
top=$PWD
srcdir=$(cd "${srcdir:-.}" && pwd)
tap_n=0
tap_failed=0
dir=$(mktemp -d "${tap_base:-$top}/tap.XXXXXX") || exit 99
trap 'cd "$top" && rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# ok NAME COMMAND...: the command succeeds
ok() {
    tap_name=$1
    shift
    tap_n=$((tap_n + 1))
    if "$@"; then
        echo "ok $tap_n - $tap_name"
    else
        echo "not ok $tap_n - $tap_name"
        echo "# failed: $*"
        tap_failed=1
    fi
}

# is NAME GOT WANT: equal texts
is() {
    tap_n=$((tap_n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $tap_n - $1"
    else
        echo "not ok $tap_n - $1"
        printf 'got:  %s\nwant: %s\n' "$2" "$3" | sed 's/^/# /'
        tap_failed=1
    fi
}

# like NAME TEXT PATTERN: the text matches the extended regular expression
like() {
    tap_n=$((tap_n + 1))
    if printf '%s\n' "$2" | grep -Eq -- "$3"; then
        echo "ok $tap_n - $1"
    else
        echo "not ok $tap_n - $1"
        printf 'got: %s\nno match for %s\n' "$2" "$3" | sed 's/^/# /'
        tap_failed=1
    fi
}

skip() {
    tap_n=$((tap_n + 1))
    echo "ok $tap_n - $1 # SKIP $2"
}

# exits STATUS NAME COMMAND...: the exit status; stdout and stderr are left in ./out and ./err
exits() {
    tap_want=$1
    tap_name=$2
    shift 2
    "$@" > out 2> err
    is "$tap_name" "$?" "$tap_want"
}

done_testing() {
    echo "1..$tap_n"
    exit $tap_failed
}

#!/bin/sh
# make installcheck: a program outside the tree finds headers and libraries through pkg-config, and
# the installed program runs.  installed.sh DESTDIR BINDIR PKGCONFIGDIR LIBDIR CC
set -eu
bindir=$1$2
export PKG_CONFIG_SYSROOT_DIR="$1" PKG_CONFIG_PATH="$1$3" LD_LIBRARY_PATH="$1$4"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > use.c <<'END'
#include <sigen/mol.h>
#include <sigen/rng.h>
#include <stdio.h>

int main(void)
{
    sg_rng r;
    sg_rng_init(&r, 42, 0, 0);
    printf("%s %.3f\n", sg_element_symbol(6), sg_rng_normal(&r));
    return 0;
}
END
for p in sigen sigen-lab sigen-molgen sigen-protein sigen-policy; do
    pkg-config --exists --print-errors $p
done
# shellcheck disable=SC2046
$5 use.c -o use $(pkg-config --cflags --libs sigen-molgen)
got=$(./use)
case $got in
"C "*) ;;
*) echo "installcheck: unexpected output $got" >&2; exit 1 ;;
esac
"$bindir/sg-molgen" --version
"$bindir/sg-molgen" sample -n 2 --seed 1 --steps 2 -q -o two.sdf
[ "$(grep -c '^\$\$\$\$' two.sdf)" = 2 ]
echo "installcheck: fine"

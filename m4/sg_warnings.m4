dnl SG_WARNINGS(VAR): every warning flag the compiler knows, plus the flags numerical code relies on.
AC_DEFUN([SG_WARNINGS], [
  AC_LANG_PUSH([C])
  sg_flags="-std=gnu11"
  for f in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
           -Wno-psabi -Wno-unknown-pragmas -fvisibility=hidden -fno-math-errno -fno-trapping-math; do
    sg_save_CFLAGS="$CFLAGS"
    CFLAGS="$CFLAGS -Werror $f"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [sg_flags="$sg_flags $f"])
    CFLAGS="$sg_save_CFLAGS"
  done
  $1="$sg_flags"
  AC_SUBST([$1])
  AC_LANG_POP([C])
])

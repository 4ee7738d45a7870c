dnl SG_WARNINGS(CVAR, CXXVAR): the warning flags the compilers know, plus those numerical code relies on.
AC_DEFUN([SG_TRY_FLAGS], [
  for sg_flag in $2; do
    sg_save="$[]$1"
    $1="$[]$1 -Werror $sg_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [sg_flags="$sg_flags $sg_flag"])
    $1="$sg_save"
  done
])
AC_DEFUN([SG_WARNINGS], [
  AC_LANG_PUSH([C])
  sg_flags="-std=gnu11"
  SG_TRY_FLAGS([CFLAGS], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
    -Wno-psabi -Wno-unknown-pragmas -fvisibility=hidden -fno-math-errno -fno-trapping-math])
  $1="$sg_flags"
  AC_SUBST([$1])
  AC_LANG_POP([C])
  AC_LANG_PUSH([C++])
  sg_flags="-std=gnu++17"
  SG_TRY_FLAGS([CXXFLAGS], [-Wall -Wextra -Wshadow -fvisibility=hidden])
  $2="$sg_flags"
  AC_SUBST([$2])
  AC_LANG_POP([C++])
])

dnl SG_ISA_FLAGS: the instruction-set levels the matrix kernels are built for besides the compiler's default.
dnl Clang 14 does not know __builtin_cpu_supports("x86-64-v3"): the start-up choice asks for single features.
AC_DEFUN([SG_ISA_FLAGS], [
  AC_LANG_PUSH([C])
  sg_isa_list="generic"
  for sg_level in v3 v4; do
    sg_save_CFLAGS="$CFLAGS"
    CFLAGS="$CFLAGS -Werror -march=x86-64-$sg_level"
    AC_MSG_CHECKING([whether $CC builds for x86-64-$sg_level])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [[return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f");]])],
      [eval "sg_have_$sg_level=yes"; sg_isa_list="$sg_isa_list $sg_level"], [eval "sg_have_$sg_level=no"])
    eval "sg_answer=\$sg_have_$sg_level"
    AC_MSG_RESULT([$sg_answer])
    CFLAGS="$sg_save_CFLAGS"
  done
  AM_CONDITIONAL([SG_HAVE_V3], [test "x$sg_have_v3" = xyes])
  AM_CONDITIONAL([SG_HAVE_V4], [test "x$sg_have_v4" = xyes])
  AS_IF([test "x$sg_have_v3" = xyes], [AC_DEFINE([SG_HAVE_V3], [1], [kernels built for x86-64-v3 (AVX2, FMA)])])
  AS_IF([test "x$sg_have_v4" = xyes], [AC_DEFINE([SG_HAVE_V4], [1], [kernels built for x86-64-v4 (AVX-512)])])
  AC_LANG_POP([C])
])

dnl SG_WITH_CHIPMUNK: optional, the simulator of policy's Push-T.
AC_DEFUN([SG_WITH_CHIPMUNK], [
  AC_ARG_WITH([chipmunk], [AS_HELP_STRING([--without-chipmunk], [do not use Chipmunk, Push-T's simulator, in policy])], [], [with_chipmunk=check])
  sg_chipmunk=no
  CHIPMUNK_CFLAGS=""; CHIPMUNK_LIBS=""
  AS_IF([test "x$with_chipmunk" != xno], [
    AC_CHECK_HEADER([chipmunk/chipmunk.h], [
      AC_CHECK_LIB([chipmunk], [cpSpaceNew], [sg_chipmunk=yes; CHIPMUNK_LIBS="-lchipmunk"], [], [-lm -lpthread])])
    AS_IF([test "x$with_chipmunk$sg_chipmunk" = xyesno], [AC_MSG_ERROR([Chipmunk was asked for but is missing])])
  ])
  AC_SUBST([CHIPMUNK_CFLAGS])
  AC_SUBST([CHIPMUNK_LIBS])
  AM_CONDITIONAL([SG_HAVE_CHIPMUNK], [test "x$sg_chipmunk" = xyes])
  AS_IF([test "x$sg_chipmunk" = xyes], [AC_DEFINE([SG_HAVE_CHIPMUNK], [1], [Chipmunk is there])])
])

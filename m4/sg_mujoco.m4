dnl SG_WITH_MUJOCO: optional, the simulator of policy's Block-Push and Franka Kitchen.
AC_DEFUN([SG_WITH_MUJOCO], [
  AC_ARG_WITH([mujoco], [AS_HELP_STRING([--without-mujoco], [do not use MuJoCo, the simulator of Block-Push and Franka Kitchen, in policy])], [], [with_mujoco=check])
  sg_mujoco=no
  MUJOCO_CFLAGS=""; MUJOCO_LIBS=""
  AS_IF([test "x$with_mujoco" != xno], [
    dnl the names of its files in memory changed in version 3
    AC_CHECK_HEADER([mujoco/mujoco.h], [
      AC_CHECK_LIB([mujoco], [mj_makeEmptyFileVFS], [sg_mujoco=yes; MUJOCO_LIBS="-lmujoco"], [], [-lm])])
    AS_IF([test "x$with_mujoco$sg_mujoco" = xyesno], [AC_MSG_ERROR([MuJoCo was asked for but is missing, or is not of version 2])])
  ])
  AC_SUBST([MUJOCO_CFLAGS])
  AC_SUBST([MUJOCO_LIBS])
  AM_CONDITIONAL([SG_HAVE_MUJOCO], [test "x$sg_mujoco" = xyes])
  AS_IF([test "x$sg_mujoco" = xyes], [AC_DEFINE([SG_HAVE_MUJOCO], [1], [MuJoCo is there])])
])

dnl SG_WITH_HDF5: optional, policy's demonstrations in HDF5.
AC_DEFUN([SG_WITH_HDF5], [
  AC_ARG_WITH([hdf5], [AS_HELP_STRING([--without-hdf5], [do not use HDF5 for demonstrations in policy])], [], [with_hdf5=check])
  sg_hdf5=no
  HDF5_CFLAGS=""; HDF5_LIBS=""
  AS_IF([test "x$with_hdf5" != xno], [
    PKG_CHECK_MODULES([HDF5], [hdf5 >= 1.10.5], [sg_hdf5=yes], [sg_hdf5=no])
    AS_IF([test "x$with_hdf5$sg_hdf5" = xyesno], [AC_MSG_ERROR([HDF5 was asked for but is missing])])
  ])
  AC_SUBST([HDF5_CFLAGS])
  AC_SUBST([HDF5_LIBS])
  AM_CONDITIONAL([SG_HAVE_HDF5], [test "x$sg_hdf5" = xyes])
  AS_IF([test "x$sg_hdf5" = xyes], [AC_DEFINE([SG_HAVE_HDF5], [1], [HDF5 is there])])
])

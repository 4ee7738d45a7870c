dnl SG_WITH_IGRAPH, SG_WITH_PLANARITY: optional graph libraries, used by graphgen only.
AC_DEFUN([SG_WITH_IGRAPH], [
  AC_ARG_WITH([igraph], [AS_HELP_STRING([--without-igraph], [do not use igraph in graphgen])], [], [with_igraph=check])
  sg_igraph=no
  AS_IF([test "x$with_igraph" != xno], [
    PKG_CHECK_MODULES([IGRAPH], [igraph >= 0.10], [sg_igraph=yes], [:])
    AS_IF([test "x$with_igraph$sg_igraph" = xyesno], [AC_MSG_ERROR([igraph was asked for but is missing])])
  ])
  AM_CONDITIONAL([SG_HAVE_IGRAPH], [test "x$sg_igraph" = xyes])
  AS_IF([test "x$sg_igraph" = xyes], [AC_DEFINE([SG_HAVE_IGRAPH], [1], [igraph is there])])
])
AC_DEFUN([SG_WITH_PLANARITY], [
  AC_ARG_WITH([planarity], [AS_HELP_STRING([--without-planarity], [do not use libplanarity in graphgen])], [], [with_planarity=check])
  sg_planarity=no
  PLANARITY_LIBS=
  AS_IF([test "x$with_planarity" != xno], [
    AC_CHECK_HEADER([planarity/graph.h], [
      AC_CHECK_LIB([planarity], [gp_Embed], [sg_planarity=yes; PLANARITY_LIBS="-lplanarity"])])
    AS_IF([test "x$with_planarity$sg_planarity" = xyesno], [AC_MSG_ERROR([libplanarity was asked for but is missing])])
  ])
  AC_SUBST([PLANARITY_LIBS])
  AM_CONDITIONAL([SG_HAVE_PLANARITY], [test "x$sg_planarity" = xyes])
  AS_IF([test "x$sg_planarity" = xyes], [AC_DEFINE([SG_HAVE_PLANARITY], [1], [libplanarity is there])])
])

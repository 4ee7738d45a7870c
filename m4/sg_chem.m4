dnl SG_WITH_RDKIT, SG_WITH_INCHI: optional chemistry libraries, used by molgen only.
AC_DEFUN([SG_WITH_RDKIT], [
  AC_ARG_WITH([rdkit], [AS_HELP_STRING([--without-rdkit], [do not use RDKit in molgen])], [], [with_rdkit=check])
  sg_rdkit=no
  RDKIT_CPPFLAGS=""; RDKIT_LIBS=""; RDKIT_CXXLIB=""
  AS_IF([test "x$with_rdkit" != xno], [
    AC_LANG_PUSH([C++])
    sg_save_CPPFLAGS="$CPPFLAGS"
    sg_save_CXXFLAGS="$CXXFLAGS"
    dnl RDKit's headers need C++17
    CXXFLAGS="$SG_CXXFLAGS $CXXFLAGS"
    for d in /usr/include/rdkit /usr/local/include/rdkit; do
      CPPFLAGS="$sg_save_CPPFLAGS -isystem $d"
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <GraphMol/GraphMol.h>]], [[RDKit::RWMol m; return (int)m.getNumAtoms();]])],
        [RDKIT_CPPFLAGS="-isystem $d"; sg_rdkit=yes; break])
    done
    CPPFLAGS="$sg_save_CPPFLAGS"
    CXXFLAGS="$sg_save_CXXFLAGS"
    AC_LANG_POP([C++])
    AS_IF([test "x$sg_rdkit" = xyes], [
      RDKIT_LIBS="-lRDKitMolDraw2D -lRDKitDepictor -lRDKitForceFieldHelpers -lRDKitForceField -lRDKitDistGeomHelpers -lRDKitDistGeometry -lRDKitFileParsers -lRDKitSmilesParse -lRDKitSubstructMatch -lRDKitGraphMol -lRDKitRDGeometryLib -lRDKitRDGeneral"
      dnl programs in C that link the shim need the C++ run-time library
      sg_save_LIBS="$LIBS"
      for sg_cxxlib in -lstdc++ -lc++; do
        LIBS="$sg_cxxlib $sg_save_LIBS"
        AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [RDKIT_CXXLIB="$sg_cxxlib"; break])
      done
      LIBS="$sg_save_LIBS"
    ], [test "x$with_rdkit" = xyes], [AC_MSG_ERROR([RDKit was asked for but GraphMol/GraphMol.h does not compile])])
  ])
  AC_SUBST([RDKIT_CPPFLAGS])
  AC_SUBST([RDKIT_LIBS])
  AC_SUBST([RDKIT_CXXLIB])
  AM_CONDITIONAL([SG_HAVE_RDKIT], [test "x$sg_rdkit" = xyes])
  AS_IF([test "x$sg_rdkit" = xyes], [AC_DEFINE([SG_HAVE_RDKIT], [1], [RDKit is there])])
])
AC_DEFUN([SG_WITH_INCHI], [
  AC_ARG_WITH([inchi], [AS_HELP_STRING([--without-inchi], [do not use libinchi in molgen])], [], [with_inchi=check])
  sg_inchi=no
  AS_IF([test "x$with_inchi" != xno], [
    AC_CHECK_HEADER([inchi_api.h], [
      AC_CHECK_LIB([inchi], [GetINCHI], [sg_inchi=yes; AC_SUBST([INCHI_LIBS], ["-linchi"])], [], [-lm])])
    AS_IF([test "x$with_inchi$sg_inchi" = xyesno], [AC_MSG_ERROR([InChI was asked for but is missing])])
  ])
  AM_CONDITIONAL([SG_HAVE_INCHI], [test "x$sg_inchi" = xyes])
  AS_IF([test "x$sg_inchi" = xyes], [AC_DEFINE([SG_HAVE_INCHI], [1], [libinchi is there])])
])

# lib/process
sigen_HEADERS += lib/sigen/space.h lib/sigen/interpolant.h lib/sigen/system.h lib/sigen/oracle.h lib/sigen/field.h \
	lib/sigen/objective.h lib/sigen/constraint.h \
	lib/sigen/so3.h lib/sigen/curved.h
libsigen_la_SOURCES += %D%/space.c %D%/map.c %D%/interpolant.c %D%/diffusion.c %D%/convert.c %D%/system.c %D%/oracle.c \
	%D%/condition.c %D%/dense.c %D%/dense.h %D%/fields.c %D%/objective.c %D%/constraint.c \
	%D%/so3.c %D%/igso3.c %D%/curved.c %D%/slot.h %D%/constants.h
EXTRA_DIST += doc/theory.md doc/references.bib

# lib/process
sigen_HEADERS += lib/sigen/space.h lib/sigen/interpolant.h lib/sigen/system.h
libsigen_la_SOURCES += %D%/space.c %D%/map.c %D%/interpolant.c %D%/diffusion.c %D%/convert.c %D%/system.c

sigen_HEADERS += lib/sigen/api.h lib/sigen/error.h lib/sigen/rng.h lib/sigen/arena.h \
	lib/sigen/text.h lib/sigen/file.h lib/sigen/batches.h
libsigen_la_SOURCES += %D%/error.c %D%/rng.c %D%/arena.c %D%/text.c %D%/file.c %D%/out.c %D%/io.c %D%/io.h %D%/batches.c

sigen_HEADERS += lib/sigen/sha256.h
libsigen_la_SOURCES += %D%/sha256.c

sigen_HEADERS += lib/sigen/align.h
libsigen_la_SOURCES += %D%/align.c %D%/assign.c %D%/match.c

sigen_HEADERS += lib/sigen/model.h lib/sigen/shipped.h
libsigen_la_SOURCES += %D%/dtype.c %D%/header.c %D%/read.c %D%/access.c %D%/write.c %D%/file.c \
	%D%/shipped.c %D%/model-i.h
dist_man_MANS += %D%/sigen-model.5

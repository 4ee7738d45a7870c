sigen_HEADERS += lib/sigen/model.h
libsigen_la_SOURCES += %D%/dtype.c %D%/header.c %D%/read.c %D%/access.c %D%/write.c %D%/file.c %D%/model-i.h

# lib/lab
sigen_HEADERS += lib/sigen/lab.h
libsigen_lab_la_SOURCES += %D%/stat.c %D%/numeric.c

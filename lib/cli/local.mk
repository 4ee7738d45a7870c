# lib/cli
libsigen_cli_la_SOURCES += %D%/modeldirs.c %D%/modeldirs.h
libsigen_cli_la_CPPFLAGS += -DSG_PKGDATADIR='"$(pkgdatadir)"'

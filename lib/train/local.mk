sigen_HEADERS += lib/sigen/loss.h lib/sigen/optim.h lib/sigen/train.h lib/sigen/checkpoint.h lib/sigen/distill.h
libsigen_la_SOURCES += %D%/loss.c %D%/optim.c %D%/train.c %D%/fp.c %D%/checkpoint.c %D%/distill.c

# The engine. kernels.c is built once per instruction set; sg_isa_find chooses at run time.
sigen_HEADERS += lib/sigen/nn.h lib/sigen/egnet.h
SG_NN_SOURCES = %D%/params.c %D%/tape.c %D%/ops.c %D%/isa.c %D%/egnet.c %D%/nn.h
libsigen_la_SOURCES += $(SG_NN_SOURCES)
EXTRA_DIST += %D%/kern_vec.h %D%/kern_gemm.h %D%/kern_rows.h %D%/kern_pair.h %D%/kern_attn.h %D%/kern_graph.h
noinst_LTLIBRARIES += libsigen-generic.la
libsigen_generic_la_SOURCES = %D%/kernels.c
libsigen_generic_la_CFLAGS = $(AM_CFLAGS) -O3
libsigen_generic_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=generic
libsigen_la_LIBADD += libsigen-generic.la
if SG_HAVE_V3
noinst_LTLIBRARIES += libsigen-v3.la
libsigen_v3_la_SOURCES = %D%/kernels.c
libsigen_v3_la_CFLAGS = $(AM_CFLAGS) -O3 -march=x86-64-v3
libsigen_v3_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=v3
libsigen_la_LIBADD += libsigen-v3.la
endif
if SG_HAVE_V4
noinst_LTLIBRARIES += libsigen-v4.la
libsigen_v4_la_SOURCES = %D%/kernels.c
libsigen_v4_la_CFLAGS = $(AM_CFLAGS) -O3 -march=x86-64-v4 -mprefer-vector-width=512
libsigen_v4_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=v4
libsigen_la_LIBADD += libsigen-v4.la
endif

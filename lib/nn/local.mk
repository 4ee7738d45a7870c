# The engine. kernels.c is built once per instruction set; sg_isa_find chooses at run time.
# -O3 counts where CFLAGS, which comes behind, has no level of its own (doc/bench.md tells what it gains).
sigen_HEADERS += lib/sigen/nn.h lib/sigen/egnet.h lib/sigen/q8.h
SG_NN_SOURCES = %D%/params.c %D%/tape.c %D%/ops.c %D%/isa.c %D%/egnet.c %D%/nn.h
libsigen_la_SOURCES += $(SG_NN_SOURCES) %D%/q8.c %D%/q8.h
EXTRA_DIST += %D%/kern_vec.h %D%/kern_gemm.h %D%/kern_rows.h %D%/kern_pair.h %D%/kern_attn.h %D%/kern_graph.h %D%/dims_json.h
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

# int8 products: the same source per instruction set, without fused operations, so that all give the same bits
SG_Q8_CFLAGS = $(AM_CFLAGS) -O3 -ffp-contract=off
noinst_LTLIBRARIES += libsigen-q8-generic.la
libsigen_q8_generic_la_SOURCES = %D%/q8kern.c
libsigen_q8_generic_la_CFLAGS = $(SG_Q8_CFLAGS)
libsigen_q8_generic_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=generic
libsigen_la_LIBADD += libsigen-q8-generic.la
if SG_HAVE_V3
noinst_LTLIBRARIES += libsigen-q8-v3.la
libsigen_q8_v3_la_SOURCES = %D%/q8kern.c
libsigen_q8_v3_la_CFLAGS = $(SG_Q8_CFLAGS) -march=x86-64-v3
libsigen_q8_v3_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=v3
libsigen_la_LIBADD += libsigen-q8-v3.la
endif
if SG_HAVE_V4
noinst_LTLIBRARIES += libsigen-q8-v4.la libsigen-q8-vnni.la
libsigen_q8_v4_la_SOURCES = %D%/q8kern.c
libsigen_q8_v4_la_CFLAGS = $(SG_Q8_CFLAGS) -march=x86-64-v4 -mprefer-vector-width=512
libsigen_q8_v4_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=v4
libsigen_q8_vnni_la_SOURCES = %D%/q8kern.c
libsigen_q8_vnni_la_CFLAGS = $(SG_Q8_CFLAGS) -march=x86-64-v4 -mavx512vnni -mprefer-vector-width=512
libsigen_q8_vnni_la_CPPFLAGS = $(AM_CPPFLAGS) -DSG_ISA=vnni
libsigen_la_LIBADD += libsigen-q8-v4.la libsigen-q8-vnni.la
endif

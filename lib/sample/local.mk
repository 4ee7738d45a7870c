# lib/sample
sigen_HEADERS += lib/sigen/sampler.h lib/sigen/flow.h lib/sigen/target.h
libsigen_la_SOURCES += %D%/run-i.h %D%/run.c %D%/tokens.c %D%/ode.c %D%/grid.c %D%/sde.c %D%/exp.c %D%/ddim.c %D%/corrected.c %D%/rk45.c \
	%D%/batch.h %D%/batch.c %D%/flow.c %D%/population.c %D%/particles.c %D%/require.c %D%/table.c

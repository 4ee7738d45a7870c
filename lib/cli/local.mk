# lib/cli
libsigen_cli_la_SOURCES += %D%/modeldirs.c %D%/modeldirs.h
libsigen_cli_la_CPPFLAGS += -DSG_PKGDATADIR='"$(pkgdatadir)"' -Wa,-I$(srcdir)/%D%

# The skeleton of the programs. Installed nowhere.
libsigen_cli_la_SOURCES += %D%/main.c %D%/args.c %D%/command.c %D%/options.c %D%/nearest.c %D%/help.c %D%/man.c \
	%D%/bash.c %D%/job.c %D%/job.h %D%/manifest.c %D%/manifest.h %D%/merge.c %D%/json.c %D%/progress.c %D%/models.c %D%/models.h %D%/records.c %D%/records.h %D%/training.c %D%/training.h %D%/cache.c %D%/cache.h %D%/cli.h %D%/cli-i.h lib/base/io.c lib/base/io.h \
	%D%/page.c %D%/page.h %D%/viewer.c %D%/embed.h
# page.c and viewer.c take them in; the assembler finds them by -Wa,-I
cli_viewer = %D%/vendor/3Dmol-min.js %D%/vendor/3Dmol-LICENSE
EXTRA_DIST += %D%/page.css $(cli_viewer) %D%/vendor/README.md
cli_viewer_object = %D%/libsigen_cli_la-viewer.lo
$(cli_viewer_object): $(cli_viewer)
cli_page_object = %D%/libsigen_cli_la-page.lo
$(cli_page_object): %D%/page.css

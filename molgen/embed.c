#include <config.h>

#include "embed.h"

/* The assembler takes the bytes as they are; C before C23 has no other way that costs nothing. */
#ifdef __APPLE__
#define PLACE "__TEXT,__const"
#define NAME  "_"
#define HIDE  ".private_extern "
#else
#define PLACE ".rodata"
#define NAME  ""
#define HIDE  ".hidden "
#endif

#define EMBED(symbol, file)                                                                        \
    __asm__(".pushsection " PLACE "\n"                                                             \
            ".globl " NAME #symbol "\n" HIDE NAME #symbol "\n" NAME #symbol ":\n"                  \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".popsection\n")

EMBED(sg_i_page_css, "report.css");
EMBED(sg_i_page_js, "report.js");
EMBED(sg_i_viewer_js, "vendor/3Dmol-min.js");
EMBED(sg_i_viewer_licence, "vendor/3Dmol-LICENSE");

/* Tables of real structures inside the library; protein/tables.c makes the files. */
#include <config.h>

#include "fragments.h"
#include "planes.h"

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
            ".globl " NAME #symbol "_end\n" HIDE NAME #symbol "_end\n" NAME #symbol "_end:\n"      \
            ".popsection\n")

extern const unsigned char sg_i_fragment_bytes[], sg_i_fragment_bytes_end[];
EMBED(sg_i_fragment_bytes, "data/fragments.i16");
EMBED(sg_i_plane_bytes, "data/planes.u8");

/* Little-endian, two's complement, 0.01 A. */
static double value(const unsigned char *p)
{
    int v = p[0] | p[1] << 8;
    return (v >= 32768 ? v - 65536 : v) / 100.0;
}

size_t sg_i_fragments_count(void)
{
    return (size_t)(sg_i_fragment_bytes_end - sg_i_fragment_bytes) / (SG_I_PIECE * 3 * 2);
}

void sg_i_fragments_decode(double *xyz)
{
    for (size_t i = 0; i < sg_i_fragments_count() * SG_I_PIECE * 3; i++)
        xyz[i] = value(sg_i_fragment_bytes + 2 * i);
}

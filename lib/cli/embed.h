/* Files of the source tree inside a program. */
#ifndef SG_CLI_EMBED_H
#define SG_CLI_EMBED_H

/* The assembler takes the bytes as they are (it finds the file by -Wa,-I); C before C23 has no
 * other way that costs nothing. */
#ifdef __APPLE__
#define SG_EMBED_PLACE "__TEXT,__const"
#define SG_EMBED_NAME  "_"
#define SG_EMBED_HIDE  ".private_extern "
#else
#define SG_EMBED_PLACE ".rodata"
#define SG_EMBED_NAME  ""
#define SG_EMBED_HIDE  ".hidden "
#endif

/* extern const char symbol[], the text of the file and a zero byte. */
#define SG_EMBED(symbol, file)                                                                     \
    __asm__(".pushsection " SG_EMBED_PLACE "\n"                                                    \
            ".globl " SG_EMBED_NAME #symbol "\n" SG_EMBED_HIDE SG_EMBED_NAME #symbol               \
            "\n" SG_EMBED_NAME #symbol ":\n"                                                       \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".popsection\n")

#endif

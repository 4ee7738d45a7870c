/* Files of the source tree inside the program: each text ends with a zero byte. */
#ifndef SG_MOLGEN_EMBED_H
#define SG_MOLGEN_EMBED_H

extern const char sg_i_page_css[], sg_i_page_js[];
#endif

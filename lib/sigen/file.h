/* Whole-file input (plain or gzip, "-" = stdin) and atomic output.
 *
 * Output goes to a temporary name beside the target, is flushed, synced and renamed on commit; the
 * final name never holds half a file. "-" writes to stdout; names ending in ".gz" are
 * compressed (deterministic header: no name, no time). Links are followed; what exists and is no
 * plain file (a device, a pipe) is written in place. Writing to a closed pipe is SG_EIO only if
 * the process ignores SIGPIPE, which is the program's affair. */
#ifndef SIGEN_FILE_H
#define SIGEN_FILE_H

#include <sigen/error.h>

SG_BEGIN_DECLS

/* Reads all of `path`, decompressing gzip by its magic bytes. *buf is NUL-terminated after *len
 * bytes and freed by the caller with free(). SG_EIO, SG_ENOMEM, SG_ELIMIT (more than `limit` bytes
 * after decompression), SG_EPARSE (damaged gzip). */
SG_API SG_MUST_CHECK sg_status sg_file_read(const char *path, size_t limit, char **buf, size_t *len,
                                            sg_error *err);

typedef struct sg_out sg_out;

/* Opens an output; NULL and err on failure. */
SG_API SG_MUST_CHECK sg_out *sg_out_open(const char *path, sg_error *err);
/* Buffered writes. The first failure sticks and is reported by commit. sg_out_printf follows the
 * locale in numbers with a fraction: format those with sg_format_double or sg_format_fixed. */
SG_API void sg_out_write(sg_out *o, const void *data, size_t len);
SG_API void sg_out_puts(sg_out *o, const char *s);
SG_API void sg_out_xml(sg_out *o,
                       const char *s); /* text or attribute of XML and HTML: < > & " escaped */
SG_API void sg_out_printf(sg_out *o, const char *fmt, ...) SG_PRINTF(2, 3);
/* Nonzero once a write has failed: whoever makes much output need not go on to the end. */
SG_API int sg_out_failed(const sg_out *o);
/* Flush, sync, rename; frees o in any case. On failure the temporary file is removed. */
SG_API SG_MUST_CHECK sg_status sg_out_commit(sg_out *o, sg_error *err);
/* An output that stays in memory; its bytes (NUL-terminated after *len) are taken with
 * sg_out_take, which frees o in any case; the caller frees *buf. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_out *sg_out_memory(sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_out_take(sg_out *o, char **buf, size_t *len, sg_error *err);
/* Removes the temporary file and frees o; accepts NULL. */
SG_API void sg_out_discard(sg_out *o);

SG_END_DECLS
#endif

/* Status codes and the error record that fallible functions fill.
 *
 * A function that can fail returns sg_status and takes `sg_error *err` last; err may be NULL.
 * The library never prints, exits or aborts. On failure outputs are unchanged or empty. */
#ifndef SIGEN_ERROR_H
#define SIGEN_ERROR_H

#include <sigen/api.h>

SG_BEGIN_DECLS

/* The one list of codes: name, value, text. */
#define SG_STATUS_LIST(X)                                                                          \
    X(SG_OK, 0, "success")                                                                         \
    X(SG_EINVAL, -1, "invalid argument")                                                           \
    X(SG_EDOM, -2, "value outside the domain of the function")                                     \
    X(SG_ENAN, -3, "not a number or infinite")                                                     \
    X(SG_EPARSE, -4, "malformed input")                                                            \
    X(SG_ELIMIT, -5, "a written limit is exceeded")                                                \
    X(SG_EIO, -6, "input or output failed")                                                        \
    X(SG_ENOMEM, -7, "out of memory")                                                              \
    X(SG_EMODEL, -8, "unusable model file")                                                        \
    X(SG_ENOTSUP, -9, "not supported by this build or model")                                      \
    X(SG_ECONV, -10, "iteration did not converge")                                                 \
    X(SG_EINTR, -11, "interrupted")

typedef enum sg_status {
#define SG_X(name, value, text) name = value,
    SG_STATUS_LIST(SG_X)
#undef SG_X
} sg_status;

#define SG_ERROR_TEXT 512
#define SG_ERROR_FILE 256

typedef struct sg_error {
    sg_status code;
    long line;   /* 1-based; 0 = not in a file */
    long column; /* 1-based; 0 = unknown */
    char file[SG_ERROR_FILE];
    char text[SG_ERROR_TEXT]; /* one line, no newline, names the value and the limit */
} sg_error;

/* Fixed text of a code; "unknown status" for others. Thread-safe. */
SG_API const char *sg_strerror(sg_status code);

/* Fills *err (if not NULL) with code and message, clears the place; returns code. */
SG_API sg_status sg_fail(sg_error *err, sg_status code, const char *fmt, ...) SG_PRINTF(3, 4);

/* The same with a place in an input: prints as file:line:column: message. file may be NULL. */
SG_API sg_status sg_fail_at(sg_error *err, sg_status code, const char *file, long line,
                            long column, const char *fmt, ...) SG_PRINTF(6, 7);

/* Writes "file:line:column: text" (parts that are known) into buf of the given size; returns buf. */
SG_API char *sg_error_format(const sg_error *err, char *buf, size_t size);

SG_END_DECLS
#endif

/* Shared inside the library: system-call errors as sg_error. */
#ifndef SG_BASE_IO_H
#define SG_BASE_IO_H

#include <sigen/error.h>

/* SG_EIO with "what: text of errno" at file `name`; SG_ENOMEM for errno ENOMEM. Thread-safe. */
sg_status sg_i_fail_errno(sg_error *err, const char *name, const char *what);

/* Writes all n bytes; -1 and errno on failure. */
int sg_i_write_all(int fd, const void *data, size_t n);

/* fsync that accepts what cannot be synced (pipes, terminals, devices). */
int sg_i_sync(int fd);

/* Syncs the folder that holds `path`, so that a rename in it survives a power cut. */
int sg_i_sync_folder(const char *path);

#endif

#include <config.h>

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

sg_status sg_i_fail_errno(sg_error *err, const char *name, const char *what)
{
    int code = errno;
    char buf[128];
    const char *text = strerror_r(code, buf, sizeof buf);
    return sg_fail_at(err, code == ENOMEM ? SG_ENOMEM : SG_EIO, name, 0, 0, "%s: %s", what, text);
}

int sg_i_write_all(int fd, const void *data, size_t n)
{
    const char *p = data;
    while (n) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        p += put;
        n -= (size_t)put;
    }
    return 0;
}

int sg_i_sync(int fd)
{
    int rc;
    do
        rc = fsync(fd);
    while (rc < 0 && errno == EINTR);
    return rc < 0 && (errno == EINVAL || errno == ENOTSUP || errno == EROFS) ? 0 : rc;
}

int sg_i_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == path ? strdup("/")
                   : slash       ? strndup(path, (size_t)(slash - path))
                                 : strdup(".");
    if (!folder)
        return -1;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0)
        return -1;
    int rc = sg_i_sync(fd);
    int keep = errno;
    close(fd);
    errno = keep;
    return rc;
}

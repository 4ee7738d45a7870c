#include <config.h>

#include "io.h"

#include <errno.h>
#include <fcntl.h>
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
    char folder[4096]; /* no allocation: the file is already in place */
    const char *slash = strrchr(path, '/');
    size_t n = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, n ? path : ".", n ? n : 1);
    folder[n ? n : 1] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int rc = sg_i_sync(fd);
    int keep = errno;
    close(fd);
    errno = keep;
    return rc;
}

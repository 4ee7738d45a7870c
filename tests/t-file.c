/* Reading whole files, atomic outputs, gzip both ways, faults of the disk. */
#include <sigen/file.h>

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

static char dir[] = "t-file.XXXXXX";

static const char *in_dir(const char *name)
{
    static char buf[2][300];
    static int k;
    k = !k;
    snprintf(buf[k], sizeof buf[k], "%s/%s", dir, name);
    return buf[k];
}

static void store(const char *path, const void *data, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, n, f) != n || fclose(f)) {
        perror(path);
        exit(1);
    }
}

/* The file's content is exactly these bytes. */
static int holds(const char *path, const void *data, size_t n)
{
    char *buf = NULL;
    size_t len = 0;
    int good = sg_file_read(path, 1 << 24, &buf, &len, NULL) == SG_OK && len == n &&
               memcmp(buf, data, n) == 0 && buf[n] == '\0';
    free(buf);
    return good;
}

static int entries(void)
{
    char cmd[400];
    int n = -1;
    snprintf(cmd, sizeof cmd, "ls -A %s | wc -l", dir);
    FILE *f = popen(cmd, "r");
    if (!f || fscanf(f, "%d", &n) != 1 || pclose(f))
        exit(1);
    return n;
}

static sg_status read_status(const char *path, size_t limit, sg_error *e)
{
    char *buf = (char *)1;
    size_t len = 99;
    sg_status st = sg_file_read(path, limit, &buf, &len, e);
    if (st == SG_OK)
        free(buf);
    else if (buf != (char *)1 || len != 99)
        return SG_ECONV; /* outputs must be unchanged on failure */
    return st;
}

static void reading(void)
{
    sg_error e;
    store(in_dir("plain"), "two\nlines", 9);
    tap_ok(holds(in_dir("plain"), "two\nlines", 9), "a plain file");
    store(in_dir("empty"), "", 0);
    tap_ok(holds(in_dir("empty"), "", 0), "an empty file");
    store(in_dir("one"), "\x1f", 1);
    tap_ok(holds(in_dir("one"), "\x1f", 1), "one byte, the first of gzip's magic");
    tap_ok(read_status(in_dir("plain"), 9, &e) == SG_OK, "exactly at the limit");
    tap_ok(read_status(in_dir("plain"), 8, &e) == SG_ELIMIT && strstr(e.file, "plain"),
           "one byte above the limit");
    tap_ok(read_status("/dev/zero", 100000, &e) == SG_ELIMIT, "an endless device");
    tap_ok(read_status(in_dir("missing"), 9, &e) == SG_EIO && strstr(e.text, "No such file"),
           "a missing file says so");
    tap_ok(read_status(dir, 9, &e) == SG_EIO && strstr(e.text, "directory"), "a folder");

    int p[2];
    if (pipe(p))
        exit(1);
    pid_t pid = fork();
    if (pid == 0) { /* byte by byte, so that the magic bytes come apart */
        /* printf slow | gzip -n */
        static const unsigned char packed[] = {0x1f, 0x8b, 8,    0,    0,    0,    0, 0,
                                               0,    3,    0x2b, 0xce, 0xc9, 0x2f, 7, 0,
                                               0xdd, 0x71, 7,    0x35, 4,    0,    0, 0};
        for (size_t i = 0; i < sizeof packed; i++) {
            if (write(p[1], packed + i, 1) != 1)
                _exit(1);
            usleep(2000);
        }
        _exit(0);
    }
    close(p[1]);
    int keep = dup(STDIN_FILENO);
    dup2(p[0], STDIN_FILENO);
    tap_ok(holds("-", "slow", 4), "standard input, gzip through a slow pipe");
    dup2(keep, STDIN_FILENO);
    close(keep);
    close(p[0]);
    waitpid(pid, NULL, 0);
}

static void gzip(void)
{
    size_t n = 300000;
    char *text = malloc(n);
    sg_error e;
    if (!text)
        exit(1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)("CNOF \n0123"[(i * i / 7 + i) % 10]);
    for (int k = 0; k < 2; k++) {
        sg_out *o = sg_out_open(in_dir(k ? "b.gz" : "a.gz"), &e);
        for (size_t at = 0, step = k ? 1 + n / 3 : 997; o && at < n; at += step)
            sg_out_write(o, text + at, n - at < step ? n - at : step);
        tap_ok(o && sg_out_commit(o, &e) == SG_OK, "a gzip file is written");
    }
    tap_ok(holds(in_dir("a.gz"), text, n) && holds(in_dir("b.gz"), text, n), "and read back");
    gzFile g = gzopen(in_dir("a.gz"), "rb");
    char *back = malloc(n + 1);
    tap_ok(g && back && gzread(g, back, (unsigned)n + 1) == (int)n && !memcmp(back, text, n),
           "zlib's own reader agrees");
    gzclose(g);
    free(back);
    FILE *fa = fopen(in_dir("a.gz"), "rb"), *fb = fopen(in_dir("b.gz"), "rb");
    unsigned char *za = malloc(n), *zb = malloc(n);
    size_t la = fread(za, 1, n, fa), lb = fread(zb, 1, n, fb);
    fclose(fa);
    fclose(fb);
    tap_ok(la == lb && memcmp(za, zb, la) == 0, "same bytes however the writes were cut");
    tap_ok(za[3] == 0 && !memcmp(za + 4, "\0\0\0\0", 4) && za[9] == 255,
           "the header has no name, no time, no system");
    tap_ok(read_status(in_dir("a.gz"), n - 1, &e) == SG_ELIMIT, "the limit counts inflated bytes");
    int good = 1;
    for (size_t cut = 2; cut < la; cut += 1 + la / 50) {
        store(in_dir("cut.gz"), za, cut);
        good &= read_status(in_dir("cut.gz"), 1 << 24, &e) == SG_EPARSE;
    }
    store(in_dir("cut.gz"), za, la - 1);
    good &= read_status(in_dir("cut.gz"), 1 << 24, &e) == SG_EPARSE;
    tap_ok(good, "every truncation is found");
    good = 1;
    for (size_t at = 10; at < la; at += 1 + la / 50) {
        za[at] ^= 0x10;
        store(in_dir("cut.gz"), za, la);
        good &= read_status(in_dir("cut.gz"), 1 << 24, &e) == SG_EPARSE;
        za[at] ^= 0x10;
    }
    tap_ok(good, "every flipped bit is found (CRC)");
    FILE *two = fopen(in_dir("cut.gz"), "wb");
    fwrite(za, 1, la, two);
    fwrite(zb, 1, lb, two);
    fclose(two);
    char *twice = malloc(2 * n);
    memcpy(twice, text, n);
    memcpy(twice + n, text, n);
    tap_ok(holds(in_dir("cut.gz"), twice, 2 * n), "concatenated gzip members");
    two = fopen(in_dir("cut.gz"), "ab");
    fputs("rubbish", two);
    fclose(two);
    tap_ok(read_status(in_dir("cut.gz"), 1 << 24, &e) == SG_EPARSE,
           "rubbish after the last member");
    sg_out *o = sg_out_open(in_dir("empty.gz"), &e);
    tap_ok(o && sg_out_commit(o, &e) == SG_OK && holds(in_dir("empty.gz"), "", 0),
           "an empty gzip file");
    free(twice);
    free(za);
    free(zb);
    free(text);
}

static void atomic(void)
{
    sg_error e;
    struct stat st;
    store(in_dir("out"), "old", 3);
    chmod(in_dir("out"), 0640);
    int before = entries();
    sg_out *o = sg_out_open(in_dir("out"), &e);
    sg_out_puts(o, "new ");
    sg_out_printf(o, "%d %s", 42, "text");
    tap_ok(holds(in_dir("out"), "old", 3), "the old content stays until commit");
    tap_ok(sg_out_commit(o, &e) == SG_OK && holds(in_dir("out"), "new 42 text", 11),
           "commit puts the new content in place");
    tap_ok(stat(in_dir("out"), &st) == 0 && (st.st_mode & 0777) == 0640, "the mode is kept");
    o = sg_out_open(in_dir("out"), &e);
    sg_out_puts(o, "never seen");
    sg_out_discard(o);
    sg_out_discard(NULL);
    tap_ok(holds(in_dir("out"), "new 42 text", 11) && entries() == before,
           "discard leaves the old content and no temporary file");
    o = sg_out_open(in_dir("out"), &e);
    sg_out_printf(o, "%5000d", 1);
    tap_ok(sg_out_commit(o, &e) == SG_OK && stat(in_dir("out"), &st) == 0 && st.st_size == 5000,
           "a long formatted text");
    mode_t mask = umask(027);
    umask(mask);
    o = sg_out_open(in_dir("fresh"), &e);
    tap_ok(sg_out_commit(o, &e) == SG_OK && stat(in_dir("fresh"), &st) == 0 &&
               (st.st_mode & 0777) == (0666 & ~mask),
           "a new file follows the umask");
    if (symlink("fresh", in_dir("link")))
        exit(1);
    o = sg_out_open(in_dir("link"), &e);
    sg_out_puts(o, "through");
    tap_ok(sg_out_commit(o, &e) == SG_OK && holds(in_dir("fresh"), "through", 7) &&
               lstat(in_dir("link"), &st) == 0 && S_ISLNK(st.st_mode),
           "a link is written through, not replaced");
    if (symlink("nowhere", in_dir("dangling")))
        exit(1);
    tap_ok(!sg_out_open(in_dir("dangling"), &e) && e.code == SG_EIO &&
               lstat(in_dir("dangling"), &st) == 0 && S_ISLNK(st.st_mode),
           "a link to nothing is refused, not replaced");
    if (unlink(in_dir("dangling")))
        exit(1);
    if (mkfifo(in_dir("fifo"), 0600))
        exit(1);
    int reader = open(in_dir("fifo"), O_RDONLY | O_NONBLOCK);
    char got[8] = "";
    o = sg_out_open(in_dir("fifo"), &e);
    sg_out_puts(o, "passed");
    tap_ok(sg_out_commit(o, &e) == SG_OK && read(reader, got, 7) == 6 && !strcmp(got, "passed") &&
               lstat(in_dir("fifo"), &st) == 0 && S_ISFIFO(st.st_mode),
           "a named pipe is written to, not replaced");
    close(reader);
    char *buf;
    size_t len;
    o = sg_out_memory(&e);
    for (int i = 0; i < 10000; i++)
        sg_out_printf(o, "%d\n", i % 10);
    tap_ok(sg_out_take(o, &buf, &len, &e) == SG_OK && len == 20000 && buf[19998] == '9' &&
               buf[20000] == '\0',
           "an output in memory");
    free(buf);
}

/* A device that is always full. Root gets one of its own: were the code under test broken, it
 * would replace the system's. */
static const char *full_device(void)
{
    static char path[300];
    if (geteuid() != 0)
        return "/dev/full";
    snprintf(path, sizeof path, "%s", in_dir("full"));
    if (mknod(path, S_IFCHR | 0600, makedev(1, 7)))
        return NULL;
    int fd = open(path, O_WRONLY); /* fails where the file system allows no devices */
    if (fd < 0)
        return NULL;
    close(fd);
    return path;
}

static void faults(void)
{
    sg_error e;
    const char *full = full_device();
    int before = entries();
    sg_out *o;
    if (full) {
        o = sg_out_open(full, &e);
        sg_out_puts(o, "x");
        tap_ok(sg_out_commit(o, &e) == SG_EIO && strstr(e.text, "No space"),
               "a full disk at commit");
        o = sg_out_open(full, &e);
        for (int i = 0; i < 100000; i++)
            sg_out_puts(o, "more than the buffer");
        tap_ok(sg_out_failed(o), "a failure shows before commit");
        tap_ok(sg_out_commit(o, &e) == SG_EIO && strstr(e.text, "No space"), "a full disk early");
    } else {
        tap_skip("a full disk", "cannot make a device node that is always full");
    }
    tap_ok(!sg_out_open(in_dir("no/such/file"), &e) && e.code == SG_EIO, "a missing folder");
    tap_ok(!sg_out_open(dir, &e) && e.code == SG_EIO, "a folder as output");
    if (geteuid() == 0) { /* root writes everywhere: become nobody in a child */
        pid_t pid = fork();
        if (pid == 0) {
            chmod(dir, 0755);
            if (setgid(65534) || setuid(65534))
                _exit(2);
            _exit(!sg_out_open(in_dir("denied"), &e) && e.code == SG_EIO ? 0 : 1);
        }
        int ws;
        waitpid(pid, &ws, 0);
        tap_ok(WIFEXITED(ws) && WEXITSTATUS(ws) == 0, "a read-only folder");
    } else {
        chmod(dir, 0555);
        tap_ok(!sg_out_open(in_dir("denied"), &e) && e.code == SG_EIO, "a read-only folder");
        chmod(dir, 0755);
    }
    pid_t pid = fork();
    if (pid == 0) { /* EFBIG */
        struct rlimit lim = {1000, 1000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &lim);
        o = sg_out_open(in_dir("big"), &e);
        sg_out_printf(o, "%5000d", 1);
        _exit(sg_out_commit(o, &e) == SG_EIO && access(in_dir("big"), F_OK) ? 0 : 1);
    }
    int ws;
    waitpid(pid, &ws, 0);
    tap_ok(WIFEXITED(ws) && WEXITSTATUS(ws) == 0, "a file size limit: no final file");
    tap_ok(entries() == before, "no temporary file is left behind");

    signal(SIGPIPE, SIG_IGN);
    int p[2], keep = dup(STDOUT_FILENO);
    if (pipe(p))
        exit(1);
    close(p[0]);
    fflush(stdout);
    dup2(p[1], STDOUT_FILENO);
    o = sg_out_open("-", &e);
    sg_out_puts(o, "nobody reads");
    sg_status st = sg_out_commit(o, &e);
    dup2(keep, STDOUT_FILENO);
    close(keep);
    close(p[1]);
    tap_ok(st == SG_EIO && strstr(e.text, "Broken pipe") && strstr(e.file, "standard output"),
           "a closed pipe");
}

int main(void)
{
    if (!mkdtemp(dir)) {
        perror(dir);
        return 1;
    }
    reading();
    gzip();
    atomic();
    faults();
    char cmd[100];
    snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
    tap_ok(system(cmd) == 0, "cleaned up");
    return tap_done();
}

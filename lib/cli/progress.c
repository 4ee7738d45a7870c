/* What happens on a terminal while one waits; threads, clock, memory. */
#include <config.h>

#include <sigen/train.h>
#include "cli-i.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

double sg_cli_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double sg_cli_peak_mib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1024.0;
}

/* Resident size now; where /proc is missing, the peak. */
static double rss_mib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    int got = f ? fscanf(f, "%*s %ld", &pages) : 0;
    if (f)
        fclose(f);
    return got == 1 ? (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576.0 : sg_cli_peak_mib();
}

int sg_cli_threads(const sg_cli *c)
{
    (void)sg_fp_flush();
#ifdef _OPENMP
    if (sg_cli_given(c, "threads"))
        omp_set_num_threads((int)sg_cli_int(c, "threads"));
#pragma omp parallel
    (void)sg_fp_flush();
    return omp_get_max_threads();
#else
    (void)c;
    return 1;
#endif
}

void sg_progress_start(sg_progress *p, const sg_cli *c, const char *unit, uint64_t total)
{
    p->on = !c->quiet && isatty(STDERR_FILENO);
    p->unit = unit;
    p->begun = 0;
    p->total = total;
    p->start = sg_cli_seconds();
    p->shown = 0;
}

/* "1h02m", "3m20s", "7s" */
static void duration(char buf[32], double s)
{
    long t = s < 0 ? 0 : s > 1e7 ? 10000000 : (long)(s + 0.5);
    if (t >= 3600)
        snprintf(buf, 32, "%ldh%02ldm", t / 3600, t % 3600 / 60);
    else if (t >= 60)
        snprintf(buf, 32, "%ldm%02lds", t / 60, t % 60);
    else
        snprintf(buf, 32, "%lds", t);
}

void sg_progress_at(sg_progress *p, uint64_t done, const char *note)
{
    double now = sg_cli_seconds();
    if (!p->begun) {
        p->begun = 1;
        p->first = done;
    }
    if (!p->on || (now - p->shown < 0.1 && done < p->total))
        return;
    p->shown = now;
    double rate = (double)(done - p->first) / (now - p->start + 1e-9);
    char left[32] = "?";
    if (rate > 0)
        duration(left, (double)(p->total - done) / rate);
    fprintf(stderr, "\r%llu/%llu %s  %.*f/s  %s left  %.0f MiB%s%s\033[K", (unsigned long long)done,
            (unsigned long long)p->total, p->unit, rate < 10 ? 2 : 0, rate, left, rss_mib(),
            note ? "  " : "", note ? note : "");
    fflush(stderr);
}

void sg_progress_end(sg_progress *p)
{
    if (p->on && p->shown > 0)
        fputs("\r\033[K", stderr);
    p->on = 0;
}

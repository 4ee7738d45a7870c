/* The skeleton all programs share. A program is a table of verbs, a verb a table of options and a
 * function; parsing, --help, the man page and the shell completion all come from these tables. */
#ifndef SG_CLI_H
#define SG_CLI_H

#include <jansson.h>
#include <sigen/error.h>
#include <sigen/file.h>

SG_BEGIN_DECLS

/* Exit statuses (the man pages' EXIT STATUS). */
enum {
    SG_EXIT_DONE = 0,
    SG_EXIT_DEFECTS = 1,     /* a check found defects */
    SG_EXIT_USAGE = 2,       /* wrong command line */
    SG_EXIT_INPUT = 3,       /* bad input file or model */
    SG_EXIT_SYSTEM = 4,      /* input/output or memory */
    SG_EXIT_INTERRUPTED = 5, /* stopped by a signal; --resume goes on */
};

typedef enum sg_opt_type {
    SG_OPT_FLAG,
    SG_OPT_INT,    /* long long within lo..hi */
    SG_OPT_UINT64, /* 0..2^64-1 */
    SG_OPT_DOUBLE, /* within lo..hi */
    SG_OPT_TEXT,
    SG_OPT_LIST,  /* text, may be repeated */
    SG_OPT_RANGE, /* "7-9" or "8", integers within lo..hi */
    SG_OPT_SHARD, /* "2/8": part 2 of 8 */
} sg_opt_type;

typedef struct sg_opt {
    const char *name; /* long name without dashes */
    char letter;      /* short name or 0 */
    sg_opt_type type;
    const char *arg;                 /* what the argument is called in the help; NULL for flags */
    const char *help;                /* one sentence without its full stop */
    const char *def;                 /* default as typed; NULL: none */
    double lo, hi;                   /* bounds, inclusive; both 0: none */
    const char *(*choice)(size_t k); /* the names a text may take, NULL after the last; or NULL */
} sg_opt;

/* The options that mean the same everywhere; a verb names those it honours. An option of the
 * verb's own with the same long name takes a common one's place. */
enum {
    SG_COMMON_MODEL = 1 << 0,
    SG_COMMON_N = 1 << 1,
    SG_COMMON_SEED = 1 << 2,
    SG_COMMON_STEPS = 1 << 3,
    SG_COMMON_SAMPLER = 1 << 4,
    SG_COMMON_THREADS = 1 << 5,
    SG_COMMON_SHARD = 1 << 6,
    SG_COMMON_RESUME = 1 << 7,
    SG_COMMON_OUTPUT = 1 << 8,
    SG_COMMON_FORMAT = 1 << 9,
    SG_COMMON_JSON = 1 << 10,
    SG_COMMON_QUIET = 1 << 11,
    SG_COMMON_NO_PROVENANCE = 1 << 12,
};

typedef struct sg_cli sg_cli;

typedef struct sg_verb {
    const char *name, *summary;
    const char *operands; /* "FILE..." for the usage line; NULL: takes none */
    int min_operands;
    int max_operands; /* -1: any number */
    int reads_stdin;  /* without operands it reads standard input, unless that is a terminal */
    unsigned common;  /* SG_COMMON_... */
    const sg_opt *options;
    size_t n_options;
    const char *description; /* paragraphs, a blank line between two */
    const char *example;     /* commands that work, one a line; PROGRAM and SUFFIX stand
                             for the program's own */
    sg_status (*run)(sg_cli *c, sg_error *err);
} sg_verb;

typedef struct sg_section {
    const char *title, *text; /* of the man page; paragraphs, a blank line between two */
} sg_section;

typedef struct sg_program {
    const char *name, *summary, *description;
    const char *suffix; /* of files that sample writes, "sdf"; NULL without merge */
    const sg_verb *const *verbs;    /* NULL after the last */
    void (*libraries)(sg_out *out); /* further lines of --version; or NULL */
    const sg_section *sections;
    size_t n_sections;
    const char *see_also; /* "sg-sdf(5), obabel(1)" or NULL */
} sg_program;

/* One run of a program: what the command line said. */
struct sg_cli {
    const sg_program *program;
    const sg_verb *verb;
    const char **operands; /* (n_operands); "-" is standard input */
    size_t n_operands;
    int quiet;
    size_t defects; /* set by a check: exit status 1 */
    struct sg_i_value *values;
    size_t n_values;
};

/* main() of a program; returns the exit status. Ignores SIGPIPE, turns GSL's handler off. */
int sg_cli_main(const sg_program *p, int argc, char **argv);

/* Values by long name; asking for an option the verb does not have is a programming error. */
int sg_cli_given(const sg_cli *c, const char *name); /* was it typed */
int sg_cli_flag(const sg_cli *c, const char *name);
long long sg_cli_int(const sg_cli *c, const char *name);
uint64_t sg_cli_u64(const sg_cli *c, const char *name);
double sg_cli_double(const sg_cli *c, const char *name);
const char *sg_cli_text(const sg_cli *c, const char *name); /* NULL: neither typed nor default */
const char *const *sg_cli_list(const sg_cli *c, const char *name, size_t *n);
/* Both ends of a range or i and n of a shard; 0 if neither typed nor default. */
int sg_cli_pair(const sg_cli *c, const char *name, uint64_t *a, uint64_t *b);

/* The command as it could be typed again in a shell: program, verb, every option that was typed but
 * those that change no byte of the output (--threads, --quiet), operands. *text is the caller's to
 * free. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_cli_command(const sg_cli *c, char **text, sg_error *err);

/* Exit status of a failure. */
int sg_cli_exit_status(sg_status st);

/* "program: file:line:column: text" on stderr; silent when the reader of stdout went away. */
void sg_cli_print_error(const sg_program *p, const sg_error *err);
/* A remark on stderr unless --quiet. */
void sg_cli_note(const sg_cli *c, const char *fmt, ...) SG_PRINTF(2, 3);

/* Has SIGINT or SIGTERM come: finish the batch. A second one ends the process at once. */
int sg_cli_interrupted(void);
/* The flag itself, for what takes one: 0 until then. */
const volatile int *sg_cli_stop(void);

/* Applies --threads (default: OpenMP's own choice) and flushes denormals in every thread;
 * returns the number of threads. */
int sg_cli_threads(const sg_cli *c);

double sg_cli_seconds(void);  /* a monotonic clock */
double sg_cli_peak_mib(void); /* largest resident size so far, MiB */

/* Progress on stderr, a line that renews itself; only on a terminal and without --quiet. */
typedef struct sg_progress {
    int on;
    const char *unit;      /* "molecules" */
    uint64_t first, total; /* first: done before we began */
    double start, shown;
    int begun;
} sg_progress;

void sg_progress_start(sg_progress *p, const sg_cli *c, const char *unit, uint64_t total);
/* The first call tells what was done before (0, or where a resumed run goes on). note may be NULL.
 */
void sg_progress_at(sg_progress *p, uint64_t done, const char *note);
void sg_progress_end(sg_progress *p);

/* JSON text: members in the order they were added, doubles in the shortest form that reads back,
 * NaN and infinities as null. sg_json_write: two blanks of indentation, final newline. */
void sg_json_write(sg_out *out, const json_t *value);
void sg_json_line(sg_out *out, const json_t *value); /* on one line, no newline */
/* Building without a check at every step: the value is always taken; on failure the container is
 * released and *o becomes NULL, which later calls accept. */
void sg_json_set(json_t **o, const char *key, json_t *value);
void sg_json_append(json_t **a, json_t *value);
/* A string of any bytes: if they are no UTF-8, all beyond ASCII become '?'. s NULL gives null. */
json_t *sg_json_string(const char *s);
/* Prints value on stdout and releases it; value NULL is SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_cli_print_json(json_t *value, sg_error *err);

/* Program, version, model etc. for outputs: the caller adds its own members. NULL: no memory. */
json_t *sg_cli_provenance(const sg_cli *c);

SG_END_DECLS
#endif

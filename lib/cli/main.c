/* main() of the programs: signals, verbs, errors, exit statuses. */
#include <config.h>

#include "cli-i.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
    (void)sig;
    interrupted = 1;
}

int sg_cli_interrupted(void)
{
    return interrupted;
}

_Static_assert(_Generic((sig_atomic_t)0, int : 1, default : 0), "what a handler may set is an int");

const volatile int *sg_cli_stop(void)
{
    return &interrupted;
}

static void catch_signals(void)
{
    /* The first signal sets the flag; the default action is back for the second one. */
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    static const int stops[] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) /* a parent's nohup-like choice stands */
        if (sigaction(stops[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(stops[i], &a, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

int sg_cli_exit_status(sg_status st)
{
    static const struct {
        sg_status st;
        int exit;
    } map[] = {
        {SG_OK, SG_EXIT_DONE},       {SG_EINVAL, SG_EXIT_USAGE},  {SG_EDOM, SG_EXIT_USAGE},
        {SG_ENOTSUP, SG_EXIT_USAGE}, {SG_EPARSE, SG_EXIT_INPUT},  {SG_ELIMIT, SG_EXIT_INPUT},
        {SG_EMODEL, SG_EXIT_INPUT},  {SG_ENAN, SG_EXIT_INPUT},    {SG_ECONV, SG_EXIT_INPUT},
        {SG_EIO, SG_EXIT_SYSTEM},    {SG_ENOMEM, SG_EXIT_SYSTEM}, {SG_EINTR, SG_EXIT_INTERRUPTED},
    };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].st == st)
            return map[i].exit;
    return SG_EXIT_INPUT;
}

#define STANDARD_OUTPUT "standard output" /* as sg_out names it in its errors */

/* The reader of our output has gone (head, a pager left): no error worth a word. */
static int reader_gone(void)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

void sg_cli_print_error(const sg_program *p, const sg_error *err)
{
    char line[SG_ERROR_TEXT + SG_ERROR_FILE + 64];
    int colour = isatty(STDERR_FILENO) && !getenv("NO_COLOR");
    if (err->code == SG_EIO && strcmp(err->file, STANDARD_OUTPUT) == 0 && reader_gone())
        return;
    fprintf(stderr, "%s%s:%s %s\n", colour ? "\033[1;31m" : "", p->name, colour ? "\033[0m" : "",
            sg_error_format(err, line, sizeof line));
}

void sg_cli_note(const sg_cli *c, const char *fmt, ...)
{
    va_list ap;
    if (c->quiet)
        return;
    fprintf(stderr, "%s: ", c->program->name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

json_t *sg_cli_provenance(const sg_cli *c)
{
    return json_pack("{s:s, s:s}", "program", c->program->name, "version", PACKAGE_VERSION);
}

static int failed(const sg_program *p, const sg_verb *v, const sg_error *err)
{
    sg_cli_print_error(p, err);
    int status = sg_cli_exit_status(err->code);
    if (status == SG_EXIT_USAGE && err->file[0] == '\0')
        fprintf(stderr, "%s%s%s --help tells more\n", p->name, v ? " " : "", v ? v->name : "");
    return status;
}

struct page {
    const char *option;
    void (*print)(sg_out *out, const sg_program *p);
};

static int print_page(const sg_program *p, const sg_verb *v, const struct page *page)
{
    sg_error err;
    sg_out *out = sg_out_open("-", &err);
    if (!out)
        return failed(p, v, &err);
    if (v)
        sg_i_help_verb(out, p, v);
    else
        page->print(out, p);
    return sg_out_commit(out, &err) == SG_OK ? SG_EXIT_DONE : failed(p, v, &err);
}

static const char *verb_name(const void *program, size_t k)
{
    const sg_verb *v = ((const sg_program *)program)->verbs[k];
    return v ? v->name : NULL;
}

static int unknown_verb(const sg_program *p, const char *word)
{
    sg_error err;
    const char *near = sg_i_nearest(word, verb_name, p);
    sg_fail(&err, SG_EINVAL, "unknown verb \"%.40s\"%s%s%s", word, near ? "; did you mean \"" : "",
            near ? near : "", near ? "\"?" : "");
    return failed(p, NULL, &err);
}

static int run_verb(const sg_program *p, const sg_verb *v, int argc, char **argv)
{
    sg_cli c = {.program = p, .verb = v};
    sg_error err = {0};
    sg_status st = sg_i_args(&c, argc, argv, &err);
    if (st == SG_OK && v->reads_stdin && c.n_operands == 1 && !strcmp(c.operands[0], "-") &&
        isatty(STDIN_FILENO))
        st = sg_fail(&err, SG_EINVAL, "%s is missing", v->operands);
    if (st == SG_OK) {
        st = v->run(&c, &err);
        err.code = st; /* a verb may forget the record, never the status */
        if (st != SG_OK && !err.text[0])
            sg_fail(&err, st, "%s", sg_strerror(st));
    }
    int lost = fflush(stdout); /* printf has no status; an earlier flush leaves no errno */
    if (st == SG_OK && (lost || ferror(stdout)))
        st = sg_fail_at(&err, SG_EIO, STANDARD_OUTPUT, 0, 0, "%s", strerror(lost ? errno : EIO));
    size_t defects = c.defects;
    sg_i_args_free(&c);
    if (st != SG_OK)
        return failed(p, v, &err);
    return defects ? SG_EXIT_DEFECTS : SG_EXIT_DONE;
}

int sg_cli_main(const sg_program *p, int argc, char **argv)
{
    static const struct page pages[] = {{"--help", sg_i_help_program},
                                        {"-h", sg_i_help_program},
                                        {"--version", sg_i_version},
                                        {"--help-man", sg_i_man},
                                        {"--help-bash", sg_i_bash}};
    gsl_set_error_handler_off();
    catch_signals();
    if (argc < 2) {
        fprintf(stderr, "usage: %s VERB [options] [arguments]; %s --help tells more\n", p->name,
                p->name);
        return SG_EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(argv[1], pages[i].option) == 0)
            return print_page(p, NULL, &pages[i]);
    const sg_verb *v = sg_i_verb(p, argv[1]);
    if (!v)
        return unknown_verb(p, argv[1]);
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return print_page(p, v, &pages[0]);
    return run_verb(p, v, argc - 2, argv + 2);
}

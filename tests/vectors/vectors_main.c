/* vectors FILE.tsv…: runs every row of every table; exit 1 if one failed, 2 if a file cannot be used. */
#include "tests/vectors/vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct vec_kind *const kinds[] = {&vec_nmf,      &vec_exchange,     &vec_mb31,
                                               &vec_writer,   &vec_reader,       &vec_malformed,
                                               &vec_sessions, &vec_bad_sessions, &vec_frames};

static void print_row(const struct vec_run *run)
{
    char *base = g_path_get_basename(run->path);
    printf("%s:%u: %s: ", base, run->row->line, run->row->name);
    g_free(base);
}

void vec_fail(struct vec_run *run, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_row(run);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    run->row_failed = true;
}

void vec_skip(struct vec_run *run, const char *why)
{
    print_row(run);
    printf("skipped: %s\n", why);
    run->row_skipped = true;
}

bool vec_hex(const char *text, GByteArray *out)
{
    g_byte_array_set_size(out, 0);
    if (strcmp(text, "-") == 0)
        return true;
    for (; text[0]; text += 2) {
        int high = g_ascii_xdigit_value(text[0]), low = text[1] ? g_ascii_xdigit_value(text[1]) : -1;
        if (high < 0 || low < 0)
            return false;
        uint8_t octet = (uint8_t)(high << 4 | low);
        g_byte_array_append(out, &octet, 1);
    }
    return true;
}

bool vec_same_octets(struct vec_run *run, const char *what, const uint8_t *made, size_t size,
                     const GByteArray *wanted)
{
    size_t at = 0;
    while (at < size && at < wanted->len && made[at] == wanted->data[at])
        at++;
    if (at == size && at == wanted->len)
        return true;
    vec_fail(run, "%s: %zu octets instead of %u, different from offset %zu on (%s%02X instead of %s%02X)",
             what, size, wanted->len, at, at < size ? "" : "end, not ", at < size ? made[at] : 0,
             at < wanted->len ? "" : "end, not ", at < wanted->len ? wanted->data[at] : 0);
    return false;
}

void vec_same_xml(struct vec_run *run, const char *made, const char *wanted)
{
    size_t at = 0;
    while (made[at] && made[at] == wanted[at])
        at++;
    if (made[at] == wanted[at])
        return;
    size_t from = at > 30 ? at - 30 : 0;
    vec_fail(run, "reading: the text differs at character %zu: '%.60s' instead of '%.60s'", at, made + from,
             wanted + from);
}

static const char *class_name(int code)
{
    static const char *const names[] = {[PC_WIRE_TRUNCATED] = "TRUNCATED",
                                        [PC_WIRE_BAD_RECORD] = "BAD_RECORD",
                                        [PC_WIRE_BAD_LENGTH] = "BAD_LENGTH",
                                        [PC_WIRE_BAD_DICT_ID] = "BAD_DICT_ID",
                                        [PC_WIRE_BAD_VALUE] = "BAD_VALUE",
                                        [PC_WIRE_BAD_UTF8] = "BAD_UTF8",
                                        [PC_WIRE_BAD_XMLNS] = "BAD_XMLNS",
                                        [PC_WIRE_STRUCTURE] = "STRUCTURE",
                                        [PC_WIRE_QUOTA] = "QUOTA",
                                        [PC_WIRE_BAD_TABLE] = "BAD_TABLE",
                                        [PC_WIRE_BAD_BODY] = "BAD_BODY",
                                        [PC_WIRE_SESSION_INVALID] = "SESSION_INVALID",
                                        [PC_WIRE_BAD_ENVELOPE] = "BAD_ENVELOPE"};
    return names[code];
}

/* A broken string list has one class of ours for what the tables divide. */
static bool class_fits(const char *class, int code)
{
    if (code == PC_WIRE_BAD_TABLE)
        return strcmp(class, "TRUNCATED") == 0 || strcmp(class, "BAD_LENGTH") == 0 ||
               strcmp(class, "BAD_UTF8") == 0;
    return strcmp(class, class_name(code)) == 0;
}

void vec_judge(struct vec_run *run, const char *class, GError *error)
{
    bool lenient = g_str_has_prefix(class, "LENIENT:"), accept = strcmp(class, "ACCEPT") == 0;
    const char *wanted = lenient ? class + strlen("LENIENT:") : class;
    if (!error) {
        if (!lenient && !accept)
            vec_fail(run, "refusing: accepted, but it is %s", wanted);
        return;
    }
    if (accept)
        vec_fail(run, "reading: refused: %s", error->message);
    else if (!class_fits(wanted, error->code))
        vec_fail(run, "refusing: %s instead of %s: %s", class_name(error->code), wanted, error->message);
    if (!g_regex_match_simple("^(nbfx|nbfse|message|envelope): offset [0-9]+: .", error->message, 0, 0))
        vec_fail(run, "refusing: the message does not begin with a position: %s", error->message);
    g_error_free(error);
}

static const struct vec_kind *recognise(const char *first_line)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (first_line[0] == '#' && strcmp(g_strchug((char *)first_line + 1), kinds[i]->columns) == 0)
            return kinds[i];
    return NULL;
}

static void run_row(struct vec_run *run, const struct vec_kind *kind, char *line, unsigned number)
{
    struct vec_row row = {.line = number, .octets = g_byte_array_new()};
    for (char *field = line; field && row.fields < VEC_MAX_FIELDS; row.fields++) {
        row.field[row.fields] = field;
        field = strchr(field, '\t');
        if (field)
            *field++ = '\0';
    }
    row.name = row.field[0];
    run->row = &row;
    run->row_failed = run->row_skipped = false;
    unsigned columns = 1;
    for (const char *c = kind->columns; *c; c++)
        columns += *c == '\t';
    if (row.fields != columns)
        vec_fail(run, "the row has %u fields instead of %u", row.fields, columns);
    else if (kind->hex >= 0 && !vec_hex(row.field[kind->hex], row.octets))
        vec_fail(run, "field %d is not hexadecimal", kind->hex + 1);
    else
        kind->check(run, &row);
    if (run->row_failed)
        run->failed++;
    else if (run->row_skipped)
        run->skipped++;
    else
        run->passed++;
    g_byte_array_unref(row.octets);
}

static bool run_file(struct vec_run *run, const char *path)
{
    char *text;
    GError *error = NULL;
    if (!g_file_get_contents(path, &text, NULL, &error)) {
        fprintf(stderr, "vectors: %s\n", error->message);
        g_error_free(error);
        return false;
    }
    char **lines = g_strsplit(text, "\n", -1);
    const struct vec_kind *kind = lines[0] ? recognise(lines[0]) : NULL;
    if (kind) {
        run->path = path;
        run->codec = pc_codec_new(NULL);
        run->sessions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kind->forget);
        for (unsigned i = 1; lines[i]; i++)
            if (lines[i][0])
                run_row(run, kind, lines[i], i + 1);
        g_hash_table_unref(run->sessions);
        pc_codec_free(run->codec);
    } else {
        fprintf(stderr, "vectors: %s:1: the columns are those of no known kind of table\n", path);
    }
    g_strfreev(lines);
    g_free(text);
    return kind != NULL;
}

int main(int argc, char **argv)
{
    struct vec_run run = {0};
    bool usable = argc > 1;
    if (argc < 2)
        fprintf(stderr, "usage: vectors FILE.tsv...\n");
    for (int i = 1; i < argc; i++)
        usable = run_file(&run, argv[i]) && usable;
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
    return !usable ? 2 : run.failed ? 1 : 0;
}

/* Tables of single documents: written, read, refused. */
#include "tests/vectors/vectors.h"

#include <stdlib.h>
#include <string.h>

/* The published examples of the format take id N for the string "strN". */
static struct pc_text example_string(uint32_t id)
{
    static char strings[1024][8];
    if (id >= G_N_ELEMENTS(strings))
        return (struct pc_text){0};
    int n = g_snprintf(strings[id], sizeof strings[id], "str%u", id);
    return (struct pc_text){strings[id], (uint32_t)n};
}

static void read_document(struct vec_run *run, const struct vec_row *row, bool examples, bool fragment)
{
    struct pc_nbfx_reader reader;
    pc_nbfx_reader_init(&reader, run->codec, NULL, row->octets->data, row->octets->len);
    reader.fragment = fragment;
    if (examples)
        reader.dictionary = example_string;
    GString *xml = g_string_new(NULL);
    GError *error = NULL;
    if (vec_xml(&reader, xml, &error))
        vec_same_xml(run, xml->str, row->field[2]);
    else
        vec_judge(run, "ACCEPT", error);
    g_string_free(xml, TRUE);
    pc_nbfx_reader_clear(&reader);
}

static void check_reader(struct vec_run *run, const struct vec_row *row)
{
    bool examples = g_str_has_prefix(row->field[3], "MC-NBFX sec 3");
    bool fragment = g_str_has_prefix(row->field[2], "<!--"); /* a comment and no root */
    read_document(run, row, examples, fragment);
}

static void check_writer(struct vec_run *run, const struct vec_row *row)
{
    struct pc_octets document = {0};
    struct pc_nbfx_writer writer;
    const char *why;
    pc_nbfx_writer_init(&writer, &document, NULL);
    if (vec_calls(row->field[4], &writer, &why))
        vec_same_octets(run, "writing", document.data, document.len, row->octets);
    else
        vec_fail(run, "writing: %s", why);
    pc_nbfx_writer_clear(&writer);
    pc_octets_free(&document);
    read_document(run, row, false, false);
}

/* options: "session=a|b" fills the session's table, "max_depth=N" is a quota. */
static struct pc_table *table_of(struct pc_codec *codec, const char *options)
{
    if (!g_str_has_prefix(options, "session="))
        return NULL;
    char **strings = g_strsplit(options + strlen("session="), "|", -1);
    struct pc_table *table = pc_table_empty(codec);
    for (unsigned i = 0; strings[i]; i++) {
        pc_str string = pc_str_intern(pc_codec_strings(codec), strings[i], strlen(strings[i]));
        table = pc_table_extend(codec, table, &string, 1, table->octets + 1 + (uint32_t)strlen(strings[i]),
                                false);
        pc_str_unref(pc_codec_strings(codec), string);
    }
    g_strfreev(strings);
    return table;
}

static void check_malformed(struct vec_run *run, const struct vec_row *row)
{
    struct pc_codec_limits limits = {0};
    if (g_str_has_prefix(row->field[2], "max_depth="))
        limits.depth = (uint32_t)strtoul(row->field[2] + strlen("max_depth="), NULL, 10);
    struct pc_codec *codec = pc_codec_new(&limits);
    struct pc_table *table = table_of(codec, row->field[2]);
    struct pc_nbfx_reader reader;
    pc_nbfx_reader_init(&reader, codec, table, row->octets->data, row->octets->len);
    GString *xml = g_string_new(NULL);
    GError *error = NULL;
    vec_xml(&reader, xml, &error);
    vec_judge(run, row->field[3], error);
    g_string_free(xml, TRUE);
    pc_nbfx_reader_clear(&reader);
    pc_table_unref(codec, table);
    pc_codec_free(codec);
}

const struct vec_kind vec_reader = {"name\thex\txml\tsource", 1, check_reader, NULL};
const struct vec_kind vec_writer = {"name\thex\txml\tsource\tcalls", 1, check_writer, NULL};
const struct vec_kind vec_malformed = {"name\thex\toptions\tclass\tdotnet", 1, check_malformed, NULL};

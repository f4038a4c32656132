/* Inputs to begin with: every hexadecimal field of the vector tables as octets of a stream, a document, a payload and an event of a
 * node; captures and scripts as they are.   usage: fuzz_seeds FOLDER TABLE… (writes FOLDER/TARGET/NNNN) */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

static unsigned written;

static void put(const char *folder, const char *target, const GByteArray *octets)
{
    char *directory = g_build_filename(folder, target, NULL), *path = g_strdup_printf("%s/%05u", directory, written++);
    GError *error = NULL;
    g_mkdir_with_parents(directory, 0777);
    if (!g_file_set_contents(path, (const char *)octets->data, (gssize)octets->len, &error))
        g_error("%s", error->message);
    g_free(path);
    g_free(directory);
}

static GByteArray *octets_of(const char *hex)
{
    GByteArray *out = g_byte_array_new();
    size_t n = strlen(hex);
    for (size_t i = 0; n >= 4 && n % 2 == 0 && i < n; i += 2) {
        int high = g_ascii_xdigit_value(hex[i]), low = g_ascii_xdigit_value(hex[i + 1]);
        if (high < 0 || low < 0) {
            g_byte_array_set_size(out, 0);
            break;
        }
        guint8 octet = (guint8)(high << 4 | low);
        g_byte_array_append(out, &octet, 1);
    }
    return out;
}

static void with_head(const char *folder, const char *target, const guint8 *head, guint head_size, const GByteArray *octets)
{
    GByteArray *all = g_byte_array_new();
    g_byte_array_append(all, head, head_size);
    g_byte_array_append(all, octets->data, octets->len);
    put(folder, target, all);
    g_byte_array_unref(all);
}

static void put_everywhere(const char *folder, const GByteArray *octets)
{
    guint8 high = (guint8)(octets->len >> 8), low = (guint8)octets->len;
    guint8 stream[] = {1}, answer[] = {0}, payload[] = {1, high, low}, accepted[] = {0x50, 0x0E, high, low}, fresh[] = {0x10, 0x00, 0x08, 0x0E, high, low},
           service[] = {0x20, 0x00, 0x08, 0x0E, high, low};
    with_head(folder, "framing", stream, 1, octets);
    with_head(folder, "framing", answer, 1, octets);
    put(folder, "xml", octets);
    with_head(folder, "message", payload, sizeof payload, octets);
    with_head(folder, "node", accepted, sizeof accepted, octets);
    with_head(folder, "node", fresh, sizeof fresh, octets);
    with_head(folder, "node", service, sizeof service, octets);
}

/* A record of a capture: its payload alone, too. */
static void put_field(const char *folder, const char *field)
{
    GByteArray *octets = octets_of(field);
    if (octets->len && octets->len < 8192)
        put_everywhere(folder, octets);
    if (octets->len > 4 && octets->data[0] == 6) {
        g_byte_array_remove_range(octets, 0, octets->data[1] & 0x80 ? 3 : 2);
        put_everywhere(folder, octets);
    }
    g_byte_array_unref(octets);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: fuzz_seeds FOLDER TABLE…\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        char *text = NULL;
        if (!g_file_get_contents(argv[i], &text, NULL, NULL)) {
            fprintf(stderr, "fuzz_seeds: %s cannot be read\n", argv[i]);
            return 2;
        }
        char **lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
            char **fields = g_strsplit(*line, "\t", -1);
            for (char **field = fields; *field; field++)
                put_field(argv[1], *field);
            g_strfreev(fields);
        }
        g_strfreev(lines);
        g_free(text);
    }
    printf("%u seeds\n", written);
    return 0;
}

#include "scenarios/engine/script_scan.h"

#include <string.h>

enum token_kind { TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN, TOKEN_COMMENT };

struct token {
    enum token_kind kind;
    int line; /* where it begins */
    const char *at;
    gsize length;
};

struct scn_scan {
    GArray *tokens; /* without comments */
    GArray *comments;
};

struct reader {
    const char *at, *end;
    int line;
};

static bool is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

/* At "[[" or "[==[": the length of the bracket with its text and end (or to the end of the source), else 0.
 */
static gsize long_bracket(const char *at, const char *end)
{
    gsize level = 0;

    while (at + 1 + level < end && at[1 + level] == '=')
        level++;
    if (at + 1 + level >= end || at[1 + level] != '[')
        return 0;
    for (const char *s = at + 2 + level; s < end; s++) {
        gsize closing = 0;
        if (*s != ']')
            continue;
        while (s + 1 + closing < end && s[1 + closing] == '=')
            closing++;
        if (closing == level && s + 1 + closing < end && s[1 + closing] == ']')
            return (gsize)(s + 2 + closing - at);
    }
    return (gsize)(end - at);
}

static gsize short_text(const char *at, const char *end)
{
    const char *s = at + 1;

    while (s < end && *s != *at && *s != '\n')
        s += *s == '\\' && s + 1 < end ? 2 : 1;
    return (gsize)(MIN(s + 1, end) - at);
}

static gsize comment_length(const char *at, const char *end)
{
    if (at + 2 < end && at[2] == '[') {
        gsize length = long_bracket(at + 2, end);
        if (length > 0)
            return length + 2;
    }
    const char *newline = memchr(at, '\n', (gsize)(end - at));
    return (gsize)((newline != NULL ? newline : end) - at);
}

static gsize sign_length(const char *at, const char *end)
{
    static const char *const two[] = {"==", "~=", "<=", ">=", "//", "::", "<<", ">>", ".."};

    if (end - at >= 3 && strncmp(at, "...", 3) == 0)
        return 3;
    for (gsize i = 0; i < G_N_ELEMENTS(two); i++)
        if (end - at >= 2 && strncmp(at, two[i], 2) == 0)
            return 2;
    return 1;
}

static gsize number_length(const char *at, const char *end)
{
    const char *s = at;
    bool hex = end - at > 2 && at[0] == '0' && (at[1] | 0x20) == 'x';

    while (s < end && (g_ascii_isalnum(*s) || *s == '.' || *s == '_')) {
        if (s + 1 < end && *s == '.' && s[1] == '.')
            break;
        char exponent = hex ? 'p' : 'e';
        bool sign = (*s | 0x20) == exponent && s + 1 < end && (s[1] == '+' || s[1] == '-');
        s += sign ? 2 : 1;
    }
    return (gsize)(s - at);
}

static struct token read_token(struct reader *r)
{
    struct token t = {TOKEN_SIGN, r->line, r->at, 1};
    char c = *r->at;

    if (is_name_start(c)) {
        t.kind = TOKEN_NAME;
        while (r->at + t.length < r->end &&
               (is_name_start(r->at[t.length]) || g_ascii_isdigit(r->at[t.length])))
            t.length++;
    } else if (g_ascii_isdigit(c)) {
        t.kind = TOKEN_NUMBER;
        t.length = number_length(r->at, r->end);
    } else if (c == '"' || c == '\'') {
        t.kind = TOKEN_TEXT;
        t.length = short_text(r->at, r->end);
    } else if (c == '[' && long_bracket(r->at, r->end) > 0) {
        t.kind = TOKEN_TEXT;
        t.length = long_bracket(r->at, r->end);
    } else if (c == '-' && r->at + 1 < r->end && r->at[1] == '-') {
        t.kind = TOKEN_COMMENT;
        t.length = comment_length(r->at, r->end);
    } else {
        t.length = sign_length(r->at, r->end);
    }
    for (gsize i = 0; i < t.length; i++)
        r->line += r->at[i] == '\n';
    r->at += t.length;
    return t;
}

struct scn_scan *scn_scan_new(const char *source, gsize length)
{
    struct scn_scan *scan = g_new(struct scn_scan, 1);
    struct reader r = {source, source + length, 1};

    scan->tokens = g_array_new(FALSE, FALSE, sizeof(struct token));
    scan->comments = g_array_new(FALSE, FALSE, sizeof(struct token));
    if (length > 0 && *source == '#') /* as lua does */
        while (r.at < r.end && *r.at != '\n')
            r.at++;
    while (r.at < r.end) {
        if (*r.at == '\0' || g_ascii_isspace(*r.at)) {
            r.line += *r.at++ == '\n';
            continue;
        }
        struct token t = read_token(&r);
        g_array_append_val(t.kind == TOKEN_COMMENT ? scan->comments : scan->tokens, t);
    }
    return scan;
}

void scn_scan_free(struct scn_scan *scan)
{
    if (scan == NULL)
        return;
    g_array_unref(scan->tokens);
    g_array_unref(scan->comments);
    g_free(scan);
}

static const struct token *token(const struct scn_scan *scan, guint i)
{
    return i < scan->tokens->len ? &g_array_index(scan->tokens, struct token, i) : NULL;
}

static bool is(const struct token *t, const char *text)
{
    return t != NULL && t->length == strlen(text) && strncmp(t->at, text, t->length) == 0 &&
           t->kind != TOKEN_TEXT;
}

static bool is_kind(const struct token *t, enum token_kind kind)
{
    return t != NULL && t->kind == kind;
}

int scn_scan_power(const struct scn_scan *scan)
{
    for (guint i = 0; i < scan->tokens->len; i++)
        if (is(token(scan, i), "^"))
            return token(scan, i)->line;
    return 0;
}

/* The comment that ends the line, without dashes and blanks. */
static char *comment_on(const struct scn_scan *scan, int line)
{
    for (guint i = 0; i < scan->comments->len; i++) {
        const struct token *c = &g_array_index(scan->comments, struct token, i);
        if (c->line < line)
            continue;
        if (c->line > line || (c->length > 2 && c->at[2] == '['))
            return NULL;
        const char *at = c->at;
        gsize length = c->length;
        while (length > 0 && *at == '-')
            at++, length--;
        char *text = g_strstrip(g_strndup(at, length));
        if (*text == '\0')
            g_clear_pointer(&text, g_free);
        return text;
    }
    return NULL;
}

/* The token NAME of `NAME =` inside of `params = { … }`. */
static guint find_param(const struct scn_scan *scan, const char *param)
{
    guint i = 0;
    int depth = 0;

    while (i < scan->tokens->len &&
           !(is(token(scan, i), "params") && is(token(scan, i + 1), "=") && is(token(scan, i + 2), "{")))
        i++;
    for (i += 2; i < scan->tokens->len; i++) {
        const struct token *t = token(scan, i);
        depth += is(t, "{") - is(t, "}");
        if (depth == 0)
            break;
        if (depth == 1 && is(t, param) && is(token(scan, i + 1), "="))
            return i;
    }
    return scan->tokens->len;
}

char *scn_scan_help(const struct scn_scan *scan, const char *param)
{
    const struct token *value = token(scan, find_param(scan, param) + 2);

    return value == NULL ? NULL : comment_on(scan, value->line);
}

int scn_scan_param_line(const struct scn_scan *scan, const char *param)
{
    const struct token *name = token(scan, find_param(scan, param));

    return name == NULL ? 0 : name->line;
}

/* Does the statement that holds token i (a name) declare it? Looks back over "name, name" to `local`, `for`,
 * `function (`. */
static bool declares(const struct scn_scan *scan, guint i)
{
    while (i > 0) {
        const struct token *before = token(scan, i - 1);
        if (is(before, "local") || is(before, "for"))
            return true;
        if (is(before, "function"))
            return i >= 2 && is(token(scan, i - 2), "local");
        if (is(before, "(")) {
            guint f = i - 1;
            while (f > 0 &&
                   (is(token(scan, f - 1), ".") || is(token(scan, f - 1), ":") ||
                    (is_kind(token(scan, f - 1), TOKEN_NAME) && !is(token(scan, f - 1), "function"))))
                f--;
            return f > 0 && is(token(scan, f - 1), "function");
        }
        if (is(before, ">") && i >= 4 && is(token(scan, i - 3), "<")) { /* local a <const>, b */
            i -= 3;
            continue;
        }
        if (!is(before, ",") || i < 2 ||
            !(is_kind(token(scan, i - 2), TOKEN_NAME) || is(token(scan, i - 2), ">")))
            return false;
        i -= is(token(scan, i - 2), ">") ? 1 : 2;
    }
    return false;
}

int scn_scan_local(const struct scn_scan *scan, const char *name, int line)
{
    int found = 0;

    for (guint i = 0; i < scan->tokens->len && token(scan, i)->line <= line; i++)
        if (is(token(scan, i), name) && declares(scan, i))
            found = token(scan, i)->line;
    return found;
}

static char *join(const struct token *first, const struct token *last)
{
    return g_strndup(first->at, (gsize)(last->at + last->length - first->at));
}

int scn_scan_equal_text(const struct scn_scan *scan,
                        bool (*is_quantity)(const struct scn_plan *plan, const char *param),
                        const struct scn_plan *plan, char **what, char **fix)
{
    const struct token *p = NULL;

    for (guint i = 2; i < scan->tokens->len && p == NULL; i++)
        if (is(token(scan, i), "scenario") && is(token(scan, i - 1), "=") &&
            is_kind(token(scan, i - 2), TOKEN_NAME))
            p = token(scan, i - 2);
    if (p == NULL)
        return 0;
    g_autofree char *variable = join(p, p);
    for (guint i = 0; i + 2 < scan->tokens->len; i++) {
        const struct token *at = token(scan, i), *name = token(scan, i + 2);
        if (!is(at, variable) || at == p || !is(token(scan, i + 1), ".") || !is_kind(name, TOKEN_NAME))
            continue;
        const struct token *op = token(scan, i + 3), *text = token(scan, i + 4);
        bool after = (is(op, "==") || is(op, "~=")) && is_kind(text, TOKEN_TEXT);
        if (!after && i >= 2) {
            op = token(scan, i - 1);
            text = token(scan, i - 2);
        }
        if (!(is(op, "==") || is(op, "~=")) || !is_kind(text, TOKEN_TEXT))
            continue;
        g_autofree char *param = join(name, name);
        if (!is_quantity(plan, param))
            continue;
        g_autofree char *literal = join(text, text), *left = join(at, name), *sign = join(op, op);
        *what = after ? join(at, text) : join(text, name);
        *fix = g_strdup_printf("%s %s unit %s", left, sign, literal);
        return at->line;
    }
    return 0;
}

char *scn_scan_headline(const struct scn_scan *scan)
{
    return comment_on(scan, 1);
}

static const struct token *token_at(const struct scn_scan *scan, guint i)
{
    return i < scan->tokens->len ? &g_array_index(scan->tokens, struct token, i) : NULL;
}

static bool token_is(const struct token *t, enum token_kind kind, const char *text)
{
    return t != NULL && t->kind == kind && t->length == strlen(text) && memcmp(t->at, text, t->length) == 0;
}

int scn_scan_name(const struct scn_scan *scan, const char *name)
{
    for (guint i = 0; i < scan->tokens->len; i++)
        if (token_is(token_at(scan, i), TOKEN_NAME, name))
            return token_at(scan, i)->line;
    return 0;
}

char **scn_scan_calls(const struct scn_scan *scan, const char *function)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < scan->tokens->len; i++) {
        if (!token_is(token_at(scan, i), TOKEN_NAME, function))
            continue;
        const struct token *name = token_at(scan, i + 1);
        if (token_is(name, TOKEN_SIGN, "("))
            name = token_at(scan, i + 2);
        if (name != NULL && name->kind == TOKEN_TEXT && name->length > 2 && (*name->at == '"' || *name->at == '\''))
            g_ptr_array_add(names, g_strndup(name->at + 1, name->length - 2));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

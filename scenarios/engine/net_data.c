/* Plain data inside messages of simulated applications. A table becomes elements in ascending order of its keys; what has no
 * name that XML allows, or is no text, gets an element that begins with '_':
 *
 *   { turn = 4, who = "a[1]", list = { 7, 8 }, wait = 2 s, none = {} }
 *   <list><_>7</_><_>8</_></list><none><_empty/></none><turn>4</turn><wait><_time>2000000000</_time></wait><who>a[1]</who>
 *
 * <_> continues a list (keys 1, 2, …); any other key is <_k>key</_k><_v>value</_v>. Types are those of the binary records. */
#include "scenarios/engine/net_private.h"
#include "scenarios/engine/plan.h"

#include "protocol/wire/nbfx_reader.h"
#include "protocol/wire/utf8.h"

#include <stdlib.h>
#include <string.h>

/* ---- sizes ---- */

uint32_t scn_data_octets(const struct scn_data *data)
{
    uint64_t sum = 0;
    if (!data)
        return 0;
    switch (data->kind) {
    case SCN_DATA_BOOLEAN:
        return 1;
    case SCN_DATA_TEXT:
        return (uint32_t)MIN(data->length, UINT32_MAX);
    case SCN_DATA_TABLE:
        for (uint32_t i = 0; i < data->count; i++)
            sum += (uint64_t)scn_data_octets(data->keys[i]) + scn_data_octets(data->values[i]);
        return (uint32_t)MIN(sum, UINT32_MAX);
    default:
        return 8;
    }
}

unsigned scn_data_depth(const struct scn_data *data)
{
    unsigned deepest = 0;
    if (data->kind == SCN_DATA_QUANTITY)
        return 1;
    for (uint32_t i = 0; i < data->count; i++)
        deepest = MAX(deepest, scn_data_depth(data->values[i]));
    return data->kind == SCN_DATA_TABLE ? deepest + 1 : 0;
}

static uint64_t mix(uint64_t hash, const void *octets, size_t size)
{
    const uint8_t *p = octets;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001B3); /* FNV-1a */
    return (hash ^ size) * UINT64_C(0x9E3779B97F4A7C15);
}

uint64_t scn_data_hash(const struct scn_data *data)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) + data->kind;
    switch (data->kind) {
    case SCN_DATA_BOOLEAN:
        return mix(hash, &data->boolean, sizeof data->boolean);
    case SCN_DATA_INTEGER:
        return mix(hash, &data->integer, sizeof data->integer);
    case SCN_DATA_NUMBER:
        return mix(hash, &data->number, sizeof data->number);
    case SCN_DATA_TEXT:
        return mix(hash, data->text, data->length);
    case SCN_DATA_QUANTITY:
        return mix(hash + data->quantity.kind, &data->quantity.value, sizeof data->quantity.value);
    case SCN_DATA_TABLE:
        for (uint32_t i = 0; i < data->count; i++) {
            uint64_t pair[2] = {scn_data_hash(data->keys[i]), scn_data_hash(data->values[i])};
            hash = mix(hash, pair, sizeof pair);
        }
        return mix(hash, &data->count, sizeof data->count);
    }
    return hash;
}

/* ---- writing ---- */

static bool is_name(const struct scn_data *key)
{
    if (key->kind != SCN_DATA_TEXT || key->length == 0 || key->length > 64 || !g_ascii_isalpha(key->text[0]))
        return false;
    for (size_t i = 1; i < key->length; i++)
        if (!g_ascii_isalnum(key->text[i]) && key->text[i] != '_' && key->text[i] != '-' && key->text[i] != '.')
            return false;
    return true;
}

/* XML has no zeros and no other control characters but three: such texts travel as octets. */
static bool is_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' && text[i] != '\t' && text[i] != '\n')
            return false;
    return pc_utf8_valid((const uint8_t *)text, length);
}

static struct pc_text name_of_kind(enum scn_kind kind)
{
    static const char *const names[SCN_KIND_COUNT] = {
        [SCN_COUNT] = "_count", [SCN_TIME] = "_time",   [SCN_SIZE] = "_size",     [SCN_BANDWIDTH] = "_bandwidth",
        [SCN_RATE] = "_rate",   [SCN_SHARE] = "_share", [SCN_POINTS] = "_points", [SCN_RATIO] = "_ratio"};
    return (struct pc_text){names[kind], (uint32_t)strlen(names[kind])};
}

static void element(struct pc_body_writer *writer, struct pc_text name, const struct scn_data *content)
{
    pc_body_start(writer, name, (struct pc_text){0});
    scn_data_write(writer, content);
    pc_body_end(writer);
}

static void write_table(struct pc_body_writer *writer, const struct scn_data *table)
{
    int64_t next = 1;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct scn_data *key = table->keys[i];
        if (key->kind == SCN_DATA_INTEGER && key->integer == next) {
            element(writer, PC_TEXT("_"), table->values[i]);
            next++;
        } else if (is_name(key)) {
            element(writer, (struct pc_text){key->text, (uint32_t)key->length}, table->values[i]);
        } else {
            element(writer, PC_TEXT("_k"), key);
            element(writer, PC_TEXT("_v"), table->values[i]);
        }
    }
    if (table->count == 0) {
        pc_body_start(writer, PC_TEXT("_empty"), (struct pc_text){0});
        pc_body_end(writer);
    }
}

void scn_data_write(struct pc_body_writer *writer, const struct scn_data *data)
{
    switch (data->kind) {
    case SCN_DATA_BOOLEAN:
        pc_body_bool(writer, data->boolean);
        break;
    case SCN_DATA_INTEGER:
        pc_body_int(writer, data->integer);
        break;
    case SCN_DATA_NUMBER:
        pc_body_double(writer, data->number);
        break;
    case SCN_DATA_TEXT:
        if (is_text(data->text, data->length))
            pc_body_text(writer, (struct pc_text){data->text, (uint32_t)data->length});
        else
            pc_body_bytes(writer, (const uint8_t *)data->text, (uint32_t)data->length);
        break;
    case SCN_DATA_QUANTITY:
        pc_body_start(writer, name_of_kind(data->quantity.kind), (struct pc_text){0});
        pc_body_int(writer, data->quantity.value);
        pc_body_end(writer);
        break;
    case SCN_DATA_TABLE:
        write_table(writer, data);
        break;
    }
}

/* ---- reading ---- */

struct building {
    GPtrArray *keys, *values;
    struct scn_data *key; /* of a <_k> whose <_v> is to come */
    int64_t next;
};

static struct scn_data *new_data(enum scn_data_kind kind)
{
    struct scn_data *data = g_new0(struct scn_data, 1);
    data->kind = kind;
    return data;
}

static struct scn_data *new_text(const char *text, size_t length)
{
    struct scn_data *data = new_data(SCN_DATA_TEXT);
    data->text = g_malloc(length + 1);
    memcpy(data->text, text, length);
    data->text[length] = '\0';
    data->length = length;
    return data;
}

static void append(struct scn_data *text, const void *more, size_t length)
{
    text->text = g_realloc(text->text, text->length + length + 1);
    memcpy(text->text + text->length, more, length);
    text->length += length;
    text->text[text->length] = '\0';
}

/* A relay cuts texts and octets into pieces: `before` is what there is already (binary-xml.md 10.6). */
static struct scn_data *read_value(const struct pc_nbfx_reader *r, struct scn_data *before)
{
    const struct pc_nbfx_value *v = &r->value;
    struct scn_data *data;
    switch (v->type) {
    case 0x80: case 0x82: case 0x88: case 0x8A: case 0x8C: case 0x8E:
        data = new_data(SCN_DATA_INTEGER);
        data->integer = v->number;
        data->number = (double)v->number;
        break;
    case 0x84: case 0x86: case 0xB4:
        data = new_data(SCN_DATA_BOOLEAN);
        data->boolean = v->number != 0;
        break;
    case 0x90: { /* the writer takes the shorter one if nothing is lost */
        float shorter;
        memcpy(&shorter, v->raw, sizeof shorter);
        data = new_data(SCN_DATA_NUMBER);
        data->number = (double)shorter;
        break;
    }
    case 0x92:
        data = new_data(SCN_DATA_NUMBER);
        memcpy(&data->number, v->raw, sizeof data->number); /* both are little-endian IEEE 754 */
        break;
    case 0x9E: case 0xA0: case 0xA2:
        data = before && before->kind == SCN_DATA_TEXT ? before : new_text("", 0);
        append(data, v->raw, v->raw_size);
        break;
    case 0x98: case 0x9A: case 0x9C: case 0xAA: case 0xA8:
        data = before && before->kind == SCN_DATA_TEXT ? before : new_text("", 0);
        append(data, v->string.text.s ? v->string.text.s : "", v->type == 0xA8 ? 0 : v->string.text.n);
        break;
    default:
        return before;
    }
    if (data != before)
        scn_data_free(before);
    return data;
}

static void add(struct building *b, struct scn_data *key, struct scn_data *value)
{
    if (!b->keys) {
        b->keys = g_ptr_array_new();
        b->values = g_ptr_array_new();
    }
    g_ptr_array_add(b->keys, key);
    g_ptr_array_add(b->values, value);
}

static bool quantity_kind(struct pc_text name, enum scn_kind *kind)
{
    for (int k = 0; k < SCN_KIND_COUNT; k++)
        if (pc_text_equal(name, name_of_kind((enum scn_kind)k))) {
            *kind = (enum scn_kind)k;
            return true;
        }
    return false;
}

/* One child with its content; `quantity` is set if it says that the parent is one. */
static void add_child(struct building *b, struct pc_text name, struct scn_data *value, struct scn_data **quantity)
{
    enum scn_kind kind;
    if (pc_text_equal(name, PC_TEXT("_"))) {
        struct scn_data *key = new_data(SCN_DATA_INTEGER);
        key->integer = b->next++;
        key->number = (double)key->integer;
        add(b, key, value);
    } else if (pc_text_equal(name, PC_TEXT("_k"))) {
        scn_data_free(b->key);
        b->key = value;
    } else if (pc_text_equal(name, PC_TEXT("_v")) && b->key) {
        add(b, b->key, value);
        b->key = NULL;
    } else if (name.n > 1 && name.s[0] == '_' && quantity_kind(name, &kind) && value->kind == SCN_DATA_INTEGER) {
        value->kind = SCN_DATA_QUANTITY;
        value->quantity = (struct scn_quantity){kind, value->integer};
        scn_data_free(*quantity);
        *quantity = value;
    } else if (pc_text_equal(name, PC_TEXT("_empty"))) {
        scn_data_free(value);
        if (!b->keys) {
            b->keys = g_ptr_array_new();
            b->values = g_ptr_array_new();
        }
    } else {
        add(b, new_text(name.s, name.n), value);
    }
}

static struct scn_data *close_table(struct building *b)
{
    struct scn_data *table = new_data(SCN_DATA_TABLE);
    table->count = b->keys->len;
    table->keys = (struct scn_data **)g_ptr_array_free(b->keys, FALSE);
    table->values = (struct scn_data **)g_ptr_array_free(b->values, FALSE);
    return table;
}

/* The content of the element that `r` stands on; up to its END. Never NULL. */
static struct scn_data *read_content(struct pc_nbfx_reader *r)
{
    struct building b = {.next = 1};
    struct scn_data *value = NULL, *quantity = NULL;
    uint32_t depth = r->depth;
    while (pc_nbfx_next(r) > PC_NBFX_EOF && !(r->node == PC_NBFX_END && r->depth == depth)) {
        if (r->node == PC_NBFX_TEXT)
            value = read_value(r, value);
        else if (r->node == PC_NBFX_START) {
            struct pc_text name = r->name.text; /* lies in the payload or the table: stays */
            add_child(&b, name, read_content(r), &quantity);
        }
    }
    scn_data_free(b.key);
    if (b.keys) {
        scn_data_free(value);
        scn_data_free(quantity);
        return close_table(&b);
    }
    if (quantity) {
        scn_data_free(value);
        return quantity;
    }
    return value ? value : new_text("", 0);
}

static void put(struct building *b, const char *name, struct scn_data *value)
{
    add(b, new_text(name, strlen(name)), value);
}

static struct scn_data *whole(int64_t number)
{
    struct scn_data *data = new_data(SCN_DATA_INTEGER);
    data->integer = number;
    data->number = (double)number;
    return data;
}

/* What a native publisher sends has a number and a topic beside its data: such a body is a table of all four. */
static struct scn_data *with_number(struct scn_data *data, int64_t seq, int64_t topic, int64_t time)
{
    if (seq == 0)
        return data;
    struct building b = {0};
    struct scn_data *t = new_data(SCN_DATA_QUANTITY);
    t->quantity = (struct scn_quantity){SCN_TIME, time};
    put(&b, "data", data);
    put(&b, "seq", whole(seq));
    put(&b, "t", t);
    put(&b, "topic", whole(topic));
    return close_table(&b);
}

static struct scn_data *read_body(struct scn_net *net, const struct pc_message *message, uint32_t *size)
{
    struct pc_nbfx_reader r;
    struct scn_data *data = NULL;
    int64_t numbers[3] = {0}; /* seq, topic, t */
    *size = 0;
    bool ours = pc_body_open(net->codec, message, &r) && pc_nbfx_next(&r) == PC_NBFX_START &&
                pc_text_equal(r.name.text, PC_TEXT("m"));
    while (ours && pc_nbfx_next(&r) > PC_NBFX_EOF && !(r.node == PC_NBFX_END && r.depth <= 3)) {
        static const char *const names[] = {"seq", "topic", "t"};
        if (r.node != PC_NBFX_START)
            continue;
        struct pc_text name = r.name.text;
        struct scn_data *content = read_content(&r);
        for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
            if (name.n == strlen(names[i]) && memcmp(name.s, names[i], name.n) == 0)
                numbers[i] = content->integer;
        bool is_data = pc_text_equal(name, PC_TEXT("data"));
        if (is_data || pc_text_equal(name, PC_TEXT("pad")))
            *size += scn_data_octets(content);
        if (is_data) {
            scn_data_free(data);
            data = content;
        } else {
            scn_data_free(content);
        }
    }
    pc_nbfx_reader_clear(&r);
    return data ? with_number(data, numbers[0], numbers[1], numbers[2]) : NULL;
}

/* The octets that the codec has recognised as read before have a body that was read before. What is off with the codec's memory
 * (--no-memo) is off here. */
enum { MEMO_SLOTS = 64 };

struct scn_body_memo {
    struct {
        const struct pc_memo_entry *entry;
        struct pc_guid id;
        struct scn_data *data;
        uint32_t size;
    } slots[MEMO_SLOTS];
};

void scn_body_memo_free(struct scn_net *net)
{
    for (unsigned i = 0; net->bodies && i < MEMO_SLOTS; i++)
        scn_data_free(net->bodies->slots[i].data);
    g_free(net->bodies);
}

struct scn_data *scn_body_read(struct scn_net *net, const struct pc_message *message, uint32_t *size)
{
    const struct pc_guid *id = &message->u.flood.id;
    if (!message->memo)
        return read_body(net, message, size);
    if (!net->bodies)
        net->bodies = g_new0(struct scn_body_memo, 1);
    unsigned i = (id->octets[0] ^ (unsigned)((uintptr_t)message->memo >> 5)) % MEMO_SLOTS;
    if (net->bodies->slots[i].entry != message->memo || memcmp(&net->bodies->slots[i].id, id, sizeof *id) != 0) {
        struct scn_data *data = read_body(net, message, size);
        scn_data_free(net->bodies->slots[i].data);
        net->bodies->slots[i].entry = message->memo;
        net->bodies->slots[i].id = *id;
        net->bodies->slots[i].data = data;
        net->bodies->slots[i].size = *size;
    }
    *size = net->bodies->slots[i].size;
    struct scn_data *data = net->bodies->slots[i].data;
    if (data)
        data->refs++;
    return data;
}

struct scn_data *scn_body_copy(const struct scn_body *body)
{
    if (body->tree)
        return scn_data_copy(body->tree);
    size_t length = body->text ? MIN(strlen(body->text), body->size) : 0;
    struct scn_data *data = new_text(body->text ? body->text : "", length);
    for (size_t i = length; i < body->size; i++) { /* as net_body.c pads it */
        char c = (char)('a' + (body->seq + i) % 26);
        append(data, &c, 1);
    }
    return with_number(data, (int64_t)body->seq, (int64_t)body->topic, body->time);
}

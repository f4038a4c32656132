#include "analysis/timeline.h"

struct an_cast *an_cast_new(void)
{
    struct an_cast *cast = g_new0(struct an_cast, 1);
    cast->groups = g_ptr_array_new();
    cast->peers = g_array_new(FALSE, FALSE, sizeof(struct an_peer));
    cast->samples = g_ptr_array_new();
    cast->labels = g_hash_table_new(g_str_hash, g_str_equal);
    cast->names = g_string_chunk_new(4096);
    return cast;
}

uint32_t an_cast_add_group(struct an_cast *cast, const char *name)
{
    g_ptr_array_add(cast->groups, g_string_chunk_insert_const(cast->names, name));
    return cast->groups->len - 1;
}

uint32_t an_cast_add_peer(struct an_cast *cast, const struct an_peer *peer)
{
    struct an_peer copy = *peer;
    copy.name = g_string_chunk_insert_const(cast->names, peer->name ? peer->name : "");
    copy.address = g_string_chunk_insert_const(cast->names, peer->address ? peer->address : "");
    g_array_append_val(cast->peers, copy);
    return cast->peers->len - 1;
}

uint32_t an_cast_sample(struct an_cast *cast, const char *name)
{
    gpointer number;
    if (g_hash_table_lookup_extended(cast->labels, name, NULL, &number))
        return GPOINTER_TO_UINT(number);
    char *own = g_string_chunk_insert(cast->names, name);
    g_hash_table_insert(cast->labels, own, GUINT_TO_POINTER(cast->samples->len));
    g_ptr_array_add(cast->samples, own);
    return cast->samples->len - 1;
}

void an_cast_free(struct an_cast *cast)
{
    if (!cast)
        return;
    g_ptr_array_free(cast->groups, TRUE);
    g_ptr_array_free(cast->samples, TRUE);
    g_hash_table_unref(cast->labels);
    g_array_free(cast->peers, TRUE);
    g_string_chunk_free(cast->names);
    g_free(cast);
}

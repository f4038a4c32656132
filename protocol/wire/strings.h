/* Interned strings: equal content, equal number, in one pool for a whole process. Nothing observable depends
 * on the numbers. A reference count keeps a hostile peer's strings no longer than its session. */
#ifndef PC_WIRE_STRINGS_H
#define PC_WIRE_STRINGS_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t pc_str; /* a handle; 0 is "none" */

struct pc_strings;

/* A run of octets that somebody else owns, usually UTF-8, not terminated. .s == NULL: absent. */
struct pc_text {
    const char *s;
    uint32_t n;
};

#define PC_TEXT(literal) ((struct pc_text){(literal), (uint32_t)sizeof(literal) - 1})

struct pc_strings *pc_strings_new(void);
void pc_strings_free(struct pc_strings *pool);

/* Returns a handle with one reference more; give it back with pc_str_unref(). */
pc_str pc_str_intern(struct pc_strings *pool, const char *text, size_t size);
/* The handle of a text that is interned already, without a new reference; 0 if it is not. */
pc_str pc_str_find(const struct pc_strings *pool, const char *text, size_t size);

pc_str pc_str_ref(struct pc_strings *pool, pc_str string);
void pc_str_unref(struct pc_strings *pool, pc_str string); /* 0 is allowed */

/* The text, NUL-terminated for convenience (.n does not count the NUL); valid while a reference is held. */
struct pc_text pc_str_text(const struct pc_strings *pool, pc_str string);

/* Live strings, for limits and tests. */
size_t pc_strings_count(const struct pc_strings *pool);

#endif

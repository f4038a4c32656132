/* + - * / // % and unary minus of everything that a script can hold: quantities, moments, selections, values.
 */
#include "scenarios/engine/lua_private.h"

#include <string.h>

static bool is_value(lua_State *L, int at)
{
    return scn_to_tag(L, at, SCN_BOX_VALUE) != NULL;
}

/* A draw makes a moment of a time: kickoff + "uniform 0s..60s". */
static bool is_draw(lua_State *L, int at)
{
    return lua_type(L, at) == LUA_TSTRING && scn_dist_is_text(lua_tostring(L, at));
}

static bool is_time(lua_State *L, int at)
{
    const struct scn_box *box = scn_to_tag(L, at, SCN_BOX_QUANTITY);

    return box != NULL && box->quantity.kind == SCN_TIME;
}

struct operand {
    bool number, whole; /* a Lua number; an integer */
    double fraction;
    struct scn_quantity quantity;
};

static struct operand read_operand(lua_State *L, int at)
{
    struct operand o = {0};
    const struct scn_box *box = scn_to_box(L, at);

    if (box != NULL && box->tag == SCN_BOX_QUANTITY) {
        o.quantity = box->quantity;
    } else if (lua_type(L, at) == LUA_TNUMBER) {
        o.number = true;
        o.whole = lua_isinteger(L, at) != 0;
        o.fraction = lua_tonumber(L, at);
        o.quantity = (struct scn_quantity){SCN_COUNT, o.whole ? lua_tointeger(L, at) : 0};
    } else if (lua_type(L, at) == LUA_TSTRING) {
        const char *text = lua_tostring(L, at);
        if (scn_quantity_parse(text, &o.quantity) != SCN_PARSE_OK)
            luaL_error(L, "\"%s\" is no quantity; write \"200ms\", \"400B\", \"20/s\", \"20%%\" …", text);
    } else {
        luaL_error(L, "%s and %s cannot be calculated with.", scn_what(L, 1), scn_what(L, 2));
    }
    return o;
}

static int give(lua_State *L, const char *wrong, struct scn_quantity result)
{
    if (wrong != NULL)
        return luaL_error(L, "%s.", wrong);
    scn_push_quantity(L, result);
    return 1;
}

static int add_or_subtract(lua_State *L, char op, struct operand a, struct operand b)
{
    struct scn_quantity result = {0};

    if (a.number != b.number)
        return luaL_error(L, "%s %c %s: a number without unit; write %s.", scn_what(L, 1), op, scn_what(L, 2),
                          scn_kind_example(a.number ? b.quantity.kind : a.quantity.kind));
    const char *wrong = op == '+' ? scn_quantity_add(a.quantity, b.quantity, &result)
                                  : scn_quantity_sub(a.quantity, b.quantity, &result);
    return give(L, wrong, result);
}

static int multiply(lua_State *L, struct operand a, struct operand b)
{
    struct scn_quantity result = {0};
    const char *wrong;

    if (a.number && !a.whole)
        wrong = scn_quantity_scale(b.quantity, a.fraction, &result);
    else if (b.number && !b.whole)
        wrong = scn_quantity_scale(a.quantity, b.fraction, &result);
    else
        wrong = scn_quantity_mul(a.quantity, b.quantity, &result);
    return give(L, wrong, result);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t q = a / b;

    return a % b != 0 && (a % b < 0) != (b < 0) ? q - 1 : q;
}

/* '/', 'd' for //, '%'. */
static int divide(lua_State *L, char op, struct operand a, struct operand b)
{
    struct scn_quantity result = {0};
    enum scn_kind kind;

    if (a.number)
        return luaL_error(L, "a number cannot be divided by %s.", scn_what(L, 2));
    if (b.number && op == '/' && !b.whole)
        return give(
            L, b.fraction == 0 ? "division by zero" : scn_quantity_scale(a.quantity, 1 / b.fraction, &result),
            result);
    if (b.number && !b.whole)
        return luaL_error(L, "only whole numbers and quantities may stand behind // and %%.");
    if (b.quantity.value == 0)
        return luaL_error(L, "division by zero.");
    if (b.number && op == '/')
        return give(L, scn_quantity_div(a.quantity, b.quantity.value, &result), result);
    const char *wrong = scn_kind_combine('/', a.quantity.kind, b.quantity.kind, &kind);
    if (wrong != NULL)
        return luaL_error(L, "%s.", wrong);
    int64_t quotient = floor_divide(a.quantity.value, b.quantity.value);
    if (op == '/')
        lua_pushnumber(L, (double)a.quantity.value / (double)b.quantity.value);
    else if (op == '%')
        scn_push_quantity(
            L, (struct scn_quantity){a.quantity.kind, a.quantity.value - quotient * b.quantity.value});
    else if (b.number)
        scn_push_quantity(L, (struct scn_quantity){a.quantity.kind, quotient});
    else
        lua_pushinteger(L, quotient);
    return 1;
}

static int arithmetic(lua_State *L, char op)
{
    lua_settop(L, 2);
    if (is_value(L, 1) || is_value(L, 2))
        return scn_value_arith(L, op, 1, 2);
    bool moments = scn_is_moment(L, 1) || scn_is_moment(L, 2);
    bool selections = scn_is_selection(L, 1) || scn_is_selection(L, 2);
    bool both = scn_to_tag(L, 1, SCN_BOX_OPERATION) != NULL && scn_to_tag(L, 2, SCN_BOX_OPERATION) != NULL;
    if (selections || both)
        return scn_selection_arith(L, op, 1, 2);
    bool drawn = (is_time(L, 1) && is_draw(L, 2)) || (is_time(L, 2) && is_draw(L, 1));
    if (moments || (drawn && (op == '+' || op == '-')))
        return scn_moment_arith(L, op, 1, 2);
    struct operand a = read_operand(L, 1), b = read_operand(L, 2);
    if (op == '+' || op == '-')
        return add_or_subtract(L, op, a, b);
    return op == '*' ? multiply(L, a, b) : divide(L, op, a, b);
}

static int add(lua_State *L)
{
    return arithmetic(L, '+');
}

static int subtract(lua_State *L)
{
    return arithmetic(L, '-');
}

static int times(lua_State *L)
{
    return arithmetic(L, '*');
}

static int over(lua_State *L)
{
    return arithmetic(L, '/');
}

static int whole_over(lua_State *L)
{
    return arithmetic(L, 'd');
}

static int remainder_of(lua_State *L)
{
    return arithmetic(L, '%');
}

static int negate(lua_State *L)
{
    const struct scn_box *box = scn_to_box(L, 1);

    if (box != NULL && box->tag == SCN_BOX_QUANTITY) {
        scn_push_quantity(L, (struct scn_quantity){box->quantity.kind, -box->quantity.value});
        return 1;
    }
    lua_settop(L, 1);
    lua_pushinteger(L, -1);
    return arithmetic(L, '*');
}

static int power(lua_State *L)
{
    return luaL_error(L, "'^' is not exact on all processors; write x * x, or ask theory for it.");
}

void scn_add_arithmetic(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"__add", add},    {"__sub", subtract},    {"__mul", times},
        {"__div", over},   {"__idiv", whole_over}, {"__mod", remainder_of},
        {"__unm", negate}, {"__pow", power},       {NULL, NULL},
    };

    luaL_setfuncs(L, methods, 0);
}

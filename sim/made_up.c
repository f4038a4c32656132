/* Matrices that nobody measured: of the kind of the published ones, where those may not be shipped. */
#include "sim/fixed.h"
#include "sim/matrix_private.h"
#include "sim/random.h"

#define MS            ((int64_t)1000000)
#define SEED          UINT64_C(0x6b696e67) /* of the made-up data: no run changes it */
#define SERVERS       1740                 /* of the King data set */
#define EARTH_KM      6371
#define NS_PER_KM     5000 /* in fibre, one way: scenarios.md, T3 */
#define STRETCH       SIM_FX_ONE * 17 / 10 /* of routes against the great circle, on average … */
#define LEAST_STRETCH SIM_FX_ONE * 21 / 20 /* … and at least */
#define ENDS_NS       (3 * MS)             /* one way, at both ends together */
#define PI            ((int64_t)3454217652358) /* Q23.40 */

/* Degrees · 100 north and east, and how many name servers are near. The weights follow the population of N2's regions. */
struct city {
    const char *name;
    int16_t north, east;
    uint16_t weight;
};

static const struct city cities[] = {
    {"Amsterdam", 5237, 490, 300},      {"Athens", 3798, 2373, 100},      {"Barcelona", 4139, 217, 150},
    {"Belgrade", 4479, 2045, 60},       {"Berlin", 5252, 1340, 400},      {"Bratislava", 4815, 1711, 50},
    {"Brussels", 5085, 435, 120},       {"Bucharest", 4443, 2610, 100},   {"Budapest", 4750, 1904, 120},
    {"Copenhagen", 5568, 1257, 120},    {"Dublin", 5335, -626, 100},      {"Edinburgh", 5595, -319, 80},
    {"Frankfurt", 5011, 868, 500},      {"Geneva", 4620, 614, 80},        {"Hamburg", 5355, 999, 200},
    {"Helsinki", 6017, 2494, 100},      {"Kyiv", 5045, 3052, 120},        {"Lisbon", 3872, -914, 80},
    {"London", 5151, -13, 600},         {"Luxembourg", 4961, 613, 40},    {"Lyon", 4576, 484, 80},
    {"Madrid", 4042, -370, 200},        {"Milan", 4546, 919, 200},        {"Moscow", 5576, 3762, 300},
    {"Munich", 4814, 1158, 200},        {"Oslo", 5991, 1075, 90},         {"Paris", 4886, 235, 500},
    {"Prague", 5008, 1444, 120},        {"Riga", 5695, 2411, 40},         {"Rome", 4190, 1250, 150},
    {"Sofia", 4270, 2332, 60},          {"Stockholm", 5933, 1807, 150},   {"Vienna", 4821, 1637, 140},
    {"Warsaw", 5223, 2101, 160},        {"Zurich", 4738, 854, 120},       {"New York", 4071, -7401, 900},
    {"Washington", 3891, -7704, 500},   {"Boston", 4236, -7106, 300},     {"Atlanta", 3375, -8439, 300},
    {"Miami", 2576, -8019, 200},        {"Chicago", 4188, -8763, 400},    {"Toronto", 4365, -7938, 250},
    {"Montreal", 4550, -7357, 140},     {"Dallas", 3278, -9680, 300},     {"Denver", 3974, -10499, 150},
    {"Los Angeles", 3405, -11824, 400}, {"San Jose", 3734, -12189, 350},  {"Seattle", 4761, -12233, 250},
    {"Vancouver", 4928, -12312, 90},    {"Tokyo", 3568, 13965, 350},      {"Osaka", 3469, 13550, 120},
    {"Seoul", 3757, 12698, 200},        {"Taipei", 2503, 12157, 130},     {"Hong Kong", 2232, 11417, 130},
    {"Singapore", 135, 10382, 130},     {"Sydney", -3387, 15121, 160},    {"Melbourne", -3781, 14496, 90},
    {"Brisbane", -2747, 15303, 40},     {"Tel Aviv", 3209, 3478, 70},     {"Istanbul", 4101, 2898, 60},
    {"Dubai", 2520, 5527, 30},          {"Sao Paulo", -2355, -4663, 24},  {"Santiago", -3345, -7067, 12},
    {"Johannesburg", -2620, 2805, 30},  {"Cape Town", -3393, 1842, 17},
};

struct sim_made_up_site {
    int64_t at[3];  /* unit vector, Q23.40 */
    int64_t access; /* ns one way */
};

/* --- On the sphere ------------------------------------------------------------------ */

/* Of -π … π, in Q23.40: the series, after x → π - x beyond the quarter; error below 2^-34. */
static int64_t sine(int64_t x)
{
    int64_t square, term, sum;

    if (x > PI / 2)
        x = PI - x;
    else if (x < -PI / 2)
        x = -PI - x;
    square = sim_fx_mul(x, x);
    term = sum = x;
    for (int k = 3; k <= 15; k += 2) {
        term = -sim_fx_mul(term, square) / (k * (k - 1));
        sum += term;
    }
    return sum;
}

static int64_t cosine(int64_t x)
{
    return sine(x <= PI / 2 ? x + PI / 2 : x - 3 * (PI / 2));
}

/* Of a number in Q23.40, rounded down. */
static int64_t root(int64_t x)
{
    unsigned __int128 rest = (unsigned __int128)(uint64_t)x << 40, result = 0;

    for (unsigned __int128 bit = (unsigned __int128)1 << 102; bit; bit >>= 2) {
        if (rest >= result + bit) {
            rest -= result + bit;
            result = (result >> 1) + bit;
        } else {
            result >>= 1;
        }
    }
    return (int64_t)result;
}

/* The angle between two directions. The chord of half an angle is c / sqrt(2 + sqrt(4 - c²)); four halves on, chord and arc are the
 * same to 2^-30. */
static int64_t angle(const int64_t a[3], const int64_t b[3])
{
    int64_t square = 0;

    for (int i = 0; i < 3; i++)
        square += sim_fx_mul(a[i] - b[i], a[i] - b[i]);
    for (int i = 0; i < 4; i++)
        square = sim_fx_div(square, 2 * SIM_FX_ONE + root(MAX(4 * SIM_FX_ONE - square, 0)));
    return 16 * sim_fx_mul(root(square), SIM_FX_ONE + square / 24);
}

static void direction(const struct city *city, int64_t at[3])
{
    int64_t north = city->north * PI / 18000, east = city->east * PI / 18000;

    at[0] = sim_fx_mul(cosine(north), cosine(east));
    at[1] = sim_fx_mul(cosine(north), sine(east));
    at[2] = sine(north);
}

/* e^(sigma·z), z normal, Q23.40; sigma in percent. */
static int64_t lognormal(uint64_t a, uint64_t b, int64_t sigma)
{
    int64_t z = sim_fx_normal(sim_draw(SEED, SIM_PURPOSE_SITE, a, b, 0));

    return sim_fx_scale_exp2(SIM_FX_ONE, sim_fx_mul(sim_fx_mul(z, SIM_FX_LOG2_E), sigma * SIM_FX_ONE / 100), SIM_FX_ONE << 10);
}

/* --- The matrices ------------------------------------------------------------------- */

/* Name servers are near a city, by weight, with an access delay of their own: median 11 ms one way, long tail. */
static const struct city *server(uint32_t site, struct sim_made_up_site *at)
{
    uint64_t all = 0, u = sim_draw(SEED, SIM_PURPOSE_SITE, site, 1, 1);
    size_t city = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(cities); i++)
        all += cities[i].weight;
    for (u = (uint64_t)(((unsigned __int128)u * all) >> 64); u >= cities[city].weight; city++)
        u -= cities[city].weight;
    at->access = sim_fx_mul(11 * MS, lognormal(site, 2, 90));
    return &cities[city];
}

struct sim_matrix *sim_matrix_make_up(enum sim_made_up kind)
{
    struct sim_matrix *matrix = g_new0(struct sim_matrix, 1);

    matrix->kind = kind;
    matrix->sites = kind == SIM_MADE_UP_KING ? SERVERS : G_N_ELEMENTS(cities);
    matrix->made_up = g_new0(struct sim_made_up_site, matrix->sites);
    for (uint32_t site = 0; site < matrix->sites; site++) {
        struct sim_made_up_site *at = &matrix->made_up[site];

        direction(kind == SIM_MADE_UP_KING ? server(site, at) : &cities[site], at->at);
    }
    return matrix;
}

int64_t sim_made_up_delay(const struct sim_matrix *matrix, uint32_t a, uint32_t b)
{
    const struct sim_made_up_site *from = &matrix->made_up[a], *to = &matrix->made_up[b];
    int64_t fibre = sim_fx_mul(angle(from->at, to->at), (int64_t)EARTH_KM * NS_PER_KM);
    int64_t sigma = matrix->kind == SIM_MADE_UP_KING ? 30 : 15;
    int64_t stretch = sim_fx_mul(STRETCH, lognormal(a, (uint64_t)b << 32 | 3, sigma));

    return sim_fx_mul(fibre, MAX(stretch, LEAST_STRETCH)) + ENDS_NS + from->access + to->access;
}


#include "sim/profile.h"
#include "sim/fixed.h"

#include <string.h>

#define US      ((int64_t)1000)
#define MS      ((int64_t)1000000)
#define MBIT    ((uint64_t)1000000)
#define ONE_PPM ((uint32_t)1000000)

#define JITTER_STEPS 1024 /* of the table of the relative jitter */

/* A class of access lines and its share of the homes. */
struct access_class {
    uint32_t share; /* percent */
    uint64_t up, down;
};

/* Homes that lose so many packets in the evening, and their share. */
struct loss_class {
    uint32_t share; /* percent */
    uint32_t least_ppm, most_ppm;
};

struct profile_data {
    unsigned regions, access_classes;
    const char *const *region_names;
    const uint32_t *weights; /* of the population of each region */
    const uint8_t *matrix;   /* regions × regions, ms of round trip, both halves filled */
    const struct access_class *access;
    int64_t last_mile_min, last_mile_max; /* each end */
    int64_t delay_min, delay_max;         /* without regions: one way, for each pair; with: added once */
    uint32_t jitter_sigma_ppm;            /* of the delay */
    const struct loss_class *loss;        /* NULL: none */
    uint32_t loss_ppm, burst;             /* of every host; mean number in a row */
    bool measured;                        /* sites of a matrix … */
    enum sim_made_up made_up;             /* … which is made up unless one is given */
    bool air;                             /* the hosts share one channel, of the rate of their lines */
    bool full;                            /* full connection model unless told otherwise */
    struct sim_profile_gaps gaps;         /* every = 0: none */
};

/* N2. Matrix and weights are those of scenarios.md 4.1 (from the libp2p interoperability test plan). */
enum { AU, EU, EA, WA, NE, NW, SA, ZA, WORLD_REGIONS };

static const char *const world_names[WORLD_REGIONS + 1] = {"australia",     "europe",       "east-asia",
                                                       "west-asia",     "america-east", "america-west",
                                                       "south-america", "south-africa"};
static const char *const world_letters[WORLD_REGIONS] = {"AU", "EU", "EA", "WA", "NE", "NW", "SA", "ZA"};
static const uint32_t world_weights[WORLD_REGIONS] = {290, 5599, 1059, 161, 2894, 1240, 36, 47};
static const uint8_t world_matrix[WORLD_REGIONS * WORLD_REGIONS] = {
    2,   165, 110, 180, 150, 110, 190, 220, /* AU */
    165, 2,   125, 60,  70,  110, 140, 95,  /* EU */
    110, 125, 4,   110, 140, 100, 175, 175, /* EA */
    180, 60,  110, 5,   110, 150, 145, 110, /* WA */
    150, 70,  140, 110, 2,   60,  100, 130, /* NE */
    110, 110, 100, 150, 60,  2,   100, 160, /* NW */
    190, 140, 175, 145, 100, 100, 7,   195, /* SA */
    220, 95,  175, 110, 130, 160, 195, 7,   /* ZA */
};
static const struct access_class home_access[] = {
    {70, 20 * MBIT, 100 * MBIT}, {10, 100 * MBIT, 100 * MBIT}, {20, 1 * MBIT, 10 * MBIT}};
static const struct access_class slow_access[] = {
    {34, MBIT * 128 / 1000, 10 * MBIT}, {33, MBIT / 2, 10 * MBIT}, {33, 1 * MBIT, 10 * MBIT}};
/* Classes of the FCC's reports (scenarios.md 4.1): below 0.4 %, up to 1 %, above. How many homes are in each is chosen. */
static const struct loss_class evening_loss[] = {{80, 0, 4000}, {15, 4000, 10000}, {5, 10000, 20000}};
static const struct access_class mobile_access[] = {{100, 5 * MBIT, 20 * MBIT}};
static const struct access_class city_access[] = {{100, 100 * MBIT, 100 * MBIT}};
static const struct access_class radio_access[] = {{100, 54 * MBIT, 54 * MBIT}};
static const struct access_class infinite_access[] = {{100, 0, 0}};
static const struct access_class lan_access[] = {{100, 1000 * MBIT, 1000 * MBIT}};

static const struct profile_data profiles[SIM_PROFILE_COUNT] = {
    [SIM_PROFILE_NULL] = {.access = infinite_access,
                          .access_classes = 1,
                          .delay_min = 10 * MS,
                          .delay_max = 10 * MS},
    [SIM_PROFILE_LAN] = {.access = lan_access,
                         .access_classes = 1,
                         .delay_min = 100 * US,
                         .delay_max = 300 * US},
    [SIM_PROFILE_WORLD_HOMES] = {.regions = WORLD_REGIONS,
                                 .region_names = world_names,
                                 .weights = world_weights,
                                 .matrix = world_matrix,
                                 .access = home_access,
                                 .access_classes = G_N_ELEMENTS(home_access),
                                 .last_mile_min = 3 * MS,
                                 .last_mile_max = 12 * MS,
                                 .delay_min = 1 * MS,
                                 .delay_max = 1 * MS,
                                 .jitter_sigma_ppm = ONE_PPM / 10},
    [SIM_PROFILE_KING] = {.access = home_access,
                          .access_classes = G_N_ELEMENTS(home_access),
                          .last_mile_min = 3 * MS,
                          .last_mile_max = 12 * MS,
                          .measured = true,
                          .made_up = SIM_MADE_UP_KING},
    [SIM_PROFILE_CITIES] = {.access = city_access,
                            .access_classes = 1,
                            .measured = true,
                            .made_up = SIM_MADE_UP_CITIES},
    [SIM_PROFILE_SLOW_UPLINK] = {.regions = WORLD_REGIONS,
                                 .region_names = world_names,
                                 .weights = world_weights,
                                 .matrix = world_matrix,
                                 .access = slow_access,
                                 .access_classes = G_N_ELEMENTS(slow_access),
                                 .last_mile_min = 3 * MS,
                                 .last_mile_max = 12 * MS,
                                 .delay_min = 1 * MS,
                                 .delay_max = 1 * MS,
                                 .jitter_sigma_ppm = ONE_PPM / 10,
                                 .loss = evening_loss},
    /* Korhonen and Wang: loss on the radio is bursty and reaches TCP as delay (scenarios.md 4.1). How much is left after the repetitions
     * of the radio itself is chosen. */
    [SIM_PROFILE_WLAN] = {.access = radio_access,
                          .access_classes = 1,
                          .delay_min = 1 * MS,
                          .delay_max = 3 * MS,
                          .loss_ppm = ONE_PPM / 200,
                          .burst = 4,
                          .air = true,
                          .full = true},
    [SIM_PROFILE_MOBILE] = {.regions = WORLD_REGIONS,
                            .region_names = world_names,
                            .weights = world_weights,
                            .matrix = world_matrix,
                            .access = mobile_access,
                            .access_classes = G_N_ELEMENTS(mobile_access),
                            .last_mile_min = (3 + 20) * MS,
                            .last_mile_max = (12 + 60) * MS,
                            .delay_min = 1 * MS,
                            .delay_max = 1 * MS,
                            .jitter_sigma_ppm = ONE_PPM / 10,
                            /* How often is chosen: X11 asks for an address every 5 and every 30 min; this is 25. */
                            .gaps = {.every = 300000 * MS, .shortest = 1000 * MS, .longest = 15000 * MS, .moves_ppm = ONE_PPM / 5}},
};

/* In the order of scenarios.md 4.1 (N0 … N7) and of the enumeration. */
static const char *const profile_names[SIM_PROFILE_COUNT + 1] = {"null",        "lan",  "world-homes", "king", "cities",
                                                                 "slow-uplink", "wlan", "mobile"};

struct sim_profile {
    const struct profile_data *data;
    struct sim_profile_changes changes;
    uint64_t seed;
    /* Relative jitter, Q0.32, at the shares i / JITTER_STEPS; the last entry is the cut-off. NULL: none. */
    uint64_t *jitter;
    struct sim_matrix *made_up;      /* owned */
    const struct sim_matrix *matrix; /* that one, or the one given; NULL: none */
};

GQuark sim_profile_error_quark(void)
{
    return g_quark_from_static_string("sim-profile-error");
}

bool sim_profile_find(const char *name, enum sim_profile_id *id)
{
    for (int i = 0; i < SIM_PROFILE_COUNT; i++) {
        if (strcmp(profile_names[i], name) == 0) {
            *id = (enum sim_profile_id)i;
            return true;
        }
    }
    return false;
}

const char *const *sim_profile_names(void)
{
    return profile_names;
}

/* Jitter is the upper half of a lognormal factor: delay · (e^(sigma·|z|) - 1), so that it is never negative
 * (decisions: jitter is added to the pair's base) and the median delay is near the base. Tabulated over the
 * share u of |z|. */
static uint64_t *jitter_table(uint32_t sigma_ppm)
{
    uint64_t *table = g_new(uint64_t, JITTER_STEPS + 1);
    int64_t sigma = (int64_t)sigma_ppm * SIM_FX_ONE / ONE_PPM;

    for (uint64_t i = 0; i <= JITTER_STEPS; i++) {
        /* |z| at share i/n is z at share (1 + i/n)/2; the last step ends at 1 - 1/(8n) instead of infinity.
         */
        uint64_t eighths = i < JITTER_STEPS ? 8 * i : 8 * JITTER_STEPS - 1;
        uint64_t u = ((uint64_t)1 << 63) + eighths * (((uint64_t)1 << 63) / (8 * JITTER_STEPS));
        int64_t exponent = sim_fx_mul(sim_fx_mul(sigma, sim_fx_normal(u)), SIM_FX_LOG2_E);
        int64_t factor = sim_fx_scale_exp2((int64_t)1 << 32, exponent, (int64_t)1 << 40) - ((int64_t)1 << 32);

        table[i] = factor > 0 ? (uint64_t)factor : 0;
    }
    return table;
}

static bool check_changes(const struct profile_data *data, const struct sim_profile_changes *changes, GError **error)
{
    bool full = changes->tcp_full || (data->full && !changes->tcp_stream);
    const struct {
        const struct sim_dist *dist;
        const char *name;
    } dists[] = {
        {changes->delay, "delay"}, {changes->up, "up"}, {changes->down, "down"}, {changes->jitter, "jitter"}};

    for (size_t i = 0; i < G_N_ELEMENTS(dists); i++) {
        const struct sim_dist *dist = dists[i].dist;
        bool negative = false;

        if (!dist)
            continue;
        if (dist->kind != SIM_DIST_LIST)
            negative = dist->a < 0;
        for (uint32_t k = 0; dist->kind == SIM_DIST_LIST && k < dist->count; k++)
            negative = negative || dist->values[k] < 0;
        if (negative) {
            g_set_error(error, SIM_PROFILE_ERROR, 0, "network: '%s' is negative", dists[i].name);
            return false;
        }
    }
    if (changes->matrix && !data->measured) {
        g_set_error(error, SIM_PROFILE_ERROR, 0, "network: 'matrix' is of the profiles king and cities");
        return false;
    }
    if (changes->stations && !data->air) {
        g_set_error(error, SIM_PROFILE_ERROR, 0, "network: 'stations' is of the profile wlan");
        return false;
    }
    if (!full && (changes->loss_burst > 1 || changes->loss_trace || changes->loss_chain)) {
        g_set_error(error, SIM_PROFILE_ERROR, 0, "network: '%s' needs tcp = \"full\"",
                    changes->loss_trace ? "loss_trace" : changes->loss_chain ? "loss_chain" : "loss_burst");
        return false;
    }
    return true;
}

struct sim_profile *sim_profile_new(enum sim_profile_id id, uint64_t seed,
                                    const struct sim_profile_changes *changes, GError **error)
{
    struct sim_profile *profile;

    g_assert(id < SIM_PROFILE_COUNT);
    if (changes && !check_changes(&profiles[id], changes, error))
        return NULL;
    profile = g_new0(struct sim_profile, 1);
    profile->data = &profiles[id];
    profile->seed = seed;
    if (changes)
        profile->changes = *changes;
    if (profile->data->measured)
        profile->matrix = profile->changes.matrix ? profile->changes.matrix
                                                  : (profile->made_up = sim_matrix_make_up(profile->data->made_up));
    if (!profile->changes.jitter && profile->data->jitter_sigma_ppm)
        profile->jitter = jitter_table(profile->data->jitter_sigma_ppm);
    return profile;
}

void sim_profile_free(struct sim_profile *profile)
{
    if (!profile)
        return;
    g_free(profile->jitter);
    sim_matrix_free(profile->made_up);
    g_free(profile);
}

static uint64_t draw(const struct sim_profile *profile, enum sim_purpose purpose, uint64_t key,
                     uint64_t range)
{
    struct sim_stream stream;

    sim_stream_init(&stream, profile->seed, purpose, key, 0);
    return sim_below(&stream, range);
}

static uint8_t draw_region(const struct sim_profile *profile, uint64_t key)
{
    const struct profile_data *data = profile->data;
    uint64_t total = 0, at;
    uint8_t region = 0;

    for (unsigned i = 0; i < data->regions; i++)
        total += data->weights[i];
    at = draw(profile, SIM_PURPOSE_REGION, key, total);
    while (at >= data->weights[region])
        at -= data->weights[region++];
    return region;
}

static uint8_t draw_access(const struct sim_profile *profile, uint64_t key)
{
    uint64_t at = draw(profile, SIM_PURPOSE_ACCESS, key, 100);
    uint8_t class = 0;

    while (at >= profile->data->access[class].share)
        at -= profile->data->access[class ++].share;
    return class;
}

static uint64_t draw_rate(const struct sim_profile *profile, const struct sim_dist *dist,
                          enum sim_purpose purpose, uint64_t key)
{
    struct sim_stream stream;
    int64_t rate;

    sim_stream_init(&stream, profile->seed, purpose, key, 0);
    rate = sim_dist_draw(dist, &stream);
    return rate > 0 ? (uint64_t)rate : 0;
}

static uint32_t draw_loss(const struct sim_profile *profile, uint64_t key)
{
    uint64_t at = draw(profile, SIM_PURPOSE_LOSS_CLASS, key, 100 * (uint64_t)ONE_PPM), percent = at / ONE_PPM;
    const struct loss_class *class = profile->data->loss;

    while (percent >= class->share)
        percent -= class++->share;
    return class->least_ppm + (uint32_t)((class->most_ppm - class->least_ppm) * (at % ONE_PPM) / ONE_PPM);
}

/* Hosts of a smaller share are among those of a greater one. */
static bool falls_under(const struct sim_profile *profile, uint64_t key, uint64_t what, uint32_t ppm)
{
    return ppm > 0 && sim_draw(profile->seed, SIM_PURPOSE_NAT, key, what, 0) < ((unsigned __int128)ppm << 64) / ONE_PPM;
}

void sim_profile_place(const struct sim_profile *profile, uint64_t key, uint8_t region,
                       struct sim_place *place)
{
    const struct profile_data *data = profile->data;
    uint64_t span = (uint64_t)(data->last_mile_max - data->last_mile_min);

    *place = (struct sim_place){.key = key};
    if (data->regions)
        place->region = region < data->regions ? region : draw_region(profile, key);
    if (profile->matrix)
        place->site = (uint16_t)draw(profile, SIM_PURPOSE_SITE, key, sim_matrix_sites(profile->matrix));
    place->access = data->access_classes > 1 ? draw_access(profile, key) : 0;
    place->up = data->access[place->access].up;
    place->down = data->access[place->access].down;
    if (data->last_mile_max)
        place->last_mile =
            (uint32_t)(data->last_mile_min + (int64_t)draw(profile, SIM_PURPOSE_LAST_MILE, key, span + 1));
    if (data->loss)
        place->loss_ppm = draw_loss(profile, key);
    place->nat = falls_under(profile, key, 0, profile->changes.nat_ppm) &&
                 !falls_under(profile, key, 1, profile->changes.open_ppm);
    if (profile->changes.up)
        place->up = draw_rate(profile, profile->changes.up, SIM_PURPOSE_RATE_UP, key);
    if (profile->changes.down)
        place->down = draw_rate(profile, profile->changes.down, SIM_PURPOSE_RATE_DOWN, key);
}

int64_t sim_profile_base_delay(const struct sim_profile *profile, const struct sim_place *a,
                               const struct sim_place *b)
{
    const struct profile_data *data = profile->data;
    const struct sim_dist *changed = profile->changes.delay;
    struct sim_stream stream;
    int64_t delay = data->delay_min;

    if (changed ? changed->kind != SIM_DIST_CONSTANT : data->delay_max > data->delay_min)
        sim_stream_init(&stream, profile->seed, SIM_PURPOSE_PAIR_DELAY, MIN(a->key, b->key),
                        MAX(a->key, b->key));
    if (changed) {
        delay = changed->kind == SIM_DIST_CONSTANT ? changed->a : sim_dist_draw(changed, &stream);
        return MAX(delay, 1); /* between hosts time passes */
    }
    if (data->delay_max > data->delay_min)
        delay += (int64_t)sim_below(&stream, (uint64_t)(data->delay_max - data->delay_min) + 1);
    if (data->regions)
        delay += data->matrix[a->region * data->regions + b->region] * MS / 2;
    if (profile->matrix) { /* a host of another profile may have a site of another matrix */
        uint32_t sites = sim_matrix_sites(profile->matrix);

        delay += sim_matrix_delay(profile->matrix, a->site % sites, b->site % sites);
    }
    return delay + a->last_mile + b->last_mile;
}

uint32_t sim_profile_loss(const struct sim_profile *profile, const struct sim_place *place)
{
    uint32_t all = profile->changes.loss_given || profile->changes.loss_ppm ? profile->changes.loss_ppm : profile->data->loss_ppm;

    if (profile->changes.loss_chain && !all)
        all = sim_loss_chain_mean(profile->changes.loss_chain);
    return ONE_PPM - (uint32_t)((uint64_t)(ONE_PPM - place->loss_ppm) * (ONE_PPM - all) / ONE_PPM);
}

bool sim_profile_tcp_full(const struct sim_profile *profile)
{
    return profile->changes.tcp_full || (profile->data->full && !profile->changes.tcp_stream);
}

struct sim_loss_model sim_profile_loss_model(const struct sim_profile *profile)
{
    return (struct sim_loss_model){.burst = profile->changes.loss_burst ? profile->changes.loss_burst : profile->data->burst,
                                   .trace = profile->changes.loss_trace,
                                   .chain = profile->changes.loss_chain};
}

bool sim_profile_air(const struct sim_profile *profile, uint32_t *most)
{
    *most = profile->changes.stations;
    return profile->data->air;
}

bool sim_profile_gaps(const struct sim_profile *profile, struct sim_profile_gaps *gaps)
{
    *gaps = profile->data->gaps;
    return gaps->every > 0;
}

bool sim_profile_has_jitter(const struct sim_profile *profile)
{
    return profile->jitter || profile->changes.jitter;
}

int64_t sim_profile_jitter(const struct sim_profile *profile, int64_t base, struct sim_stream *stream)
{
    uint64_t u, step, part, factor;

    if (profile->changes.jitter)
        return MAX(sim_dist_draw(profile->changes.jitter, stream), 0);
    if (!profile->jitter)
        return 0;
    u = sim_next(stream);
    step = u >> 54; /* the upper 10 bits: 1024 steps */
    part = (u >> 22) & UINT32_MAX;
    factor = profile->jitter[step] + (((profile->jitter[step + 1] - profile->jitter[step]) * part) >> 32);
    return (int64_t)(((unsigned __int128)(uint64_t)base * factor) >> 32);
}

unsigned sim_profile_regions(const struct sim_profile *profile)
{
    return profile->data->regions;
}

int sim_region_find(const char *name)
{
    for (int i = 0; i < WORLD_REGIONS; i++) {
        if (strcmp(name, world_names[i]) == 0 || strcmp(name, world_letters[i]) == 0)
            return i;
    }
    return -1;
}

const char *const *sim_region_names(void)
{
    return world_names;
}

const char *sim_profile_region_name(const struct sim_profile *profile, unsigned region)
{
    g_assert(region < profile->data->regions);
    return profile->data->region_names[region];
}

#include "sim/loss.h"

#include "sim/fixed.h"
#include "sim/random.h"

#include <string.h>

#define PPM     1000000
#define FOREVER (INT64_MAX / 2)

struct sim_loss_trace {
    uint8_t *lost;
    uint64_t count;
};

/* --- Traces ------------------------------------------------------------------------- */

struct sim_loss_trace *sim_loss_trace_new(const char *text, const char *name, GError **error)
{
    GByteArray *lost = g_byte_array_new();
    struct sim_loss_trace *trace;
    bool any_arrives = false;
    int line = 1;

    for (const char *at = text; *at; at++) {
        const guint8 bit = *at == '1';

        if (*at == '#' && (at == text || at[-1] == '\n')) {
            while (at[1] && at[1] != '\n')
                at++;
        } else if (*at == '0' || *at == '1') {
            g_byte_array_append(lost, &bit, 1);
            any_arrives = any_arrives || !bit;
        } else if (*at == '\n') {
            line++;
        } else if (!g_ascii_isspace(*at)) {
            g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                        "%s:%d: a loss trace is of 0 (arrived) and 1 (lost), one digit a packet; this is '%c'", name, line,
                        g_ascii_isprint(*at) ? *at : '?');
            g_byte_array_unref(lost);
            return NULL;
        }
    }
    if (!any_arrives) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%d: a loss trace needs a packet that arrives (0)", name, line);
        g_byte_array_unref(lost);
        return NULL;
    }
    trace = g_new(struct sim_loss_trace, 1);
    trace->count = lost->len;
    trace->lost = g_byte_array_free(lost, FALSE);
    return trace;
}

struct sim_loss_trace *sim_loss_trace_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, error) ? sim_loss_trace_new(text, path, error) : NULL;
}

void sim_loss_trace_free(struct sim_loss_trace *trace)
{
    if (trace)
        g_free(trace->lost);
    g_free(trace);
}

static int64_t replay(struct sim_loss *loss, const struct sim_loss_trace *trace, int64_t packets)
{
    if (!loss->drawn) {
        loss->left = (int64_t)(sim_draw(loss->seed, SIM_PURPOSE_LOSS, loss->lane, 0, 0) % trace->count);
        loss->drawn = true;
    }
    for (int64_t passed = 0; passed < packets; passed++) {
        bool lost = trace->lost[loss->left];

        loss->left = (loss->left + 1) % (int64_t)trace->count;
        if (lost)
            return passed;
    }
    return packets;
}

/* --- Chains ------------------------------------------------------------------------- */

const char *sim_loss_chain_problem(const struct sim_loss_chain *chain)
{
    for (int i = 0; i < SIM_LOSS_STATES; i++) {
        if (chain->loss_ppm[i] > PPM)
            return "a state loses more than 100 %";
        if (i + 1 == SIM_LOSS_STATES)
            break;
        if (chain->worse_ppm[i] == 0 || chain->better_ppm[i] == 0)
            return "every state but the last gets worse, every one but the first better, with a chance above 0 %";
        if (chain->worse_ppm[i] + (i > 0 ? chain->better_ppm[i - 1] : 0) > PPM || chain->better_ppm[i] > PPM)
            return "the chances to leave a state are more than 100 %";
    }
    return chain->loss_ppm[0] < PPM ? NULL : "the best state loses every packet";
}

/* How long each state is had, of 2^32 in all: neighbours change places as often in both directions. */
static void long_run(const struct sim_loss_chain *chain, uint64_t share[SIM_LOSS_STATES])
{
    unsigned __int128 weight[SIM_LOSS_STATES], all = 0;

    for (int i = 0; i < SIM_LOSS_STATES; i++) { /* the product of the chances below to get worse, above to get better: < 2^60 */
        weight[i] = 1;
        for (int k = 0; k + 1 < SIM_LOSS_STATES; k++)
            weight[i] *= k < i ? chain->worse_ppm[k] : chain->better_ppm[k];
        all += weight[i];
    }
    for (int i = 0; i < SIM_LOSS_STATES; i++)
        share[i] = (uint64_t)((weight[i] << 32) / all);
}

uint32_t sim_loss_chain_mean(const struct sim_loss_chain *chain)
{
    uint64_t share[SIM_LOSS_STATES], mean = 0;

    long_run(chain, share);
    for (int i = 0; i < SIM_LOSS_STATES; i++)
        mean += share[i] * chain->loss_ppm[i];
    return (uint32_t)(mean >> 32);
}

static int64_t follow(struct sim_loss *loss, const struct sim_loss_chain *chain, int64_t packets)
{
    if (!loss->drawn || loss->rested) { /* at first, and after a while: as in the long run */
        uint64_t share[SIM_LOSS_STATES];
        uint64_t at = sim_draw(loss->seed, SIM_PURPOSE_LOSS, loss->lane, 0, ++loss->draws) >> 32;

        long_run(chain, share);
        for (loss->state = 0; loss->state + 1 < SIM_LOSS_STATES && at >= share[loss->state]; loss->state++)
            at -= share[loss->state];
        loss->drawn = true;
        loss->rested = false;
    }
    for (int64_t passed = 0; passed < packets; passed++) {
        uint64_t u = sim_draw(loss->seed, SIM_PURPOSE_LOSS, loss->lane, 0, ++loss->draws);
        uint64_t move = (u >> 32) * PPM >> 32, fate = (u & UINT32_MAX) * PPM >> 32;
        uint32_t worse = loss->state + 1 < SIM_LOSS_STATES ? chain->worse_ppm[loss->state] : 0;

        if (move < worse)
            loss->state++;
        else if (loss->state > 0 && move < worse + chain->better_ppm[loss->state - 1])
            loss->state--;
        if (fate < chain->loss_ppm[loss->state])
            return passed;
    }
    return packets;
}

/* --- Drawn -------------------------------------------------------------------------- */

/* Trials that fail before the first success, each of which has the chance `part` of `whole`. */
static int64_t failures(struct sim_loss *loss, uint64_t part, uint64_t whole)
{
    uint64_t u = sim_draw(loss->seed, SIM_PURPOSE_LOSS, loss->lane, 0, ++loss->draws);
    int64_t log_fail;

    if (part >= whole)
        return 0;
    if (!part)
        return FOREVER;
    log_fail = sim_fx_log2((uint64_t)(((unsigned __int128)(whole - part) << 64) / whole));
    return log_fail < 0 ? sim_fx_log2(u | 1) / log_fail : FOREVER;
}

/* Bursts are b packets long on average, so a burst ends with 1/b; and p of the packets are lost if one begins with p/(b(1 - p))
 * after each that arrives. A gap is at least one packet long, and so is a burst. Single losses (b ≤ 1): gaps of any length. */
static void draw_next(struct sim_loss *loss, const struct sim_loss_model *model)
{
    if (model->burst <= 1) {
        loss->left = failures(loss, model->ppm, PPM);
    } else {
        loss->bad = loss->drawn ? !loss->bad : failures(loss, model->ppm, PPM) == 0; /* at first: as in the long run */
        loss->left = 1 + (loss->bad ? failures(loss, 1, model->burst)
                                    : failures(loss, model->ppm, (uint64_t)model->burst * (PPM - model->ppm)));
    }
    loss->drawn = true;
}

void sim_loss_rest(struct sim_loss *loss)
{
    loss->rested = true;
}

int64_t sim_loss_pass(struct sim_loss *loss, const struct sim_loss_model *model, int64_t packets)
{
    int64_t passed;

    if (model->trace)
        return replay(loss, model->trace, packets);
    if (model->chain)
        return follow(loss, model->chain, packets);
    if (!model->ppm)
        return packets;
    if (model->ppm >= PPM)
        return 0;
    if (!loss->drawn || loss->rested || loss->ppm != model->ppm) { /* both laws forget: what was left is drawn anew for another chance */
        loss->drawn = loss->bad = loss->rested = false;
        draw_next(loss, model);
        loss->ppm = model->ppm;
    }
    if (loss->bad) {
        if (--loss->left == 0)
            draw_next(loss, model);
        return 0;
    }
    if (loss->left >= packets) {
        loss->left -= packets;
        return packets;
    }
    passed = loss->left;
    draw_next(loss, model);
    if (loss->bad && --loss->left == 0)
        draw_next(loss, model);
    return passed;
}

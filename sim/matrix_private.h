/* The inside of matrix.h, shared by matrix.c (reading) and made_up.c. */
#ifndef SIM_MATRIX_PRIVATE_H
#define SIM_MATRIX_PRIVATE_H

#include "sim/matrix.h"

#define SIM_MATRIX_WITHIN ((int64_t)500000) /* ns between two hosts of one site */

struct sim_made_up_site;

struct sim_matrix {
    uint32_t sites;
    uint32_t *delays;                 /* ns one way, the triangle below the diagonal; NULL: made up */
    struct sim_made_up_site *made_up; /* of each site */
    enum sim_made_up kind;
};

/* a < b. */
int64_t sim_made_up_delay(const struct sim_matrix *matrix, uint32_t a, uint32_t b);

#endif

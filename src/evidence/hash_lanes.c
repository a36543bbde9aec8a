#include "evidence/hash_lanes.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdbool.h>

#define BLOCKS 4

struct lane {
    struct ac_hash_lanes *all;
    struct ac_hash *hash;
    pthread_t thread;
    bool running;
    uint64_t done; /* blocks digested */
};

struct ac_hash_lanes {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a block was put, a lane is done with one, the end */
    uint8_t *blocks[BLOCKS];
    size_t sizes[BLOCKS];
    uint64_t put; /* blocks given to the lanes */
    bool ended, failed;
    struct lane lanes[AC_HASH_KINDS];
    size_t n;
};

/* Waits for block number `number`; false: there will be none. */
static bool wait_for(struct ac_hash_lanes *l, uint64_t number)
{
    bool there;

    pthread_mutex_lock(&l->lock);
    while (l->put <= number && !l->ended)
        pthread_cond_wait(&l->changed, &l->lock);
    there = l->put > number;
    pthread_mutex_unlock(&l->lock);
    return there;
}

static void tell_done(struct lane *lane, uint64_t done, bool failed)
{
    struct ac_hash_lanes *l = lane->all;

    pthread_mutex_lock(&l->lock);
    lane->done = done;
    l->failed |= failed;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

static void *run(void *argument)
{
    struct lane *lane = argument;
    struct ac_hash_lanes *l = lane->all;

    for (uint64_t i = 0; wait_for(l, i); i++) {
        size_t slot = (size_t)(i % BLOCKS);

        tell_done(lane, i + 1, ac_hash_add(lane->hash, l->blocks[slot], l->sizes[slot]) != AC_OK);
    }
    return NULL;
}

static void free_all(struct ac_hash_lanes *l)
{
    for (size_t i = 0; i < BLOCKS; i++)
        ac_free(l->blocks[i]);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    ac_free(l);
}

enum ac_rc ac_hash_lanes_start(struct ac_hash *const *hashes, size_t n, size_t block_size,
                               struct ac_hash_lanes **ret, struct ac_err *err)
{
    struct ac_hash_lanes *l = ac_calloc(1, sizeof(*l));
    bool ok = l != NULL;

    if (!l)
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to compute digests");
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    for (size_t i = 0; ok && i < BLOCKS; i++) {
        l->blocks[i] = ac_malloc(block_size);
        ok = l->blocks[i] != NULL;
    }
    if (!ok) {
        free_all(l);
        return AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory to read into");
    }
    for (size_t i = 0; i < n && l->n < AC_HASH_KINDS; i++) {
        struct lane *lane = &l->lanes[l->n];

        if (!hashes[i])
            continue;
        l->n++;
        *lane = (struct lane){.all = l, .hash = hashes[i]};
        lane->running = pthread_create(&lane->thread, NULL, run, lane) == 0;
    }
    *ret = l;
    return AC_OK;
}

/* Blocks that all lanes have done with. */
static uint64_t slowest(const struct ac_hash_lanes *l)
{
    uint64_t least = l->put;

    for (size_t i = 0; i < l->n; i++) {
        if (l->lanes[i].done < least)
            least = l->lanes[i].done;
    }
    return least;
}

void *ac_hash_lanes_block(struct ac_hash_lanes *l)
{
    uint8_t *block;

    pthread_mutex_lock(&l->lock);
    while (l->put - slowest(l) >= BLOCKS)
        pthread_cond_wait(&l->changed, &l->lock);
    block = l->blocks[l->put % BLOCKS];
    pthread_mutex_unlock(&l->lock);
    return block;
}

void ac_hash_lanes_put(struct ac_hash_lanes *l, size_t n)
{
    size_t slot = (size_t)(l->put % BLOCKS);

    l->sizes[slot] = n;
    for (size_t i = 0; i < l->n; i++) { /* lanes without a thread */
        if (!l->lanes[i].running)
            tell_done(&l->lanes[i], l->put + 1,
                      ac_hash_add(l->lanes[i].hash, l->blocks[slot], n) != AC_OK);
    }
    pthread_mutex_lock(&l->lock);
    l->put++;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

enum ac_rc ac_hash_lanes_end(struct ac_hash_lanes *l)
{
    bool failed;

    if (!l)
        return AC_OK;
    pthread_mutex_lock(&l->lock);
    l->ended = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < l->n; i++) {
        if (l->lanes[i].running)
            pthread_join(l->lanes[i].thread, NULL);
    }
    failed = l->failed;
    free_all(l);
    return failed ? AC_BUG : AC_OK;
}

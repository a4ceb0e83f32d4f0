/*
 * A conversation of hostile peers with an allocator that fails.
 *
 *   fail_allocations LIBRARY
 *
 * Plays the conversation once for every allocation in it, which fails, and once more for each with
 * all later ones failing, too. Prints how many allocations there are, and checks that every call
 * answers a status, that the records are those of a conversation without failures once the octets
 * that were not consumed are pushed again, and that all memory is given back.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isotsap.h"

/* The allocator under the names glibc keeps for wrappers like these. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

/* Set while the library runs: the allocations from `first` to `last` fail. */
static int armed;
static unsigned long made, first, last;
static long blocks;

static int fails(void) {
  if (!armed) {
    return 0;
  }
  made++;
  return first <= made && made <= last;
}

static void *taken(void *memory) {
  blocks += armed && memory != NULL;
  return memory;
}

void *malloc(size_t size) { return fails() ? NULL : taken(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return fails() ? NULL : taken(__libc_calloc(count, size)); }

void *realloc(void *memory, size_t size) {
  void *moved;
  if (fails()) {
    return NULL;
  }
  moved = __libc_realloc(memory, size);
  blocks += armed && memory == NULL && moved != NULL;
  return moved;
}

void free(void *memory) {
  blocks -= armed && memory != NULL;
  __libc_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return fails() ? NULL : taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = aligned_alloc(alignment, size);
  return *memory ? 0 : ENOMEM;
}

static int32_t (*stream_new)(const isotsap_options *, isotsap_stream **);
static void (*stream_free)(isotsap_stream *);
static int32_t (*stream_push)(isotsap_stream *, uint32_t, const uint8_t *, uint64_t, isotsap_pdu *,
                              uint64_t, isotsap_item *, uint64_t, isotsap_stream_result *);
static int32_t (*stream_gap)(isotsap_stream *, uint32_t, uint64_t, uint32_t, isotsap_pdu *, uint64_t,
                             isotsap_item *, uint64_t, isotsap_stream_result *);
static int32_t (*stream_finish)(isotsap_stream *, uint32_t, isotsap_pdu *, uint64_t, isotsap_item *,
                                uint64_t, isotsap_stream_result *);

static isotsap_pdu pdus[16];
static isotsap_item items[64];
static unsigned long records, tsdus, discarded, refused;

static void fail(const char *what) {
  fprintf(stderr, "fail_allocations: %s, allocations %lu to %lu of %lu\n", what, first, last, made);
  exit(EXIT_FAILURE);
}

static void *symbol(void *library, const char *name) {
  void *address = dlsym(library, name);
  if (!address) {
    fail(name);
  }
  return address;
}

static int raised(const isotsap_pdu *pdu, unsigned id) {
  unsigned bit = id - ISOTSAP_EXPERT_BASE;
  return pdu->experts[bit / 64] >> (bit % 64) & 1;
}

static void count(const isotsap_stream_result *result) {
  records += result->pdus_written;
  tsdus += result->tsdu_segments > 0;
  for (uint64_t i = 0; i < result->pdus_written; i++) {
    tsdus += (pdus[i].flags & ISOTSAP_PDU_FLAG_TSDU) != 0;
    discarded += raised(&pdus[i], ISOTSAP_EXPERT_COTP_TSDU_TOO_LONG);
  }
}

/* Pushes until all is consumed. When memory is missing for good, reports the rest as lost. */
static void push(isotsap_stream *stream, uint32_t end, const uint8_t *octets, uint64_t length) {
  isotsap_stream_result result;
  unsigned attempts = 0;
  int32_t status;

  result.struct_size = sizeof result;
  for (;;) {
    status = stream_push(stream, end, octets, length, pdus, 16, items, 64, &result);
    if (status < 0 && status != ISOTSAP_STATUS_NO_MEMORY) {
      fail("a push fails");
    }
    count(&result);
    octets += result.consumed;
    length -= result.consumed;
    if (status == ISOTSAP_STATUS_OK) {
      if (length > 0) {
        fail("octets are left");
      }
      return;
    }
    if (status == ISOTSAP_STATUS_NO_MEMORY) {
      refused++;
      if (++attempts == 3) {
        break;
      }
    }
  }
  do {
    status = stream_gap(stream, end, length, ISOTSAP_MISSING_LOST, pdus, 16, items, 64, &result);
    count(&result);
  } while (status == ISOTSAP_STATUS_MORE);
  if (status != ISOTSAP_STATUS_OK) {
    fail("a gap fails");
  }
}

/* In pieces, so that the stream has to keep what is incomplete. */
static void push_split(isotsap_stream *stream, uint32_t end, const uint8_t *octets, size_t length) {
  static const size_t pieces[] = {3, 9, 100, 1, 40};
  for (size_t at = 0, turn = 0; at < length; turn++) {
    size_t piece = pieces[turn % 5] < length - at ? pieces[turn % 5] : length - at;
    push(stream, end, octets + at, piece);
    at += piece;
  }
}

static void dt(isotsap_stream *stream, unsigned reference, unsigned number_and_eot, size_t length) {
  static uint8_t octets[4096] = {3, 0, 0, 0, 4, 0xf0};
  octets[2] = length >> 8;
  octets[3] = length & 0xff;
  octets[7] = reference & 0xff;
  octets[8] = number_and_eot;
  push_split(stream, ISOTSAP_END_A, octets, length);
}

static void play(void) {
  static const uint8_t cr[] = {3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 1, 0x40};
  static const uint8_t cc[] = {3, 0, 0, 11, 6, 0xd0, 0, 1, 0, 2, 0x40};
  static const uint8_t nsap[20] = {1};
  static uint8_t aks[4 + 40 * 5] = {3, 0, 0, sizeof aks};
  static uint8_t noise[5000];
  isotsap_options options;
  isotsap_stream_result result;
  isotsap_stream *stream = NULL;
  int32_t status;

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.flags = ISOTSAP_OPTION_FLAG_ATN;
  options.nsap_a = options.nsap_b = nsap;
  options.nsap_a_length = options.nsap_b_length = sizeof nsap;
  while ((status = stream_new(&options, &stream)) != ISOTSAP_STATUS_OK) {
    if (status != ISOTSAP_STATUS_NO_MEMORY || stream != NULL) {
      fail("stream_new");
    }
    refused++;
    if (last != first) {
      return;
    }
  }
  for (size_t i = 4; i < sizeof aks; i += 5) {
    memcpy(aks + i, "\4\x60\0\2\1", 5);
  }
  push_split(stream, ISOTSAP_END_A, cr, sizeof cr);
  push_split(stream, ISOTSAP_END_B, cc, sizeof cc);
  push_split(stream, ISOTSAP_END_B, aks, sizeof aks);
  for (unsigned reference = 2; reference < 20; reference++) {
    dt(stream, reference, 0, 600);
    dt(stream, reference, 2 | 0x80, 20);
    dt(stream, reference, 4, 300);
    dt(stream, reference, 3 | 0x80, 20);
    if (reference % 2) {
      dt(stream, reference, 1, 2000);
      dt(stream, reference, 5 | 0x80, 2000);
    }
  }
  memset(noise, 0x5a, sizeof noise);
  for (size_t i = 0; i < sizeof noise; i += 7) {
    noise[i] = 3;
  }
  push_split(stream, ISOTSAP_END_A, noise, sizeof noise);
  push_split(stream, ISOTSAP_END_A, cr, sizeof cr - 1);
  result.struct_size = sizeof result;
  for (uint32_t end = ISOTSAP_END_A; end <= ISOTSAP_END_B; end++) {
    do {
      status = stream_finish(stream, end, pdus, 16, items, 64, &result);
      count(&result);
    } while (status == ISOTSAP_STATUS_MORE);
    if (status != ISOTSAP_STATUS_OK) {
      fail("a finish fails");
    }
  }
  stream_free(stream);
}

/* Plays with the allocations from one to another failing. */
static void play_failing(unsigned long from, unsigned long to) {
  made = records = tsdus = discarded = refused = 0;
  first = from;
  last = to;
  armed = 1;
  play();
  armed = 0;
  if (blocks != 0) {
    fail("memory is not given back");
  }
}

int main(int argc, char **argv) {
  unsigned long all, all_records, all_tsdus, told = 0, answered = 0;
  void *library;

  if (argc != 2) {
    fail("one argument, please");
  }
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fail(dlerror());
  }
  *(void **)&stream_new = symbol(library, "isotsap_stream_new");
  *(void **)&stream_free = symbol(library, "isotsap_stream_free");
  *(void **)&stream_push = symbol(library, "isotsap_stream_push");
  *(void **)&stream_gap = symbol(library, "isotsap_stream_gap");
  *(void **)&stream_finish = symbol(library, "isotsap_stream_finish");

  play_failing(0, 0);
  all = made;
  all_records = records;
  all_tsdus = tsdus;
  if (discarded || refused || !all_tsdus) {
    fail("the conversation is not as it should be");
  }
  for (unsigned long n = 1; n <= all; n++) {
    play_failing(n, n);
    if (records != all_records) {
      fail("records are missing");
    }
    /* What is missing was refused, or is told. */
    if (refused + discarded == 0 || (tsdus != all_tsdus && discarded == 0)) {
      fail("a failure is not told");
    }
    told += discarded;
    answered += refused;
    play_failing(n, ~0ul);
    if (refused + discarded == 0) {
      fail("failures are not told");
    }
  }
  printf("%lu allocations, %lu answered, %lu told\n", all, answered, told);
  return EXIT_SUCCESS;
}

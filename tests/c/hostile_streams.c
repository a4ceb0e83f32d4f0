/*
 * Streams of hostile peers, counting every octet of memory that they cause.
 *
 *   hostile_streams LIBRARY SCENE COUNT LIMIT
 *
 * Plays a scene COUNT times over, with LIMIT as the limit of TSDUs, and prints numbers by name.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "isotsap.h"

/* The allocator under the names glibc keeps for wrappers like these. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static unsigned long calls;
static size_t live, peak;

static void *taken(void *memory) {
  calls++;
  live += malloc_usable_size(memory);
  if (live > peak) {
    peak = live;
  }
  return memory;
}

static void given(void *memory) { live -= malloc_usable_size(memory); }

void *malloc(size_t size) { return taken(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }

void *realloc(void *memory, size_t size) {
  given(memory);
  return taken(__libc_realloc(memory, size));
}

void free(void *memory) {
  given(memory);
  __libc_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = taken(__libc_memalign(alignment, size));
  return *memory ? 0 : ENOMEM;
}

static int32_t (*stream_new)(const isotsap_options *, isotsap_stream **);
static void (*stream_free)(isotsap_stream *);
static int32_t (*stream_push)(isotsap_stream *, uint32_t, const uint8_t *, uint64_t, isotsap_pdu *,
                              uint64_t, isotsap_item *, uint64_t, isotsap_stream_result *);

static isotsap_options options;
static const uint8_t nsap[20];
static isotsap_stream *stream;
static isotsap_stream *many[100000];
static isotsap_pdu pdus[128];
static unsigned long records, too_long, incomplete, tsdus, reassembled;

static void fail(const char *what) {
  fprintf(stderr, "hostile_streams: %s\n", what);
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

static void push(isotsap_stream *to, uint32_t end, const uint8_t *octets, uint64_t length) {
  isotsap_stream_result result;
  int32_t status;

  result.struct_size = sizeof result;
  do {
    status = stream_push(to, end, octets, length, pdus, 128, NULL, 0, &result);
    if (status < 0) {
      fail("a push fails");
    }
    octets += result.consumed;
    length -= result.consumed;
    records += result.pdus_written;
    reassembled += result.tsdu_segments > 0;
    for (uint64_t i = 0; i < result.pdus_written; i++) {
      too_long += raised(&pdus[i], ISOTSAP_EXPERT_COTP_TSDU_TOO_LONG);
      incomplete += raised(&pdus[i], ISOTSAP_EXPERT_COTP_TSDU_INCOMPLETE);
      tsdus += (pdus[i].flags & ISOTSAP_PDU_FLAG_TSDU) != 0;
    }
  } while (status == ISOTSAP_STATUS_MORE);
}

/* CR and CC of a class. */
static void connect_as(uint8_t class_options) {
  uint8_t cr[] = {3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 1, 0};
  uint8_t cc[] = {3, 0, 0, 11, 6, 0xd0, 0, 1, 0, 2, 0};
  cr[10] = cc[10] = class_options;
  push(stream, ISOTSAP_END_A, cr, sizeof cr);
  push(stream, ISOTSAP_END_B, cc, sizeof cc);
}

/* A DT of class 0 with 1000 octets in its TPKT. */
static void data(int eot) {
  uint8_t dt[1000] = {3, 0, 3, 0xe8, 2, 0xf0, 0};
  dt[6] = eot ? 0x80 : 0;
  push(stream, ISOTSAP_END_A, dt, sizeof dt);
}

/* A DT of classes 2 to 4 with 200 octets in its TPKT. */
static void numbered(unsigned reference, unsigned number) {
  uint8_t dt[200] = {3, 0, 0, 200, 4, 0xf0, 0, 0, 0};
  dt[6] = reference >> 8;
  dt[7] = reference & 0xff;
  dt[8] = number & 0x7f;
  push(stream, ISOTSAP_END_A, dt, sizeof dt);
}

/* A DT of classes 2 to 4 of a single octet. */
static void numbered_octet(uint32_t end, unsigned reference, unsigned number_and_eot) {
  uint8_t dt[] = {3, 0, 0, 10, 4, 0xf0, 0, reference & 0xff, number_and_eot & 0xff, '?'};
  push(stream, end, dt, sizeof dt);
}

/* A DT of classes 2 to 4 in a TPKT of so many octets. */
static void numbered_long(unsigned reference, unsigned number, int eot, unsigned length) {
  static uint8_t dt[65535] = {3, 0, 0, 0, 4, 0xf0};
  dt[2] = length >> 8;
  dt[3] = length & 0xff;
  dt[7] = reference & 0xff;
  dt[8] = number | (eot ? 0x80 : 0);
  push(stream, ISOTSAP_END_A, dt, length);
}

/* So many octets, a period over and over, in segments. */
static void repeat(const uint8_t *period, size_t length, unsigned long count, size_t segment) {
  uint8_t octets[1500];
  unsigned long at = 0, total = count * length;
  while (at < total) {
    size_t here = total - at < segment ? total - at : segment;
    for (size_t i = 0; i < here; i++) {
      octets[i] = period[(at + i) % length];
    }
    push(stream, ISOTSAP_END_A, octets, here);
    at += here;
  }
}

static void play(const char *scene, unsigned long count) {
  static const uint8_t promise[] = {3, 0, 0xff, 0xff};
  static const uint8_t dt[32] = {3, 0, 0, 32, 2, 0xf0, 0x80};
  static const uint8_t empty[] = {3, 0, 0, 4};
  static const uint8_t three[] = {3};
  /* The start of a CR, over and over. */
  static const uint8_t candidate[] = {3, 0, 0xff, 4, 0xfe, 0xe0};
  /* Looks like a CR with many parameters, until the last of them does not fit. */
  static uint8_t nearly[260] = {3, 0, 1, 4, 254, 0xe0, 0, 0, 0, 1, 0};
  /* Completed in two pushes, so that the stream has a buffer for it. */
  static const uint8_t longer[2048] = {3, 0, 8, 0, 4, 0xf0, 0, 99, 0x80};

  for (size_t at = 11; at < sizeof nearly; at += 2) {
    nearly[at] = 0xc1;
  }
  nearly[258] = 9;
  if (!strcmp(scene, "many")) {
    for (unsigned long i = 0; i < count; i++) {
      if (stream_new(&options, &many[i])) {
        fail("no stream");
      }
    }
  } else if (!strcmp(scene, "promises")) {
    for (unsigned long i = 0; i < count; i++) {
      if (stream_new(&options, &many[i])) {
        fail("no stream");
      }
      push(many[i], ISOTSAP_END_A, promise, sizeof promise);
      push(many[i], ISOTSAP_END_B, promise, sizeof promise);
    }
  } else if (!strcmp(scene, "octets")) {
    repeat(dt, sizeof dt, count, 1);
  } else if (!strcmp(scene, "segments")) {
    repeat(dt, sizeof dt, count, 1460);
  } else if (!strcmp(scene, "endless")) {
    connect_as(0);
    for (unsigned long i = 0; i < count; i++) {
      data(0);
    }
    data(1);
    data(0);
    data(1);
  } else if (!strcmp(scene, "references")) {
    connect_as(0x20);
    for (unsigned long i = 0; i < count; i++) {
      numbered(i & 0xffff, 0);
    }
  } else if (!strcmp(scene, "missing")) {
    connect_as(0x40);
    for (unsigned long i = 0; i < count; i++) {
      numbered(2, i % 127 + 1);
    }
  } else if (!strcmp(scene, "waiting")) {
    connect_as(0x40);
    for (uint32_t end = ISOTSAP_END_A; end <= ISOTSAP_END_B; end++) {
      push(stream, end, longer, sizeof longer - 1);
      push(stream, end, longer + sizeof longer - 1, 1);
    }
    /* Of each of 16 connections as many DTs wait for the second one, and complete a TSDU with it. */
    for (unsigned long i = 0; i < count; i++) {
      uint32_t end = i & 1;
      unsigned reference = 100 + (i >> 1 & 15), step = (i >> 5) % 18, first = (i >> 5) / 18 * 18;
      unsigned number = step == 0 ? first : step < 17 ? first + step + 1 : first + 1;
      numbered_octet(end, reference, (number & 0x7f) | 0x80);
    }
  } else if (!strcmp(scene, "pairs")) {
    connect_as(0x40);
    for (unsigned long i = 0; i < count; i++) {
      /* Of two DTs each, as long as can be; the first of all comes last. */
      for (unsigned number = 1; number <= 16; number++) {
        numbered_long(1, (17 * i + number) & 0x7f, number % 2 == 0, number % 2 ? 62000 : 65500);
      }
      numbered_octet(ISOTSAP_END_A, 1, (17 * i & 0x7f) | 0x80);
    }
  } else if (!strcmp(scene, "empty")) {
    repeat(empty, sizeof empty, count, 1460);
  } else if (!strcmp(scene, "candidates")) {
    push(stream, ISOTSAP_END_A, (const uint8_t *)"?", 1);
    repeat(candidate, sizeof candidate, count, 1460);
  } else if (!strcmp(scene, "threes")) {
    repeat(three, sizeof three, count, 1460);
  } else if (!strcmp(scene, "nearly")) {
    push(stream, ISOTSAP_END_A, (const uint8_t *)"?", 1);
    repeat(nearly, sizeof nearly, count, 1460);
  } else {
    fail("no such scene");
  }
}

int main(int argc, char **argv) {
  void *library;
  size_t before, idle;
  unsigned long calls_before;
  clock_t start;

  setvbuf(stdout, NULL, _IONBF, 0);
  if (argc != 5 && argc != 6) {
    fail("four arguments, please, and perhaps the length of NSAPs");
  }
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fail(dlerror());
  }
  /* Opening a library allocates, so this proves that the counter is in place. */
  if (calls == 0) {
    fail("the counter does not count");
  }
  *(void **)&stream_new = symbol(library, "isotsap_stream_new");
  *(void **)&stream_free = symbol(library, "isotsap_stream_free");
  *(void **)&stream_push = symbol(library, "isotsap_stream_push");
  options.struct_size = sizeof options;
  options.tsdu_limit = (uint32_t)strtoul(argv[4], NULL, 10);
  if (argc == 6) {
    options.flags = ISOTSAP_OPTION_FLAG_ATN;
    options.nsap_a = options.nsap_b = nsap;
    options.nsap_a_length = options.nsap_b_length = (uint32_t)strtoul(argv[5], NULL, 10);
  }

  before = peak = live;
  if (stream_new(&options, &stream)) {
    fail("no stream");
  }
  calls_before = calls;
  start = clock();
  play(argv[2], strtoul(argv[3], NULL, 10));
  printf("microseconds %lu\n", (unsigned long)((clock() - start) * 1e6 / CLOCKS_PER_SEC));
  printf("calls %lu\n", calls - calls_before);
  printf("peak %lu\n", (unsigned long)(peak - before));
  printf("live %lu\n", (unsigned long)(live - before));
  stream_free(stream);
  for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
    stream_free(many[i]);
  }
  idle = live - before;
  printf("left %lu\n", (unsigned long)idle);
  printf("records %lu\ntoo_long %lu\nincomplete %lu\ntsdus %lu\nreassembled %lu\n", records, too_long,
         incomplete, tsdus, reassembled);
  return EXIT_SUCCESS;
}

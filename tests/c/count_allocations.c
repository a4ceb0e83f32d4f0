/*
 * Counts the calls of the C library's allocator while isotsap works: there must be none.
 *
 *   count_allocations LIBRARY VECTORS
 *
 * VECTORS is a file of packets: encapsulation and length as uint32_t of this machine, then the
 * octets. Prints how many packets, PDUs and texts were made.
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

static unsigned long calls;

void *malloc(size_t size) {
  calls++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  calls++;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  calls++;
  return __libc_realloc(memory, size);
}

void free(void *memory) {
  calls++;
  __libc_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
  calls++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  calls++;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

static int32_t (*dissect)(const isotsap_options *, isotsap_context *, const uint8_t *, uint64_t,
                          const isotsap_packet *, uint64_t, isotsap_pdu *, uint64_t, isotsap_item *,
                          uint64_t, isotsap_result *);
static int32_t (*recognise)(const uint8_t *, uint64_t, uint32_t);
static int64_t (*item_label)(const isotsap_item *, const uint8_t *, uint64_t, char *, uint64_t);
static int64_t (*pdu_summary)(const isotsap_pdu *, char *, uint64_t);

/* Everything is here before counting begins. */
static uint8_t octets[1 << 16];
static isotsap_pdu pdus[1 << 10];
static isotsap_item items[1 << 14];
static char text[1 << 10];

static void fail(const char *what) {
  fprintf(stderr, "count_allocations: %s\n", what);
  exit(EXIT_FAILURE);
}

static void *symbol(void *library, const char *name) {
  void *address = dlsym(library, name);
  if (!address) {
    fail(name);
  }
  return address;
}

int main(int argc, char **argv) {
  unsigned long packets = 0, records = 0, texts = 0;
  uint32_t head[2];
  FILE *vectors;
  void *library;

  if (argc != 3) {
    fail("two arguments, please");
  }
  calls = 0;
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fail(dlerror());
  }
  /* Opening a library allocates, so this proves that the counter is in place. */
  if (calls == 0) {
    fail("the counter does not count");
  }
  *(void **)&dissect = symbol(library, "isotsap_dissect");
  *(void **)&recognise = symbol(library, "isotsap_recognise");
  *(void **)&item_label = symbol(library, "isotsap_item_label");
  *(void **)&pdu_summary = symbol(library, "isotsap_pdu_summary");

  vectors = fopen(argv[2], "rb");
  if (!vectors) {
    fail(argv[2]);
  }
  while (fread(head, sizeof head, 1, vectors) == 1) {
    isotsap_options options = {sizeof options, head[0], 0, 0, 0, 0, NULL, NULL};
    isotsap_context context;
    isotsap_packet packet = {0, head[1], head[1], 0, 0};
    isotsap_result result;
    unsigned long before;
    int32_t status;

    memset(&context, 0, sizeof context);
    context.struct_size = sizeof context;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    if (head[1] > sizeof octets || fread(octets, 1, head[1], vectors) != head[1]) {
      fail("the vectors end too soon");
    }

    before = calls;
    status = dissect(&options, &context, octets, head[1], &packet, 1, pdus, 1 << 10, NULL, 0, &result);
    status |= dissect(&options, &context, octets, head[1], &packet, 1, pdus, 1 << 10, items, 1 << 14,
                      &result);
    recognise(octets, head[1], head[0]);
    for (uint64_t i = 0; i < result.pdus_written; i++) {
      pdu_summary(&pdus[i], text, sizeof text);
    }
    for (uint64_t i = 0; i < result.items_written; i++) {
      item_label(&items[i], octets, head[1], text, sizeof text);
    }
    if (calls != before) {
      fprintf(stderr, "count_allocations: packet %lu: %lu calls\n", packets, calls - before);
      return EXIT_FAILURE;
    }
    if (status != ISOTSAP_STATUS_OK) {
      fail("a vector was not dissected");
    }
    packets++;
    records += result.pdus_written;
    texts += result.pdus_written + result.items_written;
  }
  fclose(vectors);
  printf("%lu packets, %lu PDUs, %lu texts\n", packets, records, texts);
  return EXIT_SUCCESS;
}

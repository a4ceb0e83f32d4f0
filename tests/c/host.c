/*
 * A minimal host: dissects one packet with isotsap and prints its summary and its expert
 * infos.
 *
 * Linked against the library:
 *   cc host.c -I../../include -lisotsap -o host && ./host
 * Or as a plugin that is found at run time:
 *   cc -DHOST_OPENS_THE_LIBRARY host.c -I../../include -ldl -o host && ./host libisotsap.so.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isotsap.h"

#ifdef HOST_OPENS_THE_LIBRARY
#include <dlfcn.h>

/* The functions this host uses, with the types they have in the header. */
static struct {
  uint32_t (*abi_version)(void);
  int32_t (*dissect)(const isotsap_options *, isotsap_context *, const uint8_t *, uint64_t,
                     const isotsap_packet *, uint64_t, isotsap_pdu *, uint64_t, isotsap_item *,
                     uint64_t, isotsap_result *);
  int32_t (*expert_get)(uint32_t, isotsap_expert_info *);
  const char *(*severity_name)(uint32_t);
  const char *(*status_name)(int32_t);
  int64_t (*item_label)(const isotsap_item *, const uint8_t *, uint64_t, char *, uint64_t);
  int64_t (*pdu_summary)(const isotsap_pdu *, char *, uint64_t);
} api;

#define isotsap_abi_version api.abi_version
#define isotsap_dissect api.dissect
#define isotsap_expert_get api.expert_get
#define isotsap_severity_name api.severity_name
#define isotsap_status_name api.status_name
#define isotsap_item_label api.item_label
#define isotsap_pdu_summary api.pdu_summary

static int open_library(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "host: %s\n", dlerror());
    return 0;
  }
  /* POSIX's way to turn the object pointer of dlsym() into one to a function. */
  *(void **)&api.abi_version = dlsym(library, "isotsap_abi_version");
  *(void **)&api.dissect = dlsym(library, "isotsap_dissect");
  *(void **)&api.expert_get = dlsym(library, "isotsap_expert_get");
  *(void **)&api.severity_name = dlsym(library, "isotsap_severity_name");
  *(void **)&api.status_name = dlsym(library, "isotsap_status_name");
  *(void **)&api.item_label = dlsym(library, "isotsap_item_label");
  *(void **)&api.pdu_summary = dlsym(library, "isotsap_pdu_summary");
  return api.abi_version && api.dissect && api.expert_get && api.severity_name &&
         api.status_name && api.item_label && api.pdu_summary;
}
#endif

/* The connection request of an Exchange MTA that sent an arbitrary value in the reserved octet of the TPKT. */
static const uint8_t octets[] = {
    0x03,                   /* TPKT: version */
    0x5a,                   /* reserved octet, not zero */
    0x00, 0x12,             /* length: 18 octets */
    0x0d,                   /* LI: 13 octets of header follow */
    0xe0,                   /* CR, credit 0 */
    0x00, 0x00,             /* DST-REF */
    0x00, 0x01,             /* SRC-REF */
    0x00,                   /* class 0, no options */
    0xc1, 0x02, 0x01, 0x00, /* calling T-selector */
    0xc2, 0x01, 0x41        /* called T-selector */
};

enum { PDUS = 16, ITEMS = 256 };

/* One line for an expert info: severity, name, octets, message. */
static void print_expert(const isotsap_item *item) {
  char message[256];
  isotsap_expert_info info;

  memset(&info, 0, sizeof info);
  info.struct_size = sizeof info;
  if (isotsap_expert_get(item->id, &info) != ISOTSAP_STATUS_OK) {
    return; /* newer than this host: skip it */
  }
  isotsap_item_label(item, octets, sizeof octets, message, sizeof message);
  printf("  %s %s at %" PRIu32 "+%" PRIu32 ": %s\n", isotsap_severity_name(item->severity),
         info.abbreviation, item->offset, item->length, message);
}

static void print_pdu(const isotsap_pdu *pdu, const isotsap_item *items) {
  char summary[256];
  uint16_t i;

  isotsap_pdu_summary(pdu, summary, sizeof summary);
  printf("%s\n", summary);
  for (i = 0; i < pdu->item_count; i++) {
    const isotsap_item *item = &items[pdu->first_item + i];
    if (item->severity != ISOTSAP_SEVERITY_NONE) {
      print_expert(item);
    }
  }
}

int main(int argc, char **argv) {
  static isotsap_pdu pdus[PDUS];
  static isotsap_item items[ITEMS];
  isotsap_context context; /* one for each connection */
  isotsap_packet packet;
  isotsap_result result;
  int32_t status;
  uint64_t i;

#ifdef HOST_OPENS_THE_LIBRARY
  if (argc != 2 || !open_library(argv[1])) {
    fprintf(stderr, "usage: host LIBRARY\n");
    return EXIT_FAILURE;
  }
#else
  (void)argc;
  (void)argv;
#endif
  /* The same major, and a minor of at least the header's. */
  if (isotsap_abi_version() >> 16 != ISOTSAP_ABI_VERSION >> 16 ||
      isotsap_abi_version() < ISOTSAP_ABI_VERSION) {
    fprintf(stderr, "host: the library has another ABI\n");
    return EXIT_FAILURE;
  }

  memset(&context, 0, sizeof context);
  context.struct_size = sizeof context;
  memset(&packet, 0, sizeof packet);
  packet.captured = packet.reported = sizeof octets;
  memset(&result, 0, sizeof result);
  result.struct_size = sizeof result;

  status = isotsap_dissect(NULL, &context, octets, sizeof octets, &packet, 1, pdus, PDUS, items,
                           ITEMS, &result);
  if (status != ISOTSAP_STATUS_OK) {
    /* ISOTSAP_STATUS_MORE would mean to call again for the rest. */
    fprintf(stderr, "host: %s\n", isotsap_status_name(status));
    return EXIT_FAILURE;
  }
  for (i = 0; i < result.pdus_written; i++) {
    print_pdu(&pdus[i], items);
  }
  return EXIT_SUCCESS;
}

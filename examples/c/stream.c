/*
 * Reads what one end of a TCP connection sent from standard input, and prints a line for each TPDU,
 * expert info and TSDU in it.
 */
#include <stdio.h>

#include "isotsap.h"

static isotsap_pdu pdus[128];
static isotsap_item items[1024];

static void print_tsdu(const uint8_t *octets, uint64_t length) {
  printf("TSDU of %u octets: ", (unsigned)length);
  fwrite(octets, 1, length, stdout);
  printf("\n");
}

static void print(const isotsap_stream_result *result, const uint8_t *pushed) {
  const uint8_t *octets = result->octets ? result->octets : pushed;
  char text[300];

  for (const isotsap_pdu *pdu = pdus; pdu < pdus + result->pdus_written; pdu++) {
    isotsap_pdu_summary(pdu, text, sizeof text);
    printf("%s\n", text);
    for (unsigned i = pdu->first_item; i < pdu->first_item + pdu->item_count; i++)
      if (items[i].severity >= ISOTSAP_SEVERITY_NOTE) {
        isotsap_item_label(&items[i], octets, result->octets_length, text, sizeof text);
        printf("  %s\n", text);
      }
    if (pdu->flags & ISOTSAP_PDU_FLAG_TSDU)
      print_tsdu(octets + pdu->tpdu_offset + 1 + pdu->li, pdu->user_data_length);
  }
  if (result->tsdu_segments > 0)
    print_tsdu(result->tsdu, result->tsdu_length);
}

int main(void) {
  isotsap_stream *stream;
  isotsap_stream_result result;
  uint8_t octets[1460];
  size_t length;
  int32_t status = isotsap_stream_new(NULL, &stream);

  result.struct_size = sizeof result;
  while (status >= 0 && (length = fread(octets, 1, sizeof octets, stdin)) > 0) {
    const uint8_t *rest = octets;
    do {
      status = isotsap_stream_push(stream, ISOTSAP_END_A, rest, length, pdus, 128, items, 1024, &result);
      print(&result, rest);
      rest += result.consumed;
      length -= result.consumed;
    } while (status == ISOTSAP_STATUS_MORE);
  }
  if (status >= 0)
    do {
      status = isotsap_stream_finish(stream, ISOTSAP_END_A, pdus, 128, items, 1024, &result);
      print(&result, NULL);
    } while (status == ISOTSAP_STATUS_MORE);
  isotsap_stream_free(stream);
  if (status < 0)
    fprintf(stderr, "stream: %s\n", isotsap_status_name(status));
  return status < 0;
}

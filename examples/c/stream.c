/*
 * Reads what one end of a TCP connection sent from standard input, and prints a line for each TPDU
 * and each TSDU in it.
 */
#include <stdio.h>

#include "isotsap.h"

static void print_tsdu(const uint8_t *octets, uint64_t length) {
  printf("TSDU of %u octets: ", (unsigned)length);
  fwrite(octets, 1, length, stdout);
  printf("\n");
}

static void print(const isotsap_pdu *pdus, const isotsap_stream_result *result) {
  char text[300];

  for (uint64_t i = 0; i < result->pdus_written; i++) {
    isotsap_pdu_summary(&pdus[i], text, sizeof text);
    printf("%s\n", text);
    if (pdus[i].flags & ISOTSAP_PDU_FLAG_TSDU)
      print_tsdu(result->octets + pdus[i].tpdu_offset + 1 + pdus[i].li, pdus[i].user_data_length);
  }
  if (result->tsdu_segments > 0)
    print_tsdu(result->tsdu, result->tsdu_length);
}

int main(void) {
  isotsap_stream *stream;
  isotsap_stream_result result;
  isotsap_pdu pdus[128];
  uint8_t octets[1460];
  size_t length;
  int32_t status = isotsap_stream_new(NULL, &stream);

  result.struct_size = sizeof result;
  while (status >= 0 && (length = fread(octets, 1, sizeof octets, stdin)) > 0) {
    const uint8_t *rest = octets;
    do {
      status = isotsap_stream_push(stream, ISOTSAP_END_A, rest, length, pdus, 128, NULL, 0, &result);
      if (status < 0)
        break;
      print(pdus, &result);
      rest += result.consumed;
      length -= result.consumed;
    } while (status == ISOTSAP_STATUS_MORE);
  }
  while (status >= 0) {
    status = isotsap_stream_finish(stream, ISOTSAP_END_A, pdus, 128, NULL, 0, &result);
    if (status >= 0)
      print(pdus, &result);
    if (status != ISOTSAP_STATUS_MORE)
      break;
  }
  isotsap_stream_free(stream);
  if (status < 0)
    fprintf(stderr, "stream: %s\n", isotsap_status_name(status));
  return status < 0;
}

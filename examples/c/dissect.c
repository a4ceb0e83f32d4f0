/*
 * Reads a packet of TPKTs from standard input and prints its expert infos but for chats.
 */
#include <stdio.h>

#include "isotsap.h"

int main(void) {
  static uint8_t octets[65535];
  static isotsap_result result; /* zero before the first call */
  uint32_t length = (uint32_t)fread(octets, 1, sizeof octets, stdin);
  isotsap_packet packet = {0, length, length, 0, 0};
  isotsap_pdu pdus[16];
  isotsap_item items[64];
  char text[300];
  int32_t status;

  result.struct_size = sizeof result;
  do {
    status = isotsap_dissect(NULL, NULL, octets, length, &packet, 1, pdus, 16, items, 64, &result);
    for (uint64_t i = 0; i < result.items_written; i++)
      if (items[i].severity >= ISOTSAP_SEVERITY_NOTE) {
        isotsap_item_label(&items[i], octets, length, text, sizeof text);
        printf("octet %u: %s\n", (unsigned)items[i].offset, text);
      }
  } while (status == ISOTSAP_STATUS_MORE);
  return status < 0;
}

/*
 * Dissects one TPKT and prints its warnings: the connection request of an X.400 server that left an
 * arbitrary value in the reserved octet.
 */
#include <stdio.h>

#include "isotsap.h"

int main(void) {
  const uint8_t tpkt[18] = {
      3, 0x5a, 0, 18,                 /* TPKT: version, reserved, length */
      13, 0xe0, 0, 0, 0, 1, 0,        /* CR: LI, code, references, class 0 */
      0xc1, 1, 'A', 0xc2, 2, 'M', 'T' /* calling and called T-selector */
  };
  isotsap_packet packet = {0, sizeof tpkt, sizeof tpkt, 0, 0};
  isotsap_pdu pdu;
  isotsap_item items[64];
  isotsap_result result = {sizeof result, 0, 0, 0, 0, 0, 0};
  char text[300];

  if (isotsap_dissect(NULL, NULL, tpkt, sizeof tpkt, &packet, 1, &pdu, 1, items, 64, &result) < 0)
    return 1;
  for (uint64_t i = 0; i < result.items_written; i++)
    if (items[i].severity >= ISOTSAP_SEVERITY_WARNING) {
      isotsap_item_label(&items[i], tpkt, sizeof tpkt, text, sizeof text);
      printf("octet %u: %s\n", (unsigned)items[i].offset, text);
    }
  return 0;
}

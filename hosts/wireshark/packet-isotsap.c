/* packet-isotsap.c
 * Adds the fields and expert infos of isotsap to every TPKT that Wireshark dissects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * This program is free software; you can redistribute it and/or modify it under the terms of the GNU
 * General Public License as published by the Free Software Foundation; either version 2 of the
 * License, or (at your option) any later version.
 */

#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/tap.h>

#include "isotsap.h"

#ifndef VERSION
#define VERSION "0.1.0"
#endif

#define IS_AT_LEAST(major, minor)                                                                  \
  (WIRESHARK_VERSION_MAJOR > (major) ||                                                            \
   (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What Wireshark looks for in a plugin; everything else is hidden. */
#define EXPORTED __attribute__((visibility("default")))
EXPORTED const char plugin_version[] = VERSION;
EXPORTED const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
EXPORTED const int plugin_want_minor = WIRESHARK_VERSION_MINOR;
EXPORTED void plugin_register(void);
#if IS_AT_LEAST(4, 2)
#include <wsutil/plugins.h>
EXPORTED uint32_t plugin_describe(void);

uint32_t plugin_describe(void) { return WS_PLUGIN_DESC_DISSECTOR; }
#endif

/* Newer heuristics and preferences use bool instead of GLib's type. */
#if IS_AT_LEAST(4, 4)
typedef bool truth;
#else
typedef gboolean truth;
#endif

/* A severity of the library less 1: 0 is that of fields. */
#define SEVERITIES 4

static int proto_isotsap = -1;
static int ett_isotsap = -1;
static int proto_tpkt_builtin, proto_cotp_builtin, proto_tcp;
static dissector_handle_t tpkt_handle;

/* Indexed by the library's ids less their base. */
static uint32_t field_count, expert_count;
static int *hf;
static expert_field (*ei)[SEVERITIES];

static truth takes_reserved = FALSE;
static gint lowest_severity = ISOTSAP_SEVERITY_CHAT;
static const enum_val_t severity_choices[] = {
    {"chat", "Chat", ISOTSAP_SEVERITY_CHAT},
    {"note", "Note", ISOTSAP_SEVERITY_NOTE},
    {"warning", "Warning", ISOTSAP_SEVERITY_WARNING},
    {"error", "Error", ISOTSAP_SEVERITY_ERROR},
    {NULL, NULL, 0},
};

static const char *prefixed(const char *abbreviation, const char *suffix) {
  return wmem_strdup_printf(wmem_epan_scope(), "isotsap.%s%s", abbreviation, suffix);
}

/* The names of a field's values. */
static const value_string *values_of(const isotsap_field_info *field) {
  value_string *values;

  if (field->value_count == 0) {
    return NULL;
  }
  values = wmem_alloc0_array(wmem_epan_scope(), value_string, field->value_count + 1);
  for (uint32_t i = 0; i < field->value_count; i++) {
    isotsap_value_info value = {sizeof value, 0, 0, NULL};
    isotsap_field_value_get(field->id, i, &value);
    values[i].value = (guint32)value.value;
    values[i].strptr = value.name;
  }
  return values;
}

static enum ftenum type_of(const isotsap_field_info *field) {
  switch (field->type) {
  case ISOTSAP_TYPE_UINT:
    return field->width > 4 ? FT_UINT64 : FT_UINT32;
  case ISOTSAP_TYPE_BOOL:
    return FT_BOOLEAN;
  case ISOTSAP_TYPE_BYTES:
    return FT_BYTES;
  case ISOTSAP_TYPE_TEXT:
    return FT_STRING;
  default:
    return FT_NONE;
  }
}

static void register_fields(void) {
  hf_register_info *infos;

  field_count = isotsap_field_count();
  hf = wmem_alloc_array(wmem_epan_scope(), int, field_count);
  infos = wmem_alloc0_array(wmem_epan_scope(), hf_register_info, field_count);
  for (uint32_t i = 0; i < field_count; i++) {
    isotsap_field_info field;
    header_field_info *info = &infos[i].hfinfo;

    memset(&field, 0, sizeof field);
    field.struct_size = sizeof field;
    isotsap_field_get(ISOTSAP_FIELD_BASE + i, &field);
    hf[i] = -1;
    infos[i].p_id = &hf[i];
    info->name = field.name;
    info->abbrev = prefixed(field.abbreviation, "");
    info->type = type_of(&field);
    info->display = field.type != ISOTSAP_TYPE_UINT     ? BASE_NONE
                    : field.base == ISOTSAP_BASE_HEX ? BASE_HEX
                                                     : BASE_DEC;
    if (field.type == ISOTSAP_TYPE_UINT && field.width <= 4) {
      info->strings = values_of(&field);
    }
    info->blurb = field.description;
    HFILL_INIT(infos[i]);
  }
  proto_register_field_array(proto_isotsap, infos, (int)field_count);
}

static int group_of(uint32_t group) {
  switch (group) {
  case ISOTSAP_GROUP_CHECKSUM:
    return PI_CHECKSUM;
  case ISOTSAP_GROUP_SEQUENCE:
    return PI_SEQUENCE;
  case ISOTSAP_GROUP_RESPONSE_CODE:
    return PI_RESPONSE_CODE;
  case ISOTSAP_GROUP_UNDECODED:
    return PI_UNDECODED;
  case ISOTSAP_GROUP_REASSEMBLE:
    return PI_REASSEMBLE;
  case ISOTSAP_GROUP_MALFORMED:
    return PI_MALFORMED;
  case ISOTSAP_GROUP_DECRYPTION:
    return PI_DECRYPTION;
  default:
    return PI_PROTOCOL;
  }
}

/* In Wireshark an expert info has one severity. If the library raises it with another one than the
 * default, the severity is appended to the abbreviation. */
static void register_experts(void) {
  static const int severities[SEVERITIES] = {PI_CHAT, PI_NOTE, PI_WARN, PI_ERROR};
  static const char *const suffixes[SEVERITIES] = {".chat", ".note", ".warning", ".error"};
  ei_register_info *infos;

  expert_count = isotsap_expert_count();
  ei = wmem_alloc(wmem_epan_scope(), expert_count * sizeof *ei);
  infos = wmem_alloc0_array(wmem_epan_scope(), ei_register_info, expert_count * SEVERITIES);
  for (uint32_t i = 0; i < expert_count; i++) {
    isotsap_expert_info expert;

    memset(&expert, 0, sizeof expert);
    expert.struct_size = sizeof expert;
    isotsap_expert_get(ISOTSAP_EXPERT_BASE + i, &expert);
    for (unsigned severity = 0; severity < SEVERITIES; severity++) {
      const expert_field unregistered = EI_INIT;
      const ei_register_info blank = {NULL, {NULL, 0, 0, NULL, EXPFILL}};
      ei_register_info *info = &infos[i * SEVERITIES + severity];
      gboolean usual = expert.severity == severity + 1;

      ei[i][severity] = unregistered;
      *info = blank;
      info->ids = &ei[i][severity];
      info->eiinfo.name = prefixed(expert.abbreviation, usual ? "" : suffixes[severity]);
      info->eiinfo.group = group_of(expert.group);
      info->eiinfo.severity = severities[severity];
      info->eiinfo.summary = expert.summary;
    }
  }
  expert_register_field_array(expert_register_protocol(proto_isotsap), infos,
                              (int)(expert_count * SEVERITIES));
}

/* Octets of a TPKT header. */
#define HEADER_LENGTH 4u

/* The records and items of one TPKT. */
typedef struct {
  isotsap_pdu *pdus;
  isotsap_item *items;
  isotsap_result result;
} dissected_t;

static dissected_t dissect_octets(packet_info *pinfo, isotsap_context *context, const guint8 *octets,
                                  guint32 captured, guint32 reported, gboolean with_cotp,
                                  guint32 ending) {
  isotsap_options options;
  isotsap_packet packet;
  dissected_t out;
  isotsap_context before = *context;
  /* No TPDU has more items. */
  guint64 pdus = 4, items = 1024;
  gboolean from_a;

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.encapsulation = with_cotp ? ISOTSAP_ENCAPSULATION_TPKT : ISOTSAP_ENCAPSULATION_TPKT_ONLY;
  memset(&packet, 0, sizeof packet);
  packet.captured = captured;
  packet.reported = reported;
  from_a = cmp_address(&pinfo->src, &pinfo->dst) < 0 ||
           (addresses_equal(&pinfo->src, &pinfo->dst) && pinfo->srcport < pinfo->destport);
  packet.flags = ending | (from_a ? ISOTSAP_PACKET_FLAG_FROM_A : ISOTSAP_PACKET_FLAG_FROM_B);
  memset(&out.result, 0, sizeof out.result);
  out.result.struct_size = sizeof out.result;
  /* The whole TPKT at once: of a TPKT in parts the items would be in several arrays. */
  for (;; pdus *= 2, items *= 2) {
    *context = before;
    out.pdus = wmem_alloc_array(pinfo->pool, isotsap_pdu, (gsize)pdus);
    out.items = wmem_alloc_array(pinfo->pool, isotsap_item, (gsize)items);
    if (isotsap_dissect(&options, context, octets, captured, &packet, 1, out.pdus, pdus, out.items,
                        items, &out.result) != ISOTSAP_STATUS_MORE) {
      return out;
    }
  }
}

static const char *label_of(packet_info *pinfo, const isotsap_item *item, const guint8 *octets,
                            guint32 length) {
  int64_t needed = isotsap_item_label(item, octets, length, NULL, 0);
  char *label = (char *)wmem_alloc(pinfo->pool, (gsize)needed + 1);

  isotsap_item_label(item, octets, length, label, (uint64_t)needed + 1);
  return label;
}

static proto_item *add_item(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, gint start,
                            const isotsap_item *item, const guint8 *octets, const char *label) {
  uint32_t position = item->id - ISOTSAP_FIELD_BASE;
  const guint8 *value = octets + item->offset;
  gint offset = start + (gint)item->offset, length = (gint)item->length;
  int id = hf[position];

  switch (proto_registrar_get_nth((guint)id)->type) {
  case FT_UINT32:
    return proto_tree_add_uint_format(tree, id, tvb, offset, length, (guint32)item->value, "%s", label);
  case FT_UINT64:
    return proto_tree_add_uint64_format(tree, id, tvb, offset, length, item->value, "%s", label);
  case FT_BOOLEAN:
    return proto_tree_add_boolean_format(tree, id, tvb, offset, length, (guint32)item->value, "%s",
                                         label);
  case FT_BYTES:
    return proto_tree_add_bytes_format(tree, id, tvb, offset, length, value, "%s", label);
  case FT_STRING:
    return proto_tree_add_string_format(
        tree, id, tvb, offset, length,
        (const char *)tvb_get_string_enc(pinfo->pool, tvb, offset, length, ENC_UTF_8), "%s", label);
  default:
    return proto_tree_add_none_format(tree, id, tvb, offset, length, "%s", label);
  }
}

static void show_pdu(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, gint start,
                     const isotsap_pdu *pdu, const isotsap_item *items, const guint8 *octets,
                     guint32 captured) {
  proto_item **shown = wmem_alloc0_array(pinfo->pool, proto_item *, pdu->item_count);

  for (guint i = 0; i < pdu->item_count; i++) {
    const isotsap_item *item = &items[i];
    gboolean nested = item->parent != ISOTSAP_NO_PARENT && item->parent < i && shown[item->parent];
    const char *label = label_of(pinfo, item, octets, captured);

    if (item->severity == 0 && item->id < ISOTSAP_FIELD_BASE + field_count) {
      proto_tree *parent =
          nested ? proto_item_add_subtree(shown[item->parent], ett_isotsap) : tree;
      shown[i] = add_item(parent, pinfo, tvb, start, item, octets, label);
    } else if (item->severity >= lowest_severity &&
               item->id < ISOTSAP_EXPERT_BASE + expert_count) {
      proto_item *about = nested ? shown[item->parent] : proto_tree_get_parent(tree);
      expert_add_info_format(pinfo, about, &ei[item->id - ISOTSAP_EXPERT_BASE][item->severity - 1],
                             "%s", label);
    }
  }
}

/* The context of the conversation before a TPKT of a frame: kept per frame, so that frames may be
 * dissected again in any order with the same result. */
static isotsap_context context_before(packet_info *pinfo, guint32 index, isotsap_context **live) {
  isotsap_context *kept = (isotsap_context *)p_get_proto_data(wmem_file_scope(), pinfo,
                                                              proto_isotsap, index);
  conversation_t *conversation;

  *live = NULL;
  if (kept) {
    return *kept;
  }
  conversation = find_or_create_conversation(pinfo);
  *live = (isotsap_context *)conversation_get_proto_data(conversation, proto_isotsap);
  if (!*live) {
    *live = wmem_new0(wmem_file_scope(), isotsap_context);
    (*live)->struct_size = sizeof **live;
    conversation_add_proto_data(conversation, proto_isotsap, *live);
  }
  kept = wmem_new(wmem_file_scope(), isotsap_context);
  *kept = **live;
  p_add_proto_data(wmem_file_scope(), pinfo, proto_isotsap, index, kept);
  return *kept;
}

static gboolean is_of(const proto_node *node, int protocol) {
  return node && PNODE_FINFO(node) && PNODE_FINFO(node)->hfinfo->id == protocol;
}

static void show_tpkt(proto_node *node, packet_info *pinfo, guint32 index) {
  field_info *finfo = PNODE_FINFO(node);
  tvbuff_t *tvb = finfo->ds_tvb;
  gint start = finfo->start;
  guint32 captured = (guint32)MAX(tvb_captured_length_remaining(tvb, start), 0);
  guint32 length, reported = (guint32)MAX(tvb_reported_length_remaining(tvb, start), 0);
  gboolean with_cotp = is_of(node->next, proto_cotp_builtin);
  isotsap_context *live, context;
  dissected_t out;
  const guint8 *octets;
  proto_item *top;
  proto_tree *tree;

  if (captured < HEADER_LENGTH) {
    return;
  }
  /* The octets first, then the library, then the tree: calls of Wireshark may not return. */
  octets = (const guint8 *)tvb_memdup(pinfo->pool, tvb, start, captured);
  /* Another TPKT may follow; octets that are no TPKT extend to the end. */
  length = octets[0] == 3 ? MAX((guint32)(octets[2] << 8 | octets[3]), HEADER_LENGTH) : reported;
  reported = MIN(reported, length);
  captured = MIN(captured, reported);
  context = context_before(pinfo, index, &live);
  out = dissect_octets(pinfo, &context, octets, captured, reported, with_cotp, 0);
  if (live) {
    *live = context;
  }
  top = proto_tree_add_item((proto_tree *)node, proto_isotsap, tvb, start, (gint)captured, ENC_NA);
  tree = proto_item_add_subtree(top, ett_isotsap);
  for (guint64 i = 0; i < out.result.pdus_written; i++) {
    show_pdu(tree, pinfo, tvb, start, &out.pdus[i], out.items + out.pdus[i].first_item, octets,
             captured);
  }
}

/* How the sender of a TCP segment ends the connection: a flag of a packet, or 0. */
static guint32 ending_of(const proto_node *tcp) {
  enum { FLAGS = 13, FIN = 0x01, RST = 0x04 };
  const field_info *header = PNODE_FINFO(tcp);
  gint offset = header->start + FLAGS;
  gboolean is_captured = tvb_captured_length_remaining(header->ds_tvb, offset) > 0;
  guint8 flags = is_captured ? tvb_get_guint8(header->ds_tvb, offset) : 0;

  return flags & RST ? ISOTSAP_PACKET_FLAG_RESET : flags & FIN ? ISOTSAP_PACKET_FLAG_CLOSED : 0;
}

/* Shows a CR without an answer where its connection ends, most often in a frame without a TPKT. */
static void show_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, guint32 index,
                     guint32 ending) {
  conversation_t *conversation = ending ? find_conversation_pinfo(pinfo, 0) : NULL;
  isotsap_context *live, context;
  dissected_t out;
  proto_item *top;

  if (!conversation || !conversation_get_proto_data(conversation, proto_isotsap)) {
    return;
  }
  context = context_before(pinfo, index, &live);
  out = dissect_octets(pinfo, &context, NULL, 0, 0, TRUE, ending);
  if (live) {
    *live = context;
  }
  if (out.result.pdus_written > 0) {
    top = proto_tree_add_item(tree, proto_isotsap, tvb, 0, 0, ENC_NA);
    show_pdu(proto_item_add_subtree(top, ett_isotsap), pinfo, tvb, 0, out.pdus, out.items, NULL, 0);
  }
}

static int dissect_isotsap(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_) {
  guint32 index = 0, ending = 0;

  if (tree) {
    for (proto_node *node = tree->first_child; node; node = node->next) {
      if (is_of(node, proto_tpkt_builtin)) {
        show_tpkt(node, pinfo, index++);
      } else if (is_of(node, proto_tcp)) {
        ending = ending_of(node);
      }
    }
    show_end(tvb, pinfo, tree, index, ending);
  }
  return (int)tvb_captured_length(tvb);
}

/* The built-in heuristic requires the reserved octet to be zero. */
static truth dissect_reserved_heur(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                   void *data _U_) {
  guint captured = tvb_captured_length(tvb);
  const guint8 *octets = tvb_get_ptr(tvb, 0, (gint)captured);

  if (!takes_reserved || captured < 6 || octets[1] == 0 ||
      isotsap_recognise(octets, captured, ISOTSAP_ENCAPSULATION_TPKT) != ISOTSAP_RECOGNITION_YES) {
    return FALSE;
  }
  call_dissector(tpkt_handle, tvb, pinfo, tree);
  return TRUE;
}

static void register_isotsap(void) {
  static gint *ett[] = {&ett_isotsap};
  module_t *module;

  proto_isotsap = proto_register_protocol("isotsap: TPKT and COTP protocol violations", "isotsap",
                                          "isotsap");
  proto_register_subtree_array(ett, array_length(ett));
  register_fields();
  register_experts();
  module = prefs_register_protocol(proto_isotsap, NULL);
  prefs_register_enum_preference(module, "lowest_severity", "Lowest severity shown",
                                 "Expert infos below this severity are not shown.", &lowest_severity,
                                 severity_choices, FALSE);
  prefs_register_bool_preference(module, "reserved_octet_heuristic",
                                 "Recognise TPKT with a nonzero reserved octet, on any TCP port",
                                 "The built-in heuristic for TPKT, on the RDP port and elsewhere, "
                                 "requires the octet to be zero.",
                                 &takes_reserved);
  heur_dissector_add("tcp", dissect_reserved_heur, "TPKT whose reserved octet is not zero",
                     "isotsap_tcp", proto_isotsap, HEURISTIC_ENABLE);
}

static void handoff_isotsap(void) {
  dissector_handle_t handle = create_dissector_handle(dissect_isotsap, proto_isotsap);
  GArray *wanted = g_array_new(FALSE, FALSE, sizeof(int));
  GString *error;

  proto_tpkt_builtin = proto_get_id_by_filter_name("tpkt");
  proto_cotp_builtin = proto_get_id_by_filter_name("cotp");
  proto_tcp = proto_get_id_by_filter_name("tcp");
  tpkt_handle = find_dissector("tpkt");
  g_array_append_val(wanted, proto_tpkt_builtin);
  g_array_append_val(wanted, proto_cotp_builtin);
  g_array_append_val(wanted, proto_tcp);
  register_postdissector(handle);
  /* The Expert Information window dissects without a tree, so that no TPKT is found: a listener
   * that does nothing asks for the tree. */
  error = register_tap_listener("frame", &proto_isotsap, NULL, TL_REQUIRES_PROTO_TREE, NULL, NULL,
                                NULL, NULL);
  if (error) {
    g_string_free(error, TRUE);
  }
  set_postdissector_wanted_hfids(handle, wanted);
}

void plugin_register(void) {
  static proto_plugin plugin;

  plugin.register_protoinfo = register_isotsap;
  plugin.register_handoff = handoff_isotsap;
  proto_register_plugin(&plugin);
}

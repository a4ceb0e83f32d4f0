//! Elements of the arrays of the ABI: packets in, PDU records and items out. Frozen within a major
//! version of the ABI.
#![forbid(unsafe_code)]

use crate::cotp::Kind;
use crate::registry::{EXPERT_BASE, EXPERTS};

/// One packet to dissect: a place in the base buffer.
///
/// With ISOTSAP_ENCAPSULATION_TPKT it holds one or more TPKTs back to back, the first starting at
/// its first octet; with ISOTSAP_ENCAPSULATION_NSDU it holds one NSDU.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    /// Where the packet starts in the base buffer.
    pub offset: u64,
    /// Octets of it that are in the base buffer.
    pub captured: u32,
    /// Octets it had on the wire, at least `captured`.
    pub reported: u32,
    /// Or of `enum isotsap_packet_flag`.
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
}

/// Flags of a packet.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketFlag {
    /// Octets of the connection were lost, or not captured, right before this packet.
    AfterGap = 1,
    /// End A of the connection sent it. References, numbers and roles are checked only with one of
    /// these two flags.
    FromA = 2,
    /// End B sent it.
    FromB = 4,
    /// Its sender closed its direction of the TCP connection after it (FIN). This flag and the next
    /// one exclude each other and need the flag of the sender. A packet with one of them may be
    /// empty. When the connection ends without an answer to the CR, a record of its own behind those
    /// of the packet has the expert info `cotp.connection.unanswered`, which says so: at the end of
    /// the responder, or at a reset.
    Closed = 8,
    /// Its sender reset the TCP connection after it (RST).
    Reset = 16,
}

/// Flags of a PDU record.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PduFlag {
    /// The EOT bit of a DT or ED is set: its user data ends a TSDU.
    Eot = 1,
    /// The ROA bit of a DT is set.
    Roa = 2,
    /// The TPDU has the extended format: 31-bit numbers.
    Extended = 4,
    /// The TPKT or TPDU is truncated: some of its octets were not captured, or have not arrived.
    /// Missing octets raise no expert info.
    Short = 8,
    /// The TPDU follows another one in the same NSDU.
    Concatenated = 16,
    /// The variable part is that of MS-RDPBCGR; on a record without a TPDU: an RDP fast-path PDU.
    Rdp = 32,
    /// Streams only: the user data of this DT is a whole TSDU. A TSDU of several DT TPDUs is in the
    /// result of the call.
    Tsdu = 64,
    /// The DT or ED is read in the short format, which has no DST-REF, though its LI is not 2: its
    /// class has no other format.
    ShortFormat = 128,
    /// The TPDU has more items than the whole array of the call has room for, or it is a DT of a stream
    /// and two more, which reassembly may need, do not fit. Fields are left out; of
    /// the expert infos that do not fit, as many as have room in the last 16 elements are there, and
    /// one of the worst severity in any case. `experts` and `severity` are complete.
    ItemsCut = 256,
}

/// The record of one TPDU, or of a TPKT that holds none (`type` is 0 then).
///
/// All offsets count from the first octet of the packet. What a TPDU does not carry is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pdu {
    /// The set of expert infos: bit `n % 64` of word `n / 64` is that of the id
    /// ISOTSAP_EXPERT_BASE + n.
    pub experts: [u64; 2],
    /// Index of the packet in the array of this call.
    pub packet: u32,
    /// Where the TPKT header starts.
    pub tpkt_offset: u32,
    /// Where the TPDU's LI octet is. The user data starts at `tpdu_offset + 1 + li`.
    pub tpdu_offset: u32,
    /// Octets of user data that were captured.
    pub user_data_length: u32,
    /// Index of the first item in the array of this call, when items were asked for.
    pub first_item: u32,
    /// TPDU-NR of a DT or ED, YR-TU-NR of an AK, RJ or EA, without the bit above it.
    pub tpdu_number: u32,
    /// How many items the PDU has, when items were asked for.
    pub item_count: u16,
    /// Length field of the TPKT header; 0 without one.
    pub tpkt_length: u16,
    /// DST-REF.
    pub dest_ref: u16,
    /// SRC-REF.
    pub src_ref: u16,
    /// Credit of a CR, CC, AK or RJ.
    pub credit: u16,
    /// TPDU size a CR or CC carries, in units of 128 octets; the preferred maximum TPDU size
    /// takes precedence over the TPDU size, and 65535 means that or more.
    pub tpdu_size: u16,
    /// Or of `enum isotsap_pdu_flag`.
    pub flags: u16,
    /// The TPDU code's upper nibble: 1 ED, 2 EA, 4 UD, 5 RJ, 6 AK, 7 ER, 8 DR, 12 DC, 13 CC,
    /// 14 CR, 15 DT; others are undefined codes.
    pub r#type: u8,
    /// Length indicator: octets of the header after the LI octet.
    pub li: u8,
    /// Octet 7 of a CR or CC: class in the upper nibble, options in the lower.
    pub class_options: u8,
    /// Reason of a DR, reject cause of an ER.
    pub cause: u8,
    /// Worst severity among the expert infos, of `enum isotsap_severity`.
    pub severity: u8,
    /// Where the calling T-selector starts, from the LI octet; 0 when there is none.
    pub src_tsap_offset: u8,
    /// Octets of the calling T-selector.
    pub src_tsap_length: u8,
    /// Where the called T-selector starts, from the LI octet; 0 when there is none.
    pub dst_tsap_offset: u8,
    /// Octets of the called T-selector.
    pub dst_tsap_length: u8,
    /// Zero.
    pub reserved: u8,
}

/// One field or expert info of a PDU.
///
/// Items of a PDU are consecutive, parents before children, fields in the order of the wire, an
/// expert info after the item it refers to.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The number; for octets and text, how many there are; for an expert info, the value seen.
    pub value: u64,
    /// Where it is, from the first octet of the packet.
    pub offset: u32,
    /// How many octets it covers, all captured; 0 for what has no octets.
    pub length: u32,
    /// Id: a field of `enum isotsap_field`, or an expert info of `enum isotsap_expert` when
    /// `severity` is not 0.
    pub id: u16,
    /// The parent, as an index among the items of this PDU; ISOTSAP_NO_PARENT at the top.
    pub parent: u16,
    /// For an expert info, what was expected instead of the value, such as a limit or a TPDU code,
    /// plus the number of its reason when it has several (65535: that or more). Its label decodes
    /// it.
    pub detail: u16,
    /// 0 for a field, else the severity of the expert info, of `enum isotsap_severity`.
    pub severity: u8,
    /// Zero.
    pub reserved: u8,
}

impl Pdu {
    /// The TPDU type; `None` when its code is undefined or the record holds no TPDU.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(self.r#type << 4)
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: PduFlag) -> bool {
        self.flags & flag as u16 != 0
    }

    /// Whether the set of expert infos has `id`.
    pub fn has_expert(&self, id: u16) -> bool {
        self.experts
            .iter()
            .zip(set_of(id))
            .any(|(word, one)| word & one != 0)
    }
}

/// The set of one expert info, as [`Pdu::experts`] has it.
#[inline(always)]
pub const fn set_of(id: u16) -> [u64; 2] {
    let set = 1u128 << (id - EXPERT_BASE);
    [set as u64, (set >> 64) as u64]
}

const _: () = assert!(EXPERTS.len() <= u128::BITS as usize, "each has a bit");
const _: () = assert!(size_of::<Packet>() == 24);
const _: () = assert!(size_of::<Pdu>() == 64);
const _: () = assert!(size_of::<Item>() == 24);

//! What is reported by default is part of what is reported with ISOTSAP_OPTION_FLAG_ALL_EXPERTS. The
//! same of whole conversations: `faults/`.
#![allow(unsafe_code, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

mod common;
mod vectors;

use common::{PLENTY, Random, abbreviation, context, dissect_with, options, packet_from};
use isotsap::dissection::Context;
use isotsap::ffi::{OptionFlag, Options, Status};
use vectors::Vector;

/// Packet, abbreviation and offset of each expert info.
type Raised = Vec<(usize, &'static str, u32)>;

/// The expert infos on the packets of a vector, those before its own included.
fn raised(vector: &Vector, flags: u32) -> Raised {
    let options = Options {
        flags,
        ..options(vector.encapsulation)
    };
    let mut context = Context {
        flags: vector.context_flags,
        ..context()
    };
    let own = vector.packet(vector.octets.len(), vector.octets.len());
    let before = vector.before.iter();
    let before = before.map(|(sender, octets)| (packet_from(*sender, octets), octets));
    let packets = before.chain([(own, &vector.octets)]);
    let mut raised = Raised::new();
    for (number, (packet, octets)) in packets.enumerate() {
        let dissected = dissect_with(&options, &mut context, octets, &[packet], PLENTY);
        assert_eq!(dissected.status, Status::Ok as i32, "{}", vector.name);
        let experts = dissected.items.iter().filter(|item| item.severity != 0);
        raised.extend(experts.map(|item| (number, abbreviation(item), item.offset)));
    }
    raised
}

/// Checks one vector; the answer is how many expert infos are suppressed.
fn assert_part_of_all(vector: &Vector) -> usize {
    let default = raised(vector, 0);
    let all = raised(vector, OptionFlag::AllExperts as u32);
    let lost: Vec<_> = default.iter().filter(|one| !all.contains(one)).collect();
    assert!(
        lost.is_empty(),
        "{}\n  before: {:02x?}\n  octets: {:02x?}\n  by default only: {lost:?}\n  all: {all:?}",
        vector.name,
        vector.before,
        vector.octets,
    );
    all.len() - default.len()
}

#[test]
fn expert_infos_of_vectors_are_part_of_all() {
    let suppressed: usize = vectors::all().iter().map(assert_part_of_all).sum();
    assert!(suppressed > 10, "only {suppressed} are suppressed");
}

#[test]
fn expert_infos_of_damaged_vectors_are_part_of_all() {
    const ROUNDS: usize = 20;
    let mut random = Random(0x7e57);
    let mut suppressed = 0;
    for vector in vectors::all() {
        for _ in 0..ROUNDS {
            let mut damaged = vector.clone();
            let packets = damaged.before.iter_mut().map(|(_, octets)| octets);
            for octets in packets.chain([&mut damaged.octets]) {
                for _ in 0..random.below(3) {
                    let at = random.below(octets.len());
                    octets[at] = random.octet();
                }
            }
            suppressed += assert_part_of_all(&damaged);
        }
    }
    assert!(suppressed > 1_000, "only {suppressed} are suppressed");
}

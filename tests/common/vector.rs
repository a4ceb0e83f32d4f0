//! Vectors through the built shared object.
#![allow(dead_code)]

use crate::common::{Dissected, PLENTY, RECORDS_ONLY, context, dissect, packet_from};
use crate::vectors::Vector;
use isotsap::dissection::Context;
use isotsap::ffi::Status;

/// The context after the packets before that of a vector.
pub fn context_before(vector: &Vector) -> Context {
    let mut context = context();
    context.flags = vector.context_flags;
    for (sender, octets) in &vector.before {
        let packets = [packet_from(*sender, octets)];
        let room = RECORDS_ONLY;
        let before = dissect(vector.encapsulation, &mut context, octets, &packets, room);
        assert_eq!(before.status, Status::Ok as i32, "{}", vector.name);
    }
    context
}

/// Dissects the packet of a vector after the packets before it.
pub fn dissect_vector(vector: &Vector) -> Dissected {
    let octets = &vector.octets;
    let packets = [vector.packet(octets.len(), octets.len())];
    let mut context = context_before(vector);
    let dissected = dissect(vector.encapsulation, &mut context, octets, &packets, PLENTY);
    assert_eq!(dissected.status, Status::Ok as i32, "{}", vector.name);
    dissected
}

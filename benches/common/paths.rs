//! The ways through the library that are measured.

use super::host::{self, Output, Stream};
use super::inputs::{Input, Takers, Traffic};
use isotsap::dissection::context::End;
use isotsap::dissection::record::{Item, Packet, Pdu};

/// Goes over all octets once; the answer is whether every TPDU could be decoded.
pub type Work<'i> = Box<dyn FnMut() -> bool + 'i>;

/// What it is called, and how it begins.
pub type Path = (&'static str, for<'i> fn(&'i Input) -> Work<'i>);

const BATCHES: [Path; 5] = [
    ("records", |input| {
        batch(input, Output::records(), |_, _, _| ())
    }),
    ("records and items", |input| {
        batch(input, Output::records_and_items(), |_, _, _| ())
    }),
    ("records, items, labels", |input| {
        batch(
            input,
            Output::records_and_items(),
            |packets, pdus, items| {
                host::write_labels(&input.octets, packets, pdus, items);
            },
        )
    }),
    ("records, summaries", |input| {
        batch(input, Output::records(), |_, pdus, _| {
            host::write_summaries(pdus);
        })
    }),
    ("recognition", |input| {
        Box::new(|| {
            host::recognise(input);
            true
        })
    }),
];

const STREAMS: [Path; 5] = [
    ("stream, pushes of 1 octet", |input| {
        stream(input, 1, Output::records())
    }),
    ("stream, pushes of 100 octets", |input| {
        stream(input, 100, Output::records())
    }),
    ("stream, pushes of 1460 octets", |input| {
        stream(input, 1460, Output::records())
    }),
    ("stream, pushes of 65536 octets", |input| {
        stream(input, 65_536, Output::records())
    }),
    ("stream, pushes of 1460 octets, with items", |input| {
        stream(input, 1460, Output::records_and_items())
    }),
];

/// Those that a kind of traffic takes.
pub fn of(traffic: &Traffic) -> impl Iterator<Item = Path> {
    let takers = traffic.takers;
    let batches = BATCHES
        .into_iter()
        .filter(move |_| takers != Takers::Streams);
    let streams = STREAMS
        .into_iter()
        .filter(move |_| takers != Takers::Batches);
    batches.chain(streams)
}

fn batch<'i>(
    input: &'i Input,
    mut output: Output,
    mut use_it: impl FnMut(&[Packet], &[Pdu], &[Item]) + 'i,
) -> Work<'i> {
    Box::new(move || {
        host::dissect(input, &mut output, &mut use_it);
        true
    })
}

/// A stream is created for each connection, and released after it; all DT go into one.
fn stream(input: &Input, piece: usize, mut output: Output) -> Work<'_> {
    let Some(turns) = &input.connection else {
        let mut stream = Stream::new();
        return Box::new(move || {
            stream.push(End::A, &input.octets, piece, &mut output);
            true
        });
    };
    Box::new(move || {
        let mut rest = input.octets.as_slice();
        while !rest.is_empty() {
            let mut stream = Stream::new();
            for &(end, length) in turns {
                let (turn, behind) = rest.split_at(length);
                stream.push(end, turn, piece, &mut output);
                rest = behind;
            }
        }
        true
    })
}

//! The time of something, as the fastest of many samples: other work on the machine only adds time.

use std::time::{Duration, Instant};

/// How long a sample lasts at least, and how many there are of a figure in a row.
const SAMPLE: Duration = Duration::from_millis(5);
pub const SAMPLES: usize = 20;

/// Measures something for a while; the answer is seconds.
pub type Figure<'f> = Box<dyn FnMut() -> f64 + 'f>;

/// The least each figure comes to in all rounds.
pub fn fastest<const N: usize>(rows: &mut [[Figure; N]], rounds: usize) -> Vec<[f64; N]> {
    let mut least = vec![[f64::INFINITY; N]; rows.len()];
    for _ in 0..rounds {
        for (figures, least) in rows.iter_mut().zip(&mut least) {
            for (figure, least) in figures.iter_mut().zip(least) {
                *least = least.min(figure());
            }
        }
    }
    least
}

/// The seconds of the fastest run of several.
pub fn figure<'f>(mut run: impl FnMut() + 'f) -> Figure<'f> {
    let mut runs = 1;
    Box::new(move || {
        let mut sample = |runs: u32| {
            let start = Instant::now();
            (0..runs).for_each(|_| run());
            start.elapsed()
        };
        while sample(runs) < SAMPLE {
            runs *= 2;
        }
        let seconds = (0..SAMPLES).map(|_| sample(runs).as_secs_f64() / f64::from(runs));
        seconds.fold(f64::INFINITY, f64::min)
    })
}

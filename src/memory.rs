//! Memory that may not be there: what streams allocate. Nothing here ends the process.
#![forbid(unsafe_code)]

/// The allocator has no memory. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory;

/// A value in memory of its own. The array of one has the layout of the value.
pub fn boxed<T>(value: T) -> Result<Box<[T; 1]>, NoMemory> {
    let mut one = Vec::new();
    push(&mut one, value)?;
    one.into_boxed_slice().try_into().map_err(|_| NoMemory)
}

/// A copy of octets.
pub fn copied(octets: &[u8]) -> Result<Vec<u8>, NoMemory> {
    let mut copy = Vec::new();
    reserve(&mut copy, octets.len())?;
    copy.extend_from_slice(octets);
    Ok(copy)
}

/// Appends an element, with room for no more.
pub fn push<T>(elements: &mut Vec<T>, element: T) -> Result<(), NoMemory> {
    elements.try_reserve_exact(1).map_err(|_| NoMemory)?;
    elements.push(element);
    Ok(())
}

/// Makes room for so many octets in all.
pub fn reserve(octets: &mut Vec<u8>, capacity: usize) -> Result<(), NoMemory> {
    let more = capacity.saturating_sub(octets.len());
    octets.try_reserve_exact(more).map_err(|_| NoMemory)
}

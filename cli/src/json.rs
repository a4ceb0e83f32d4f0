//! Objects of JSON, written member by member; the values are serde_json's.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// The text in front of a member's value.
macro_rules! name {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(crate) use name;

/// Strings in printable ASCII, so that no control character reaches a terminal; other characters are
/// escaped.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        const DELETE: u8 = 0x7f;
        if fragment.bytes().all(|octet| octet < DELETE) {
            return writer.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            if u32::from(character) < DELETE.into() {
                write!(writer, "{character}")?;
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

/// An object that is being written, with one member at least.
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl<'o> Object<'o> {
    pub fn begin(out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start }
    }

    pub fn end(self) {
        if let Some(comma) = self.out.get_mut(self.start) {
            *comma = b'{';
        }
        self.out.push(b'}');
    }

    /// Members in JSON, a comma in front of each; or a name, whose value the caller writes next.
    #[inline(always)]
    pub fn put(&mut self, members: &str) -> &mut Vec<u8> {
        self.out.extend_from_slice(members.as_bytes());
        self.out
    }

    #[inline(always)]
    pub fn member(&mut self, name: &str, value: impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(self.put(name), &value)?)
    }

    /// A member whose value is text of a peer.
    pub fn foreign(&mut self, name: &str, value: &str) -> io::Result<()> {
        let out = self.put(name);
        Ok(value.serialize(&mut Serializer::with_formatter(out, Ascii))?)
    }

    /// A member whose value is text of the library, which holds no control characters, written in
    /// place.
    #[inline(always)]
    pub fn text(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let out = self.put(name);
        out.push(b'"');
        let start = out.len();
        write(out);
        let needs_escape = |octet: u8| octet < b' ' || octet == b'"' || octet == b'\\';
        // Looking at all of them at once is faster than stopping at the first.
        let text = out.get(start..).unwrap_or_default();
        let found = text
            .iter()
            .fold(0, |found, &octet| found | u8::from(needs_escape(octet)));
        if found != 0 {
            let text = out.split_off(start);
            out.pop();
            serde_json::to_writer(out, &String::from_utf8_lossy(&text))?;
        } else {
            out.push(b'"');
        }
        Ok(())
    }

    /// A member whose value is what `write` makes of each of `elements`, which may be nothing.
    pub fn array<T>(
        &mut self,
        name: &str,
        elements: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Vec<u8>, T) -> io::Result<()>,
    ) -> io::Result<()> {
        let out = self.put(name);
        out.push(b'[');
        let start = out.len();
        for element in elements {
            let before = out.len();
            write(out, element)?;
            if out.len() > before {
                out.push(b',');
            }
        }
        if out.len() > start {
            out.pop();
        }
        out.push(b']');
        Ok(())
    }
}

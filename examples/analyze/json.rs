//! Objects of JSON, written member by member; the values are serde_json's.

use serde::Serialize;
use std::io;

/// An object that is being written. The names in it need no escapes.
pub struct Object<'o> {
    out: &'o mut Vec<u8>,
    /// What stands before the next member.
    before: u8,
}

impl<'o> Object<'o> {
    pub fn begin(out: &'o mut Vec<u8>) -> Self {
        Self { out, before: b'{' }
    }

    pub fn end(self) {
        if self.before == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }

    /// A member whose value comes next.
    pub fn value(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.extend_from_slice(&[self.before, b'"']);
        self.before = b',';
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub fn member(&mut self, name: &str, value: impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(self.value(name), &value)?)
    }

    /// A member whose value is text that is written where it belongs.
    pub fn text(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let out = self.value(name);
        out.push(b'"');
        let start = out.len();
        write(out);
        let needs_escape = |octet: &u8| *octet < b' ' || matches!(octet, b'"' | b'\\');
        if out.iter().skip(start).any(needs_escape) {
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
        let out = self.value(name);
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

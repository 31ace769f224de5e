//! As much of BER (X.690) as LDAP needs. Reading never goes deeper by itself and never believes a length.

pub const SEQUENCE: u8 = 0x30;
pub const SET: u8 = 0x31;
pub const BOOLEAN: u8 = 0x01;
pub const INTEGER: u8 = 0x02;
pub const OCTETS: u8 = 0x04;
pub const ENUMERATED: u8 = 0x0a;

/// An element: its tag and what is in it.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = (length as u64).to_be_bytes();
        let first = bytes.iter().position(|&b| b != 0).unwrap_or(bytes.len() - 1);
        out.push(0x80 | (bytes.len() - first) as u8);
        out.extend_from_slice(&bytes[first..]);
    }
    out.extend_from_slice(content);
    out
}

/// A whole number that is not negative.
pub fn number(tag: u8, value: u32) -> Vec<u8> {
    let bytes = u64::from(value).to_be_bytes();
    let first = bytes.iter().position(|&b| b != 0).unwrap_or(bytes.len() - 1);
    // A first bit would make it negative.
    let first = if bytes[first] & 0x80 == 0 { first } else { first - 1 };
    element(tag, &bytes[first..])
}

/// The length that follows a tag: how long it is itself, and what it says. None if more bytes are needed.
///
/// # Errors
/// A form that LDAP does not use.
pub fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, &'static str> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    if first < 0x80 {
        return Ok(Some((1, usize::from(first))));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return Err("a length that is none");
    }
    let Some(bytes) = bytes.get(1..=count) else { return Ok(None) };
    let value = bytes.iter().fold(0usize, |all, &b| all << 8 | usize::from(b));
    Ok(Some((1 + count, value)))
}

/// Reads elements one behind the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'b>(pub &'b [u8]);

impl<'b> Reader<'b> {
    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element.
    ///
    /// # Errors
    /// There is none, or it is cut off.
    pub fn any(&mut self) -> Result<(u8, &'b [u8]), &'static str> {
        let (&tag, rest) = self.0.split_first().ok_or("an element is missing")?;
        if tag & 0x1f == 0x1f {
            return Err("a tag that LDAP does not have");
        }
        let (skip, length) = length(rest)?.ok_or("an element is cut off")?;
        let rest = &rest[skip..];
        if rest.len() < length {
            return Err("an element is cut off");
        }
        let (content, rest) = rest.split_at(length);
        self.0 = rest;
        Ok((tag, content))
    }

    /// The next element, which has this tag.
    ///
    /// # Errors
    /// It has another one.
    pub fn expect(&mut self, tag: u8) -> Result<&'b [u8], &'static str> {
        match self.any()? {
            (found, content) if found == tag => Ok(content),
            _ => Err("an element is not what it should be"),
        }
    }

    /// The next element as a number that is not negative.
    ///
    /// # Errors
    /// It is none.
    pub fn number(&mut self, tag: u8) -> Result<u32, &'static str> {
        let content = self.expect(tag)?;
        if content.is_empty() || content.len() > 5 || content[0] & 0x80 != 0 {
            return Err("a number that is none");
        }
        let value = content.iter().fold(0u64, |all, &b| all << 8 | u64::from(b));
        u32::try_from(value).map_err(|_| "a number that is too large")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in [0, 1, 127, 128, 255, 256, 65_535, u32::MAX] {
            assert_eq!(Reader(&number(INTEGER, value)).number(INTEGER), Ok(value));
        }
        for size in [0usize, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; size];
            assert_eq!(Reader(&element(OCTETS, &content)).expect(OCTETS), Ok(content.as_slice()));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let mut reader = Reader(&bytes);
            while reader.any().is_ok() {}
            let _ = Reader(&bytes).number(INTEGER);
        }
    }
}

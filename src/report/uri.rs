//! Names of files as URI references, as SARIF and OSCAL want them.

/// The name of an input as a URI reference: relative as it was named, `file:` if it was named from the root.
pub(super) fn of_file(name: &str) -> String {
    let name = name.replace('\\', "/");
    let drive = matches!(name.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut out = String::with_capacity(name.len() + 8);
    if drive {
        out.push_str("file:///");
        out.push_str(&name[..2]);
    } else if name.starts_with("//") {
        out.push_str("file:");
    } else if name.starts_with('/') {
        out.push_str("file://");
    }
    for byte in name.as_bytes()[if drive { 2 } else { 0 }..].iter().copied() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out.strip_prefix("./").map(str::to_owned).unwrap_or(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_cannot_become_anything_else() {
        assert_eq!(of_file("./hr/people 2.csv"), "hr/people%202.csv");
        assert_eq!(of_file("a.csv#x?y=%41"), "a.csv%23x%3Fy%3D%2541");
        assert_eq!(of_file("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(of_file("/data/hr.csv"), "file:///data/hr.csv");
        assert_eq!(of_file("C:\\data\\hr.csv"), "file:///C:/data/hr.csv");
        assert_eq!(of_file("\u{202e}gpj.csv"), "%E2%80%AEgpj.csv");
    }
}

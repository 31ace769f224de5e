//! LDIF: folded lines, base64, comments, several values. The first three bytes ask as for `delimited`.
#![no_main]

use coverage_fuzz::{Asked, Dice, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (mut dice, text) = Dice::of(data, 3);
    let asked = Asked::roll(&mut dice);
    let size = dice.next(256);
    let begins = [&b"dn:"[..], b"version:", b"#"].iter().any(|b| text.starts_with(b));
    let text = if begins { text.to_vec() } else { [b"dn: cn=a,dc=x\n", text].concat() };
    read(&text, asked, size);
});

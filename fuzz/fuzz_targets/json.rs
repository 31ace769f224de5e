//! JSON: an array, one object a line, the answer of an API. The first three bytes ask as for `delimited`.
#![no_main]

use coverage_fuzz::{Asked, Dice, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (mut dice, text) = Dice::of(data, 3);
    let asked = Asked::roll(&mut dice);
    let size = dice.next(256);
    // Whatever the input begins with, it is JSON.
    let begins = text.iter().find(|b| !b.is_ascii_whitespace());
    let text = if matches!(begins, Some(b'{' | b'[')) { text.to_vec() } else { [b"[{", text].concat() };
    read(&text, asked, size);
});

//! Encodings: byte order marks, UTF-16, older ones that are told from the bytes or declared. The first byte chooses what is declared, the second
//! the size of pieces, the third whether the text is turned into UTF-16 first, so that most inputs are good.
#![no_main]

use coverage_fuzz::{Asked, Dice, read};

const DECLARED: [Option<&str>; 9] = [
    None,
    None,
    Some("utf-8"),
    Some("utf-16le"),
    Some("utf-16be"),
    Some("windows-1252"),
    Some("gbk"),
    Some("iso-2022-jp"),
    Some("shift_jis"),
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (mut dice, text) = Dice::of(data, 3);
    let encoding = DECLARED[dice.next(DECLARED.len())];
    let size = dice.next(256);
    let units = || String::from_utf8_lossy(text).encode_utf16().collect::<Vec<u16>>();
    let bytes = match dice.next(4) {
        1 => [vec![0xff, 0xfe], units().iter().flat_map(|u| u.to_le_bytes()).collect()].concat(),
        2 => [vec![0xfe, 0xff], units().iter().flat_map(|u| u.to_be_bytes()).collect()].concat(),
        3 => units().iter().flat_map(|u| u.to_le_bytes()).collect(),
        _ => text.to_vec(),
    };
    read(&bytes, Asked { encoding, ..Asked::default() }, size);
});

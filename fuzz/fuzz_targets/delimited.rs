//! Tables of delimited text: commas, semicolons, tabs, bars; quotes, line ends, blank and ragged rows; all exports that are tables.
//! The first three bytes ask (what it holds, the order of dates, the size of pieces); zeros ask for nothing.
#![no_main]

use coverage_fuzz::{Asked, Dice, read};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (mut dice, text) = Dice::of(data, 3);
    let asked = Asked::roll(&mut dice);
    let size = dice.next(256);
    // In UTF-8 only: how other encodings are told and read is another target's.
    read(text, Asked { encoding: Some("utf-8"), ..asked }, size);
});

//! The physical floor: one thread of the `csv` crate walks over the records of all files it is given, and counts them.

use std::error::Error;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut records, mut cells) = (0u64, 0u64);
    for path in env::args_os().skip(1) {
        let file = fs::File::open(path)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 17).from_reader(file);
        let mut record = csv::ByteRecord::new();
        while reader.read_byte_record(&mut record)? {
            records += 1;
            cells += record.len() as u64;
        }
    }
    println!("{records} records, {cells} cells");
    Ok(())
}

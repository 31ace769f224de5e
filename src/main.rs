//! The `coverage` program. Everything it does is in the library.

use std::process::ExitCode;

/// Findings are many small texts, made on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    coverage::cli::main()
}

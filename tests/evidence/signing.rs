//! Keys for tests, and the programs that sign with them.

use std::path::Path;
use std::process::{Command, Stdio};

/// Whether a program is installed. If it is not, a line says so, or the test fails where it has to be.
fn there(program: &str) -> bool {
    let found = Command::new(program).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        let needed = std::env::var_os("COVERAGE_NEEDS_SIGNERS").is_some();
        assert!(!needed, "{program} is not installed, and COVERAGE_NEEDS_SIGNERS says that it has to be");
        eprintln!("SKIPPED: {program} is not installed");
    }
    found
}

pub fn signers() -> bool {
    there("ssh-keygen") && there("minisign")
}

pub fn run(folder: &Path, program: &str, args: &[&str]) {
    let done = Command::new(program).args(args).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// An SSH key `NAME`, its line in `NAME.allowed`, and a minisign key `NAME.key` with `NAME.mini.pub`.
pub fn keys(folder: &Path, name: &str) {
    run(folder, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]);
    let public = std::fs::read_to_string(folder.join(format!("{name}.pub"))).unwrap();
    std::fs::write(folder.join(format!("{name}.allowed")), format!("{name} {public}")).unwrap();
    run(folder, "minisign", &["-G", "-W", "-p", &format!("{name}.mini.pub"), "-s", &format!("{name}.key")]);
}

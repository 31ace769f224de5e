//! Packs as they should be.

use super::packs::{bad, company, coverage, good, root, text, unpack};
use super::signing::{keys, run, signers};
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn the_same_workspace_gives_the_same_pack_and_it_replays() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let sample = root().join("samples/nordwind");
    let sample = sample.to_str().unwrap();
    let packed = good(here, &["evidence", sample, "--out", "one.zip"]);
    good(here, &["evidence", &format!("{sample}/coverage.yaml"), "--out", "two.zip"]);
    assert_eq!(fs::read(here.join("one.zip")).unwrap(), fs::read(here.join("two.zip")).unwrap());
    let said = good(here, &["verify", "one.zip", "--replay"]);
    let (count, _) = packed.split_once(" files and the statement over them").unwrap();
    let count = count.lines().last().unwrap();
    assert!(said.contains(&format!("one.zip: {count} files, all as the statement says")), "{packed}{said}");
    assert!(said.contains("not signed: nobody vouches for this pack") && said.contains("byte for byte"), "{said}");
    let files = unpack(&here.join("one.zip"));
    for name in [
        "report/report.html",
        "report/worksheets.html",
        "report/findings.csv",
        "report/findings.json",
        "report/coverage.csv",
        "report/accounts.csv",
        "report/ipe.csv",
        "report/ipe.html",
        "report/manifest.json",
        "report/diffs/zoom.csv",
        "inputs/coverage.yaml",
        "inputs/links.yaml",
        "inputs/exceptions.yaml",
        "inputs/hr/bamboohr.csv",
        "inputs/rosters/samepage-mitglieder.xlsx",
        "inputs/idp/okta-webflow-users.json",
        "catalog/zoom.json",
        "policy.json",
        "VERIFY.txt",
    ] {
        assert!(files.iter().any(|(n, _)| n == name), "{name} is not in the pack");
    }
    // Nothing tells where the pack was made.
    for (name, bytes) in &files {
        for place in [sample, here.to_str().unwrap(), root().to_str().unwrap()] {
            assert!(!text(bytes).contains(place), "{name} has {place} in it");
        }
    }
}

#[test]
fn the_standard_tools_check_a_pack_as_the_page_says() {
    if !signers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    keys(here, "ann");
    good(here, &["evidence", "company", "--out", "pack.zip", "--ssh-key", "ann", "--minisign-key", "ann.key"]);
    fs::create_dir(here.join("pack")).unwrap();
    for (name, bytes) in unpack(&here.join("pack.zip")) {
        let path = here.join("pack").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    fs::copy(here.join("ann.allowed"), here.join("allowed_signers")).unwrap();
    fs::copy(here.join("ann.mini.pub"), here.join("ann.minisign.pub")).unwrap();
    // The commands of the page, as they stand there.
    let page = fs::read_to_string(root().join("docs/evidence.md")).unwrap();
    let block = page.split("```sh\n").find(|b| b.contains("sha256sum -c")).unwrap().split("```").next().unwrap();
    let coverage = env!("CARGO_BIN_EXE_coverage").rsplit_once('/').unwrap().0;
    let path = format!("{coverage}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", block]).current_dir(here).env("PATH", path).stdin(Stdio::null());
    let done = shell.output().unwrap();
    assert!(done.status.success(), "{block}\n{}{}", text(&done.stdout), text(&done.stderr));
    let said = text(&done.stdout);
    assert!(said.contains("Good \"coverage-evidence-v1\" signature for ann"), "{said}");
    assert!(said.contains("Signature and comment signature verified"), "{said}");
    assert!(said.contains("report/findings.csv: OK") && said.contains("signed by ann"), "{said}");
    assert!(said.contains("replayed"), "{said}");
    // And they refuse what was changed.
    fs::write(here.join("pack/statement.json"), "{}").unwrap();
    let refused = Command::new("bash").args(["-euo", "pipefail", "-c", block]).current_dir(here).output().unwrap();
    assert!(!refused.status.success());
}

#[test]
fn a_key_never_shows() {
    if !signers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    keys(here, "ann");
    let secret = fs::read_to_string(here.join("ann")).unwrap();
    let secret = secret.lines().nth(2).unwrap().to_owned();
    let mini = fs::read_to_string(here.join("ann.key")).unwrap();
    let mini = mini.lines().nth(1).unwrap()[20..60].to_owned();
    let done =
        coverage(here, &["evidence", "company", "--out", "a.zip", "--ssh-key", "ann", "--minisign-key", "ann.key"]);
    let wrong = coverage(here, &["evidence", "company", "--out", "b.zip", "--ssh-key", "ann.key"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("ssh-keygen has not signed with this key"), "{}", text(&wrong.stderr));
    assert!(!here.join("b.zip").exists());
    let other = coverage(here, &["evidence", "company", "--out", "b.zip", "--minisign-key", "ann"]);
    assert_eq!(other.status.code(), Some(1));
    let mut shown = [done.stdout, done.stderr, wrong.stdout, wrong.stderr, other.stdout, other.stderr].concat();
    unpack(&here.join("a.zip")).into_iter().for_each(|(_, bytes)| shown.extend(bytes));
    for secret in [secret, mini] {
        assert!(!text(&shown).contains(&secret));
    }
}

#[test]
fn a_pack_without_inputs_says_so_and_is_not_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    good(here, &["evidence", "company", "--out", "pack.zip", "--no-inputs"]);
    assert!(unpack(&here.join("pack.zip")).iter().all(|(name, _)| !name.starts_with("inputs/")));
    assert!(good(here, &["verify", "pack.zip"]).contains("which are not in the pack"));
    assert!(
        bad(here, &["verify", "pack.zip", "--replay"])
            .contains("pack.zip: error: the pack cannot be replayed: its inputs")
    );
    // A pack is never replaced.
    assert!(
        bad(here, &["evidence", "company", "--out", "pack.zip"]).contains("there is something in this place already")
    );
}

#[test]
fn files_outside_the_workspace_do_not_go_into_a_pack() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    fs::rename(here.join("company/rosters/zoom.csv"), here.join("zoom.csv")).unwrap();
    let yaml = here.join("company/coverage.yaml");
    let with = |name: &str| {
        let text = fs::read_to_string(&yaml).unwrap();
        let begin = text.find("roster: ").unwrap() + 8;
        let end = begin + text[begin..].find(',').unwrap();
        fs::write(&yaml, format!("{}\"{name}\"{}", &text[..begin], &text[end..])).unwrap();
    };
    for name in ["../zoom.csv", here.join("zoom.csv").to_str().unwrap(), "./../zoom.csv"] {
        with(name);
        let said = bad(here, &["evidence", "company", "--out", "pack.zip"]);
        assert!(said.contains("coverage.yaml:6: error:") && said.contains("cannot stand in a pack"), "{said}");
        assert!(!here.join("pack.zip").exists());
    }
    assert_eq!(fs::read_dir(here).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn a_list_that_some_systems_take_for_one_of_the_packs_own_files_does_not_go_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    let yaml = here.join("company/coverage.yaml");
    let text = fs::read_to_string(&yaml).unwrap();
    fs::write(&yaml, text.replacen("rosters/zoom.csv", "Coverage.yaml", 1)).unwrap();
    let said = bad(here, &["evidence", "company", "--out", "pack.zip"]);
    assert!(said.contains("`Coverage.yaml` cannot stand in a pack") && said.contains("`coverage.yaml`"), "{said}");
    assert!(!here.join("pack.zip").exists());
}

#[test]
fn a_guessed_time_and_a_moment_of_the_command_line_are_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    let yaml = here.join("company/coverage.yaml");
    let text = fs::read_to_string(&yaml).unwrap();
    fs::write(
        &yaml,
        text.replace(", extracted-at: 2026-11-20T06:00:00Z", "").replace("as-of: 2026-11-20T12:00:00Z\n", ""),
    )
    .unwrap();
    good(here, &["evidence", "company", "--out", "guessed.zip"]);
    good(here, &["evidence", "company", "--out", "told.zip", "--as-of", "2026-10-01", "--extracted-at", "2026-11-01"]);
    for pack in ["guessed.zip", "told.zip"] {
        assert!(good(here, &["verify", pack, "--replay"]).contains("byte for byte"));
    }
}

#[test]
fn sign_offs_are_chained_and_their_signatures_hold() {
    if !signers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    company(here);
    keys(here, "ann");
    keys(here, "bea");
    good(here, &["evidence", "company", "--out", "pack.zip", "--ssh-key", "ann"]);
    let before = fs::read(here.join("pack.zip")).unwrap();
    let one = [
        "signoff",
        "pack.zip",
        "--by",
        "ann",
        "--role",
        "system owner",
        "--at",
        "2026-11-21T09:00:00Z",
        "--ssh-key",
        "ann",
    ];
    good(here, &one);
    let two = ["signoff", "pack.zip", "--by", "bea", "--comment", "reviewed, “as is”", "--at", "2026-11-22T09:00:00Z"];
    let said = good(here, &[&two[..], &["--ssh-key", "bea"]].concat());
    let head = said.lines().find_map(|l| l.strip_prefix("head ")).unwrap().to_owned();
    assert_eq!(fs::read(here.join("pack.zip")).unwrap(), before, "the pack stays as it is");
    let both = [fs::read(here.join("ann.allowed")).unwrap(), fs::read(here.join("bea.allowed")).unwrap()].concat();
    fs::write(here.join("both.allowed"), both).unwrap();
    let verify =
        ["verify", "pack.zip", "--ssh-allowed-signers", "both.allowed", "--identity", "ann", "--signoffs-head", &head];
    let said = good(here, &verify);
    assert!(said.contains("sign-off 1: ann, system owner, 2026-11-21T09:00:00Z: signed with their SSH key"), "{said}");
    assert!(said.contains("sign-off 2: bea, 2026-11-22T09:00:00Z: signed with their SSH key"), "{said}");
    // The standard tool checks an entry, too: what is signed is the entry as compact JSON.
    let log = fs::read_to_string(here.join("pack.zip.signoffs.jsonl")).unwrap();
    let line: serde_json::Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
    fs::write(here.join("sig"), line["signatures"]["ssh"].as_str().unwrap()).unwrap();
    let raw = log.lines().nth(1).unwrap();
    let entry = &raw["{\"entry\":".len()..raw.find(",\"signatures\":").unwrap()];
    fs::write(here.join("entry"), entry).unwrap();
    run(here, "bash", &["-c", "ssh-keygen -Y verify -n coverage-signoff-v1 -f both.allowed -I bea -s sig < entry"]);
    // One that has not come yet is refused: nobody could sign off before it has come.
    let mut ahead = one;
    ahead[7] = "2999-01-01T00:00:00Z";
    assert!(bad(here, &ahead).contains("`2999-01-01T00:00:00Z` has not come yet"));
    // An earlier moment is refused.
    assert!(bad(here, &one).contains("lies before the last sign-off"));
}

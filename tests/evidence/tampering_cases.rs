//! What somebody can do to a pack, and what is said of it.

use super::deeds::*;
use super::packs::*;
use super::tampering::Deed::{Bytes, Files as InFiles, Keys as WithKeys, Zip};
use super::tampering::{Case, With};

pub const CASES: &[Case] = &[
    // ---- Single bytes, and the archive around them.
    (
        "a byte of the report is changed",
        With::Nothing,
        InFiles(|f| edit(f, "report/report.html", |t| t.replacen("Bodo", "Boda", 1))),
        "pack.zip: report/report.html: error: the file is not the one that the statement vouches for",
    ),
    (
        "a byte of an input is changed",
        With::Nothing,
        InFiles(|f| edit(f, "inputs/rosters/zoom.csv", |t| t.replacen("active", "Active", 1))),
        "inputs/rosters/zoom.csv: error: the file is not the one",
    ),
    (
        "a byte of the packed data is changed",
        With::Nothing,
        Bytes(|b| {
            let middle = b.len() / 2;
            b[middle] ^= 1;
        }),
        "error:",
    ),
    (
        "the archive is cut off",
        With::Nothing,
        Bytes(|b| b.truncate(b.len() - 100)),
        "it is cut off, or there are bytes or a comment after its end",
    ),
    ("the archive is cut to nothing", With::Nothing, Bytes(Vec::clear), "it is no ZIP archive"),
    ("bytes are appended", With::Nothing, Bytes(|b| b.extend(b"more")), "bytes or a comment after its end"),
    (
        "bytes are put in front",
        With::Nothing,
        Bytes(|b| drop(b.splice(0..0, *b"#!/bin/sh\n"))),
        "its directory is not where its end says",
    ),
    (
        "the archive gets a comment",
        With::Nothing,
        Bytes(|b| {
            let n = b.len();
            b[n - 2] = 5;
            b.extend(b"hello");
        }),
        "comment after its end",
    ),
    (
        "a file gets another time",
        With::Nothing,
        Zip(|f| other(f, |o, _| o.last_modified_time(zip::DateTime::from_date_and_time(2026, 1, 1, 0, 0, 0).unwrap()))),
        "has a time or a compression that",
    ),
    (
        "a file gets a right to run",
        With::Nothing,
        Zip(|f| other(f, |o, _| o.unix_permissions(0o755))),
        "it is not written as `coverage evidence` writes archives",
    ),
    (
        "the header of a file gets another name than the directory",
        With::Nothing,
        Bytes(|b| {
            let at = find(b, b"VERIFY.txt");
            b[at] = b'W';
        }),
        "VERIFY.txt: error: its header and the directory of the archive say different things",
    ),
    ("a file stands there twice", With::Nothing, Bytes(twice), "VERIFY.txt: error: the archive holds this file twice"),
    (
        "a file hides between two others",
        With::Nothing,
        Bytes(hidden),
        "bytes that belong to no file stand before it in the archive",
    ),
    (
        "a name leads out of the folder",
        With::Nothing,
        InFiles(|f| f.push(("../evil.sh".into(), b"x".to_vec()))),
        "../evil.sh: error: the name may not stand in a pack: it leads out of the folder",
    ),
    (
        "a name leads to the root",
        With::Nothing,
        InFiles(|f| f.push(("/etc/evil".into(), b"x".to_vec()))),
        "it begins at the root of a disk",
    ),
    (
        "a name leads elsewhere on Windows",
        With::Nothing,
        InFiles(|f| f.push(("C:\\evil".into(), b"x".to_vec()))),
        "which lead elsewhere on some systems",
    ),
    (
        "a name has a direction mark in it",
        With::Nothing,
        InFiles(|f| f.push(("report/\u{202e}vsc.exe".into(), b"x".to_vec()))),
        "characters in it that do not show",
    ),
    (
        "a name is another one's twin",
        With::Nothing,
        InFiles(|f| f.push(("report/REPORT.html".into(), b"x".to_vec()))),
        "some systems take this name for the same as `report/report.html`",
    ),
    ("an entry is a symbolic link", With::Nothing, Zip(link), "zz: error: this is a symbolic link, not a file"),
    ("an entry is a folder", With::Nothing, Zip(folder), "error: this is a folder, not a file"),
    (
        "a bomb is added",
        With::Nothing,
        InFiles(|f| f.push(("zz".into(), vec![0; 64 << 20]))),
        "zz: error: the file is in the pack, and the statement does not know it",
    ),
    (
        "a file becomes a bomb",
        With::Nothing,
        InFiles(|f| *bytes_of(f, "VERIFY.txt") = vec![0; 64 << 20]),
        "VERIFY.txt: error: the file has 67108864 bytes; the statement vouches for one of",
    ),
    (
        "the files come in another order",
        With::Nothing,
        InFiles(|f| {
            let last = f.len() - 1;
            f.swap(last, last - 1);
        }),
        "the file is not in its place",
    ),
    // ---- Files added, removed, renamed, exchanged.
    (
        "a file is added",
        With::Nothing,
        InFiles(|f| f.push(("zz.txt".into(), b"x".to_vec()))),
        "zz.txt: error: the file is in the pack, and the statement does not know it",
    ),
    (
        "a file is removed",
        With::Nothing,
        InFiles(|f| f.retain(|(n, _)| n != "report/findings.csv")),
        "report/findings.csv: error: the statement vouches for this file, and it is not in the pack",
    ),
    (
        "a file is renamed",
        With::Nothing,
        InFiles(|f| rename(f, "policy.json", "policy2.json")),
        "policy.json: error: the statement vouches for this file",
    ),
    (
        "two files change places",
        With::Nothing,
        InFiles(|f| {
            let a = bytes_of(f, "report/ipe.html").clone();
            let b = std::mem::replace(bytes_of(f, "report/worksheets.html"), a);
            *bytes_of(f, "report/ipe.html") = b;
        }),
        "error: the file has",
    ),
    (
        "the statement is removed",
        With::Nothing,
        InFiles(|f| f.retain(|(n, _)| n != "statement.json")),
        "statement.json: error: the file is not in the archive",
    ),
    (
        "an input is exchanged, and the statement made anew",
        With::Nothing,
        InFiles(|f| {
            edit(f, "inputs/rosters/zoom.csv", |t| t.replace("Egon", "Emil"));
            restate(f);
        }),
        "inputs/rosters/zoom.csv: error: the input is not the one that the manifest says was read",
    ),
    (
        "an output is removed everywhere but in the manifest",
        With::Nothing,
        InFiles(|f| {
            f.retain(|(n, _)| n != "report/ipe.html");
            restate(f);
        }),
        "report/ipe.html: error: the manifest names this output",
    ),
    (
        "an output is added to the statement",
        With::Nothing,
        InFiles(|f| {
            f.push(("report/zz.html".into(), b"x".to_vec()));
            restate(f);
        }),
        "report/zz.html: error: the manifest does not know this output",
    ),
    (
        "an input is added to the statement",
        With::Nothing,
        InFiles(|f| {
            let at = f.iter().position(|(n, _)| n == "policy.json").unwrap();
            f.insert(at, ("inputs/zz.csv".into(), b"x".to_vec()));
            restate(f);
        }),
        "inputs/zz.csv: error: the file stands among the inputs",
    ),
    // ---- Rows and numbers, mended as well as can be without a key.
    (
        "a row is removed from a table",
        With::Nothing,
        InFiles(|f| edit(f, "report/findings.csv", drop_row)),
        "report/findings.csv: error: the file has",
    ),
    (
        "a row is removed, and its count and hashes mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.csv", drop_row);
            mend(f);
        }),
        "report/findings.csv:2: error: row 1 has another `id` than the finding",
    ),
    (
        "the last row is removed, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.csv", drop_last);
            mend(f);
        }),
        "is missing: findings.json has the finding",
    ),
    (
        "a row is added, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.csv", |t| {
                let last = t.lines().last().unwrap().to_owned();
                format!("{t}{last}\n")
            });
            mend(f);
        }),
        "this row is not among the findings of findings.json",
    ),
    (
        "a severity is lowered in one of two files, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.csv", |t| t.replacen(",high,", ",low,", 1));
            mend(f);
        }),
        "has another `severity` than the finding",
    ),
    (
        "a reason is changed in one of two files, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.json", |t| t.replacen("\"reason\":[\"left", "\"reason\":[\"not: left", 1));
            mend(f);
        }),
        "has another `reason` than the finding",
    ),
    (
        "a finding is removed from both files, and everything mended",
        With::Nothing,
        InFiles(|f| {
            drop_finding(f);
            mend(f);
        }),
        "report/findings.json: error: its summary has",
    ),
    (
        "a level is changed in one of two files, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/coverage.csv", |t| t.replacen(",scriptable,", ",automated,", 1));
            mend(f);
        }),
        "is not what findings.json says of the app zoom",
    ),
    (
        "a row of an app is removed, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/coverage.csv", drop_row);
            mend(f);
        }),
        "report/coverage.csv:2: error: the `operation` is not what findings.json says",
    ),
    (
        "a list is left out of the table of lists, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/ipe.csv", drop_row);
            mend(f);
        }),
        "report/ipe.csv: error: the table has",
    ),
    (
        "the rows of a file no longer add up, and the statement is made anew",
        With::Nothing,
        InFiles(|f| {
            json(f, "report/manifest.json", |m| m["inputs"][0]["rows"]["linked"] = 3.into());
            restate(f);
        }),
        "do not add up: 4 read, 3 accounted for",
    ),
    (
        "the records of a list are changed, and the statement is made anew",
        With::Nothing,
        InFiles(|f| {
            json(f, "report/manifest.json", |m| m["populations"][0]["records"] = 9.into());
            restate(f);
        }),
        "has 9 records, and its files have",
    ),
    (
        "the headline is changed, and everything mended",
        With::Nothing,
        InFiles(|f| {
            edit(f, "report/findings.json", |t| {
                t.replacen(
                    "\"by_severity\":[{\"key\":\"critical\",\"count\":0",
                    "\"by_severity\":[{\"key\":\"critical\",\"count\":9",
                    1,
                )
            });
            mend(f);
        }),
        "its summary has 9 open findings of severity critical",
    ),
    (
        "the results in the statement are changed",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("\"leavers\": 2", "\"leavers\": 1", 1))),
        "statement.json: error: the statement's `results` is not what the report in the pack says",
    ),
    (
        "the inputs in the statement are changed",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("\"role\": \"hr\"", "\"role\": \"idp\"", 1))),
        "the statement's `inputs` is not what the report",
    ),
    (
        "the moment in the statement is changed",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z", 1))),
        "the statement's `as_of` is not what the report",
    ),
    (
        "the statement is written in another form",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| format!("{t}\n"))),
        "statement.json: error: the statement is not in the form in which coverage writes it",
    ),
    (
        "a field is added to the statement",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("{", "{\n  \"also\": 1,", 1))),
        "this is no statement of a pack: unknown field `also`",
    ),
    (
        "the statement becomes another kind",
        With::Nothing,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("Statement/v1", "Statement/v9", 1))),
        "this is no in-toto statement of version 1",
    ),
    // ---- What agrees with itself, and is not what comes out.
    (
        "the page is changed, and everything mended",
        With::Replay,
        InFiles(|f| {
            edit(f, "report/report.html", |t| t.replace("Bodo Brinkmann", "Nobody"));
            mend(f);
        }),
        "report/report.html:",
    ),
    (
        "an input is exchanged, and everything mended",
        With::Replay,
        InFiles(|f| {
            edit(f, "inputs/rosters/zoom.csv", |t| t.replace("Egon Eberwein", "Emil Eberwein"));
            let sha = sha(bytes_of(f, "inputs/rosters/zoom.csv"));
            json(f, "report/manifest.json", |m| {
                for input in m["inputs"].as_array_mut().unwrap() {
                    if input["file"] == "rosters/zoom.csv" {
                        input["sha256"] = sha.clone().into();
                    }
                }
            });
            mend(f);
        }),
        "the replay has brought forth something else, beginning with this line",
    ),
    (
        "a claim of the catalog is changed, and everything mended",
        With::Replay,
        InFiles(|f| {
            edit(f, "catalog/zoom.json", |t| t.replacen("Zoom", "Zoomed", 1));
            restate(f);
        }),
        "catalog/zoom.json:",
    ),
    (
        "a row of a diff is removed, and everything mended",
        With::Replay,
        InFiles(|f| {
            edit(f, "report/diffs/zoom.csv", drop_row);
            mend(f);
        }),
        "report/diffs/zoom.csv:2: error: the replay has brought forth something else",
    ),
    // ---- Signatures.
    (
        "the statement is edited",
        With::Keys,
        InFiles(|f| edit(f, "statement.json", |t| t.replacen("\"leavers\": 2", "\"leavers\": 1", 1))),
        "statement.json.sig: error: the signature does not hold for ann",
    ),
    (
        "everything is made anew under the old signatures",
        With::Keys,
        InFiles(|f| {
            edit(f, "report/report.html", |t| t.replace("Bodo Brinkmann", "Nobody"));
            mend(f);
        }),
        "statement.json.sig: error: the signature does not hold for ann",
    ),
    (
        "everything is made anew and signed by another",
        With::Keys,
        WithKeys(|f, k| {
            edit(f, "report/report.html", |t| t.replace("Bodo Brinkmann", "Nobody"));
            mend(f);
            resign(f, k, "bea", "coverage-evidence-v1");
        }),
        "statement.json.sig: error: the signature does not hold for ann",
    ),
    (
        "the SSH signature is exchanged for another's",
        With::Keys,
        WithKeys(|f, k| resign(f, k, "bea", "coverage-evidence-v1")),
        "the signature does not hold for ann",
    ),
    (
        "the SSH signature was made for something else",
        With::Keys,
        WithKeys(|f, k| resign(f, k, "ann", "git")),
        "the signature does not hold for ann",
    ),
    (
        "the SSH signature is no signature",
        With::Keys,
        InFiles(|f| *bytes_of(f, "statement.json.sig") = b"yes".to_vec()),
        "the signature does not hold for ann",
    ),
    (
        "the SSH signature is removed",
        With::Keys,
        InFiles(|f| f.retain(|(n, _)| n != "statement.json.sig")),
        "there is no SSH signature in the pack",
    ),
    (
        "the minisign signature is removed",
        With::Keys,
        InFiles(|f| f.retain(|(n, _)| n != "statement.json.minisig")),
        "there is no minisign signature in the pack",
    ),
    (
        "the minisign signature is exchanged for another's",
        With::Keys,
        WithKeys(|f, k| reminisign(f, k, "bea")),
        "statement.json.minisig: error: the signature does not hold: it is of the key",
    ),
    (
        "the comment in the minisign signature is edited",
        With::Keys,
        InFiles(|f| {
            edit(f, "statement.json.minisig", |t| t.replace("trusted comment: coverage", "trusted comment: Coverage"));
        }),
        "the signature does not hold: it is not a signature over these bytes",
    ),
    (
        "the verifier has another's keys",
        With::Others,
        InFiles(|_| {}),
        "statement.json.sig: error: the signature does not hold for bea",
    ),
];

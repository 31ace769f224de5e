//! A PostgreSQL server for as long as a test runs.

use coverage::store::Place;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A PostgreSQL server of the test's own, which listens on a socket in a folder of its own.
pub struct Server {
    child: Child,
    folder: tempfile::TempDir,
    tools: std::path::PathBuf,
}

impl Server {
    /// None, if PostgreSQL is not installed; where it must be, that is a failure.
    pub fn start() -> Option<Self> {
        let Some(tools) = tools() else {
            assert!(
                std::env::var_os("COVERAGE_NEEDS_POSTGRES").is_none(),
                "PostgreSQL is not installed, and COVERAGE_NEEDS_POSTGRES says that it has to be"
            );
            eprintln!(
                "\n!!! SKIPPED: PostgreSQL is not installed (neither on PATH nor in /usr/lib/postgresql); the store was not tested on a server\n"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        give_away(folder.path());
        give_away(&data);
        let done = as_other(Command::new(tools.join("initdb")))
            .args(["--auth=trust", "--username=coverage", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = as_other(Command::new(tools.join("postgres")))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=40"])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { child, folder, tools };
        let begin = Instant::now();
        while postgres::Client::connect(&server.address("postgres"), postgres::NoTls).is_err() {
            let log = || fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
            assert!(server.child.try_wait().unwrap().is_none(), "the server has stopped: {}", log());
            assert!(begin.elapsed() < Duration::from_secs(60), "the server does not answer: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    pub fn address(&self, database: &str) -> String {
        let socket = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://coverage@{socket}/{database}")
    }

    /// A new database.
    pub fn database(&self, name: &str) -> Place {
        let name = &name[..name.len().min(60)];
        self.psql("postgres", &format!("CREATE DATABASE {name}"));
        Place::Server(self.address(name))
    }

    pub fn psql(&self, database: &str, sql: &str) {
        let mut client = postgres::Client::connect(&self.address(database), postgres::NoTls).unwrap();
        client.batch_execute(sql).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = as_other(Command::new(self.tools.join("pg_ctl")))
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .output();
        if !stopped.is_ok_and(|done| done.status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Where PostgreSQL's programs are.
fn tools() -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    versions.sort_by_key(|v| std::cmp::Reverse(v.file_name().to_str().and_then(|n| n.parse::<u32>().ok())));
    folders.extend(versions.iter().map(|v| v.path().join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The server refuses to be run by root.
#[cfg(unix)]
fn other() -> Option<(u32, u32)> {
    let id = |args: &[&str]| {
        let done = Command::new("id").args(args).output().ok().filter(|done| done.status.success())?;
        String::from_utf8_lossy(&done.stdout).trim().parse::<u32>().ok()
    };
    (id(&["-u"]) == Some(0)).then(|| {
        let named = id(&["-u", "postgres"]).zip(id(&["-g", "postgres"]));
        named.unwrap_or((65_534, 65_534))
    })
}

#[cfg(unix)]
fn as_other(mut command: Command) -> Command {
    use std::os::unix::process::CommandExt as _;
    if let Some((user, group)) = other() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

#[cfg(unix)]
fn give_away(folder: &std::path::Path) {
    if let Some((user, group)) = other() {
        std::os::unix::fs::chown(folder, Some(user), Some(group)).unwrap();
    }
}

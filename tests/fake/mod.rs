//! A small HTTP server on this machine, for tests: it answers what it is told to and notes what it was asked.
//!
//! `Fake::new(|asked| match (asked.method.as_str(), asked.path.as_str()) { … })` is all there is to routes.

#![allow(dead_code, reason = "each test takes what it needs")]

use serde_json::Value;
use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The parameters, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Path and query as they were sent.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub fn has(&self, parameter: &str) -> bool {
        self.query.iter().any(|(n, _)| n == parameter)
    }

    pub fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// A parameter that is a number, or the other one where it is not given.
    pub fn number(&self, name: &str, otherwise: usize) -> usize {
        self.parameter(name).parse().unwrap_or(otherwise)
    }

    /// `GET /users?limit=2`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a form.
    pub fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    pub fn field(&self, name: &str) -> String {
        self.form().into_iter().find(|(n, _)| n == name).map(|(_, value)| value).unwrap_or_default()
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    wait: Duration,
    /// Of the body, so many bytes are sent; then the connection breaks off.
    cut_at: Option<usize>,
    hangs_up: bool,
}

impl Answer {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), wait: Duration::ZERO, cut_at: None, hangs_up: false }
    }

    /// 200 with JSON.
    pub fn json(body: &Value) -> Self {
        Self::new(200, body.to_string()).header("content-type", "application/json")
    }

    /// A status that says no, with JSON.
    pub fn error(status: u16, body: &Value) -> Self {
        Self { status, ..Self::json(body) }
    }

    /// No answer: the connection is closed.
    pub fn hang_up() -> Self {
        Self { hangs_up: true, ..Self::new(200, "") }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn after(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Breaks off after so many bytes of the body.
    pub fn cut_at(mut self, bytes: usize) -> Self {
        self.cut_at = Some(bytes);
        self
    }

    fn send(&self, stream: &mut TcpStream) {
        thread::sleep(self.wait);
        if !self.hangs_up {
            let mut head = format!(
                "HTTP/1.1 {} Fake\r\ncontent-length: {}\r\nconnection: close\r\n",
                self.status,
                self.body.len()
            );
            for (name, value) in &self.headers {
                head += &format!("{name}: {value}\r\n");
            }
            let _ = write!(stream, "{head}\r\n");
            let end = self.cut_at.unwrap_or(self.body.len()).min(self.body.len());
            let _ = stream.write_all(&self.body[..end]);
        }
        let _ = stream.shutdown(Shutdown::Write);
    }
}

/// The server. It lives as long as the test's process.
pub struct Fake {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    pub fn new(answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let fake = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let asked = Arc::clone(&fake.asked);
        let answer = Arc::new(Mutex::new(answer));
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
                thread::spawn(move || {
                    let Some(request) = read(&mut stream) else { return };
                    asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
                    // A closure that fails has said why on standard error; the client sees the connection close.
                    let said = (answer.lock().unwrap_or_else(PoisonError::into_inner))(&request);
                    said.send(&mut stream);
                });
            }
        });
        fake
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `GET /users?limit=2`, one for each request.
    pub fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }

    pub fn forget(&self) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Some(Asked { method, path: path.to_owned(), query, headers, body, target: target.clone() })
}

//! The way from an address over redirects to its end, and what that end says about the address.

use super::{Answer, address};
use reqwest::{StatusCode, Url};

/// Redirects that are followed.
pub const REDIRECTS: usize = 5;

/// What a server says to one request.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    /// Where it redirects to, as it says so.
    pub location: Option<String>,
}

/// An address and where its redirects have led so far.
#[derive(Debug)]
pub struct Way {
    start: Url,
    /// Behind the start.
    followed: Vec<Url>,
    /// The last address that permanent redirects alone have led to.
    moved: Option<Url>,
}

impl Way {
    pub const fn new(start: Url) -> Self {
        Self { start, followed: Vec::new(), moved: None }
    }

    /// Where it has led.
    pub fn here(&self) -> &Url {
        self.followed.last().unwrap_or(&self.start)
    }

    /// Takes the reply of the last address: the answer, or nothing if it has led to another address.
    pub fn reply(&mut self, reply: &Reply) -> Option<Answer> {
        let status = reply.status;
        let moved = self.moved.as_ref().map(Url::to_string);
        Some(match status.as_u16() {
            200..=299 => moved.map_or(Answer::Answers, |to| Answer::Moved { to, but: None }),
            404 | 410 => Answer::Gone { status: status.to_string(), at: self.elsewhere() },
            301 | 302 | 303 | 307 | 308 => match self.redirect(reply) {
                Ok(()) => return None,
                Err(why) => Answer::Refused { why },
            },
            _ => match moved {
                Some(to) => Answer::Moved { to, but: Some(status.to_string()) },
                None => Answer::Refused { why: self.told(&status.to_string()) },
            },
        })
    }

    /// Nothing came from the last address.
    pub fn silence(&self, why: &str) -> Answer {
        Answer::Unreachable { why: self.told(why) }
    }

    fn redirect(&mut self, reply: &Reply) -> Result<(), String> {
        let Some(location) = &reply.location else {
            return Err(self.told(&format!("{} without an address to go to", reply.status)));
        };
        let next =
            address::redirected(self.here(), location).map_err(|why| self.told(&format!("its redirect: {why}")))?;
        if next == self.start || self.followed.contains(&next) {
            return Err("it redirects in a circle".to_owned());
        }
        if self.followed.len() == REDIRECTS {
            return Err(format!("it redirects more than {REDIRECTS} times"));
        }
        let permanent = matches!(reply.status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        if permanent && self.moved.as_ref() == self.followed.last() {
            self.moved = Some(next.clone());
        }
        self.followed.push(next);
        Ok(())
    }

    fn elsewhere(&self) -> Option<String> {
        self.followed.last().map(Url::to_string)
    }

    fn told(&self, what: &str) -> String {
        self.elsewhere().map_or_else(|| what.to_owned(), |at| format!("{what}, at {at}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes the way of these replies: status and target.
    fn end(replies: &[(u16, &str)]) -> Answer {
        let mut way = Way::new(address::read("https://a.example/0").unwrap());
        for (status, location) in replies {
            let location = Some((*location).to_owned()).filter(|l| !l.is_empty());
            let status = StatusCode::from_u16(*status).unwrap();
            if let Some(answer) = way.reply(&Reply { status, location }) {
                return answer;
            }
        }
        way.silence("no answer")
    }
    fn moved(to: &str, but: Option<&str>) -> Answer {
        Answer::Moved { to: to.to_owned(), but: but.map(str::to_owned) }
    }
    fn refused(why: &str) -> Answer {
        Answer::Refused { why: why.to_owned() }
    }

    #[test]
    fn only_what_permanent_redirects_alone_lead_to_is_the_new_address() {
        assert_eq!(end(&[(204, "")]), Answer::Answers);
        assert_eq!(end(&[(301, "/1"), (308, "/2"), (200, "")]), moved("https://a.example/2", None));
        assert_eq!(end(&[(301, "/1"), (302, "/2"), (301, "/3"), (200, "")]), moved("https://a.example/1", None));
        assert_eq!(end(&[(302, "/1"), (301, "/2"), (200, "")]), Answer::Answers);
        assert_eq!(end(&[(307, "/1"), (200, "")]), Answer::Answers);
        assert_eq!(end(&[(301, "/1"), (403, "")]), moved("https://a.example/1", Some("403 Forbidden")));
    }

    #[test]
    fn what_has_moved_and_is_gone_there_is_gone() {
        let gone =
            |status: &str, at: Option<&str>| Answer::Gone { status: status.to_owned(), at: at.map(str::to_owned) };
        assert_eq!(end(&[(410, "")]), gone("410 Gone", None));
        assert_eq!(end(&[(301, "/1"), (404, "")]), gone("404 Not Found", Some("https://a.example/1")));
    }

    #[test]
    fn a_way_without_an_end_says_nothing_about_the_page() {
        assert_eq!(end(&[(301, "/1"), (301, "/0")]), refused("it redirects in a circle"));
        assert_eq!(end(&[(302, "#here")]), refused("it redirects in a circle"));
        let five: Vec<_> = ["/1", "/2", "/3", "/4", "/5"].into_iter().map(|to| (301, to)).collect();
        assert_eq!(end(&[five.as_slice(), &[(200, "")]].concat()), moved("https://a.example/5", None));
        assert_eq!(end(&[five.as_slice(), &[(301, "/6")]].concat()), refused("it redirects more than 5 times"));
        assert_eq!(end(&[(302, "")]), refused("302 Found without an address to go to"));
        assert_eq!(end(&[(304, "")]), refused("304 Not Modified"));
        assert_eq!(end(&[(302, "/1"), (503, "")]), refused("503 Service Unavailable, at https://a.example/1"));
        let silent = Answer::Unreachable { why: "no answer, at https://a.example/1".to_owned() };
        assert_eq!(end(&[(301, "/1")]), silent);
    }

    #[test]
    fn a_redirect_out_of_the_web_is_not_followed() {
        let why = "its redirect: `file:` is not asked, only http and https";
        assert_eq!(end(&[(301, "file:///etc/passwd")]), refused(why));
        let why = "its redirect: it holds a user name or a password, which is never sent";
        assert_eq!(end(&[(301, "https://ann:hunter2@b.example/")]), refused(why));
    }
}

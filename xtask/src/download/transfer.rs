//! One file from one address: resumed, bounded, hashed as it arrives, and renamed only when the sum holds.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ureq::Body;
use ureq::http::Response;

use super::arrival::Arrival;
use super::catalogue::{Catalogue, DataFile, Form};
use super::client::{Client, Deadline};
use super::error::FetchError;
use super::part::Part;
use super::report::Report;

/// Number of times that a transfer which broke off is continued on the same mirror, as long as each brings some bytes.
const CONTINUATIONS: usize = 2;

/// One file to fetch, the address that it comes from, and the folder that it goes into.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transfer<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) file: &'a DataFile,
    pub(crate) form: Form,
    pub(crate) url: &'a str,
    pub(crate) folder: &'a Path,
}

impl Transfer<'_> {
    pub(crate) fn target(&self) -> PathBuf {
        self.folder.join(self.file.file_name(self.form))
    }

    fn expected(&self) -> u64 {
        self.file.content(self.form).bytes
    }

    /// Fetches the file. On failure no file stands under the final name that did not before, and a part only where it is worth going on with.
    pub(crate) fn run(&self, client: &Client, report: &mut Report<'_>) -> Result<(), FetchError> {
        let mut part = Part::resume(self.folder, &self.file.file_name(self.form), self.expected())?;
        match self.fill(client, &mut part, report) {
            Ok(()) => part.rename(&self.target()),
            Err(error) => {
                part.leave()?;
                Err(error)
            }
        }
    }

    /// Brings `part` to the point where its sum is the file's.
    fn fill(&self, client: &Client, part: &mut Part, report: &mut Report<'_>) -> Result<(), FetchError> {
        let mut continuations = CONTINUATIONS;
        let deadline = Deadline::in_time(client.limits().transfer(self.expected()));
        if !self.may_begin_with(part) {
            report.line(format_args!(
                "  what an earlier transfer left in {} was not the file's beginning; fetching it whole",
                part.path().with_file_name("").display()
            ));
            part.clear()?;
        }
        loop {
            let before = part.begin_request();
            if before == self.expected() {
                return self.check(part);
            }
            let error = match self.receive(client, &deadline, part, report) {
                Ok(()) => match self.check(part) {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let resumed = part.is_resumed();
            match &error {
                // The bytes from an earlier transfer may be the wrong ones: once more, without them.
                FetchError::Mismatch { .. } | FetchError::BadRange { .. } if resumed => {
                    part.clear()?;
                    report.line(format_args!("  resumed at byte {before}, but {error}; fetching it whole"));
                }
                FetchError::Status { code: 416, .. } if resumed => {
                    part.clear()?;
                    report.line(format_args!("  {error} to resuming at byte {before}; fetching it whole"));
                }
                FetchError::Interrupted { .. } if part.length() > before && continuations > 0 => {
                    continuations -= 1;
                    report.line(format_args!("  {error}; going on from there"));
                }
                FetchError::Mismatch { .. } => {
                    part.clear()?;
                    return Err(error);
                }
                _ => return Err(error),
            }
        }
    }

    /// Whether the file may begin with the bytes in `part`, as far as can be told before the file is whole.
    fn may_begin_with(&self, part: &Part) -> bool {
        let magic = self.form.magic();
        let begins = part.head().starts_with(&magic) || magic.starts_with(part.head());
        let fits = part.length() < self.expected()
            || (part.length() == self.expected() && part.digest() == self.file.content(self.form).sha256);
        begins && fits
    }

    fn check(&self, part: &Part) -> Result<(), FetchError> {
        let (expected, found) = (self.file.content(self.form).sha256, part.digest());
        if found == expected {
            return Ok(());
        }
        let mut arrived = Arrival::of_body(self.catalogue, &found, part.head());
        if arrived == Arrival::Gzip && Arrival::is_repacked(part.path(), self.file.raw) {
            arrived = Arrival::Repacked;
        }
        Err(FetchError::Mismatch { expected, found, arrived })
    }

    /// One request: appends what comes to `part`, never more than the file's size.
    fn receive(
        &self,
        client: &Client,
        deadline: &Deadline,
        part: &mut Part,
        report: &mut Report<'_>,
    ) -> Result<(), FetchError> {
        let mut response = client.get(self.url, part.length(), self.expected(), deadline)?;
        let status = response.status();
        match status.as_u16() {
            200 => part.clear()?,
            206 if part.length() > 0 => check_range(&response, part.length(), self.expected())?,
            code => {
                let reason = status.canonical_reason().unwrap_or("");
                return Err(FetchError::Status { code, reason });
            }
        }
        let start = part.length();
        let announced = response.body().content_length().map(|length| start + length);
        let mut body = response.body_mut().as_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let room = self.expected() - part.length();
            // One byte more than there is room for, to see whether the body goes on.
            let wanted = usize::try_from(room + 1).map_or(buffer.len(), |wanted| wanted.min(buffer.len()));
            match body.read(&mut buffer[..wanted]) {
                Ok(0) => break,
                Ok(count) if count as u64 > room => {
                    part.append(&buffer[..count - 1])?;
                    return self.too_long(part, announced);
                }
                Ok(count) => part.append(&buffer[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // Everything is there; how the connection ends does not matter.
                Err(_) if room == 0 => break,
                Err(error) => {
                    self.refuse_something_else(part, false)?;
                    return Err(client.broken_body(error, part.length(), self.expected(), deadline));
                }
            }
            self.refuse_something_else(part, false)?;
            if part.length() < self.expected() {
                deadline.check(part.length(), self.expected())?;
            }
            report.progress(part.length(), self.expected());
        }
        if part.length() < self.expected() {
            self.refuse_something_else(part, true)?;
            return Err(FetchError::Short { received: part.length(), expected: self.expected() });
        }
        Ok(())
    }

    /// Drops what can be no beginning of the file: judged by its first bytes, and where it `ended` by its sum.
    fn refuse_something_else(&self, part: &mut Part, ended: bool) -> Result<(), FetchError> {
        let magic = self.form.magic();
        let begins_well = part.head().starts_with(&magic) || (!ended && magic.starts_with(part.head()));
        let known = ended.then(|| self.catalogue.by_digest(&part.digest())).flatten();
        if begins_well && known.is_none() {
            return Ok(());
        }
        let arrived = known.map_or_else(|| Arrival::of_first_bytes(part.head()), Arrival::Known);
        part.clear()?;
        Err(FetchError::SomethingElse { arrived })
    }

    fn too_long(&self, part: &mut Part, announced: Option<u64>) -> Result<(), FetchError> {
        // A page longer than a small file is a page first of all.
        self.refuse_something_else(part, false)?;
        part.clear()?;
        let like = announced.and_then(|bytes| self.catalogue.by_size(bytes));
        Err(FetchError::TooLong { expected: self.expected(), announced, like })
    }
}

/// Checks that a partial answer goes on at `start` of a file of `total` bytes: `bytes START-END/TOTAL`, where the total may be `*`.
fn check_range(response: &Response<Body>, start: u64, total: u64) -> Result<(), FetchError> {
    let header = response.headers().get("content-range").and_then(|value| value.to_str().ok()).unwrap_or("");
    let fits = || {
        let (range, whole) = header.strip_prefix("bytes ")?.split_once('/')?;
        let (first, _) = range.split_once('-')?;
        let whole_fits = whole == "*" || whole.parse() == Ok(total);
        (first.trim().parse() == Ok(start) && whole_fits).then_some(())
    };
    fits().ok_or_else(|| FetchError::BadRange { wanted: start, answered: header.to_owned() })
}

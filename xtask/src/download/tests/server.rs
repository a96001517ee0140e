//! A web server on 127.0.0.1 that answers each connection as the test tells it, right or wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A request as the server received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// The first byte asked for by a `Range` header.
    pub(crate) range: Option<u64>,
}

/// The answer to one connection, as a function that writes it.
pub(crate) type Answer = Box<dyn FnOnce(&Request, &mut TcpStream) -> std::io::Result<()> + Send>;

/// Answers connections in turn with the answers given; what comes after them gets status 599.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (seen, stop) = (Arc::clone(&seen), Arc::clone(&stop));
            move || {
                let mut answers = answers.into_iter();
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let mut stream = stream.unwrap();
                    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                    let request = read_request(&stream);
                    seen.lock().unwrap().push(request.clone());
                    let answer = answers.next().unwrap_or_else(|| status(599));
                    // The client may hang up in the middle: that is what some tests are about.
                    let _ = answer(&request, &mut stream);
                }
            }
        });
        Self { address, seen, stop, thread: Some(thread) }
    }

    /// The address of this server's root, with a slash last.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Everything that was asked up to now.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The `Range` starts that were asked up to now.
    pub(crate) fn ranges(&self) -> Vec<Option<u64>> {
        self.seen().iter().map(|request| request.range).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().unwrap().join();
    }
}

fn read_request(stream: &TcpStream) -> Request {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let range = lines.find_map(|line| {
        let line = line.to_ascii_lowercase();
        line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse().ok()
    });
    Request { path, range }
}

fn head(stream: &mut TcpStream, status: &str, headers: &[String]) -> std::io::Result<()> {
    let lines = [format!("HTTP/1.1 {status}"), "Connection: close".to_owned()];
    let lines: Vec<&str> = lines.iter().chain(headers).map(String::as_str).collect();
    write!(stream, "{}\r\n\r\n", lines.join("\r\n"))
}

fn waits_for_the_client_to_go(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}

/// `body`, all of it, whatever range was asked for.
pub(crate) fn whole(body: &[u8]) -> Answer {
    whole_with(body, &[])
}

/// `body` with more headers.
pub(crate) fn whole_with(body: &[u8], headers: &[&str]) -> Answer {
    let body = body.to_vec();
    let mut headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
    headers.push(format!("Content-Length: {}", body.len()));
    Box::new(move |_, stream| {
        head(stream, "200 OK", &headers)?;
        stream.write_all(&body)
    })
}

/// `body` without its length: it ends where the connection ends.
pub(crate) fn without_length(body: &[u8]) -> Answer {
    let body = body.to_vec();
    Box::new(move |_, stream| {
        head(stream, "200 OK", &[])?;
        stream.write_all(&body)
    })
}

/// The part of `body` that was asked for, as an honest server does.
pub(crate) fn rest(body: &[u8]) -> Answer {
    rest_labelled(body, 0)
}

/// The same part of `body` as [`rest`] sends, with a header that says it begins `shift` bytes later than it does.
pub(crate) fn rest_labelled(body: &[u8], shift: u64) -> Answer {
    let body = body.to_vec();
    Box::new(move |request, stream| {
        let Some(start) = request.range else { return status(400)(request, stream) };
        let part = &body[usize::try_from(start).unwrap()..];
        let range = format!("Content-Range: bytes {}-{}/{}", start + shift, body.len() - 1, body.len());
        head(stream, "206 Partial Content", &[range, format!("Content-Length: {}", part.len())])?;
        stream.write_all(part)
    })
}

/// Announces all of `body` (from the range's start on) and closes after `count` bytes.
pub(crate) fn breaks_off(body: &[u8], count: usize) -> Answer {
    let body = body.to_vec();
    Box::new(move |request, stream| {
        let start = usize::try_from(request.range.unwrap_or(0)).unwrap();
        let length = format!("Content-Length: {}", body.len() - start);
        if start == 0 {
            head(stream, "200 OK", &[length])?;
        } else {
            let range = format!("Content-Range: bytes {start}-{}/{}", body.len() - 1, body.len());
            head(stream, "206 Partial Content", &[range, length])?;
        }
        stream.write_all(&body[start..start + count])
    })
}

/// A status with a page that explains it.
pub(crate) fn status(code: u16) -> Answer {
    Box::new(move |_, stream| {
        head(stream, &format!("{code} Told So"), &["Content-Length: 13".to_owned()])?;
        stream.write_all(b"<html></html>")
    })
}

/// Sends the client elsewhere.
pub(crate) fn redirect(to: String) -> Answer {
    Box::new(move |_, stream| {
        head(stream, "302 Found", &[format!("Location: {to}"), "Content-Length: 0".to_owned()])
    })
}

/// Says nothing at all until the client gives up.
pub(crate) fn hangs() -> Answer {
    Box::new(|_, stream| waits_for_the_client_to_go(stream))
}

/// Sends `count` bytes of `body` and then nothing until the client gives up.
pub(crate) fn hangs_after(body: &[u8], count: usize) -> Answer {
    let body = body.to_vec();
    Box::new(move |_, stream| {
        head(stream, "200 OK", &[format!("Content-Length: {}", body.len())])?;
        stream.write_all(&body[..count])?;
        waits_for_the_client_to_go(stream)
    })
}

/// Sends the bytes of `body` one by one, with a pause before each.
pub(crate) fn drips(body: &[u8], pause: Duration) -> Answer {
    let body = body.to_vec();
    Box::new(move |_, stream| {
        head(stream, "200 OK", &[format!("Content-Length: {}", body.len())])?;
        body.iter().try_for_each(|&byte| {
            thread::sleep(pause);
            stream.write_all(&[byte])
        })
    })
}

/// Begins a body in chunks and sends the size of its first chunk without an end, digit by digit.
pub(crate) fn drips_a_chunks_head(pause: Duration) -> Answer {
    Box::new(move |_, stream| {
        head(stream, "200 OK", &["Transfer-Encoding: chunked".to_owned()])?;
        stream.write_all(b"5;")?;
        loop {
            thread::sleep(pause);
            stream.write_all(b"x")?;
        }
    })
}

/// Closes without a word.
pub(crate) fn hangs_up() -> Answer {
    Box::new(|_, _| Ok(()))
}

/// An address where nobody listens.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

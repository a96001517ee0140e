//! A browser without a window, driven as a reader would by the protocol of its `DevTools`: real pointers and keys, and what they lead to.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Stopped;

/// The names under which systems have the browser.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The longest that an answer or a page may take, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Hands the browser its two pipes: it reads orders from the third file and writes answers into the fourth.
const PIPES: &str = "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null";

/// A browser with one page.
#[derive(Debug)]
pub(super) struct Browser {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<Value>,
    session: Option<Value>,
    next: u64,
    /// What the console and the page complained of.
    pub(super) faults: Vec<String>,
}

impl Browser {
    /// The name of the browser of this system, if it has one.
    pub(super) fn find() -> Option<&'static str> {
        let answers =
            |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|run| run.status.success());
        if cfg!(unix) { NAMES.into_iter().find(answers) } else { None }
    }

    /// Starts a browser, which keeps what it writes in `folder`.
    pub(super) fn start(name: &str, folder: &Path) -> Result<Self, Stopped> {
        let profile = format!("--user-data-dir={}", folder.join("browser").display());
        // The page is our own, and containers have no sandbox.
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            "--no-first-run",
            &profile,
        ];
        let mut child = Command::new("sh")
            .args(["-c", PIPES, "sh", name])
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Stopped(format!("{name}: {error}")))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (orders, answers) = pipes.ok_or_else(|| Stopped(format!("{name}: no pipes")))?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for message in BufReader::new(answers).split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { break };
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut browser =
            Self { child, orders, answers: receiver, session: None, next: 1, faults: Vec::new() };
        let page = browser.call("Target.createTarget", json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        browser.session = Some(browser.call("Target.attachToTarget", attach)?["sessionId"].clone());
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.call(domain, json!({}))?;
        }
        Ok(browser)
    }

    fn call(&mut self, method: &str, parameters: Value) -> Result<Value, Stopped> {
        let id = self.next;
        self.next += 1;
        let mut order = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            order["sessionId"] = session.clone();
        }
        let failed = |error: io::Error| Stopped(format!("{method}: {error}"));
        self.orders.write_all(format!("{order}\0").as_bytes()).map_err(failed)?;
        loop {
            let answer = self.answers.recv_timeout(PATIENCE);
            let mut answer = answer.map_err(|_| Stopped(format!("{method}: the browser does not answer")))?;
            if answer["id"] == id {
                let error = &answer["error"];
                return if error.is_null() {
                    Ok(answer["result"].take())
                } else {
                    Err(Stopped(format!("{method}: {error}")))
                };
            }
            self.note(&answer);
        }
    }

    /// Keeps what a page complains of.
    fn note(&mut self, event: &Value) {
        let parameters = &event["params"];
        let fault = match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => &parameters["exceptionDetails"]["exception"]["description"],
            Some("Runtime.consoleAPICalled") => &parameters["args"],
            // Advice is no fault.
            Some("Log.entryAdded") if parameters["entry"]["level"] == "error" => &parameters["entry"]["text"],
            _ => return,
        };
        self.faults.push(fault.to_string());
    }

    /// The value of an expression in the page, waited for if it is a promise.
    pub(super) fn evaluate(&mut self, expression: &str) -> Result<Value, Stopped> {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", asked)?;
        match &answer["exceptionDetails"] {
            Value::Null => Ok(answer["result"]["value"].take()),
            fault => Err(Stopped(format!("{expression}: {fault}"))),
        }
    }

    /// Waits until an expression is true.
    pub(super) fn until(&mut self, expression: &str) -> Result<(), Stopped> {
        let begun = Instant::now();
        while self.evaluate(expression)? != true {
            if begun.elapsed() > PATIENCE {
                return Err(Stopped(format!("{expression} did not come true")));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Gives the window a size.
    pub(super) fn resize(&mut self, width: u32, height: u32) -> Result<(), Stopped> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    /// Opens a file, with what stands behind the # of its address, and waits until its page is there.
    pub(super) fn open(&mut self, path: &Path, state: &str) -> Result<(), Stopped> {
        // Another page in between: an address that differs behind the # alone loads nothing.
        self.call("Page.navigate", json!({ "url": "about:blank" }))?;
        self.call("Page.navigate", json!({ "url": format!("file://{}#{state}", path.display()) }))?;
        self.until("document.documentElement?.classList.contains('ready') ?? false")
    }

    /// A place within an element, at these shares of its width and height.
    pub(super) fn within(&mut self, selector: &str, [across, down]: [f64; 2]) -> Result<[f64; 2], Stopped> {
        let place = format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{ block: 'nearest' }}); \
             const r = e.getBoundingClientRect(); return [r.left + {across} * r.width, r.top + {down} * r.height]; }})()"
        );
        let found = self.evaluate(&place)?;
        match [&found[0], &found[1]].map(Value::as_f64) {
            [Some(x), Some(y)] => Ok([x, y]),
            _ => Err(Stopped(format!("{selector} is nowhere: {found}"))),
        }
    }

    fn mouse(&mut self, kind: &str, [x, y]: [f64; 2], pressed: bool) -> Result<(), Stopped> {
        let button = if pressed { "left" } else { "none" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
        self.call("Input.dispatchMouseEvent", event).map(drop)
    }

    /// Moves the pointer.
    pub(super) fn hover(&mut self, place: [f64; 2]) -> Result<(), Stopped> {
        self.mouse("mouseMoved", place, false)
    }

    /// Presses the button at the first place, moves on to the others, and lets go.
    pub(super) fn drag(&mut self, places: &[[f64; 2]]) -> Result<(), Stopped> {
        let (Some(&first), Some(&last)) = (places.first(), places.last()) else { return Ok(()) };
        self.mouse("mouseMoved", first, false)?;
        self.mouse("mousePressed", first, true)?;
        for &place in &places[1..] {
            self.mouse("mouseMoved", place, true)?;
        }
        self.mouse("mouseReleased", last, true)
    }

    /// Clicks into the middle of an element.
    pub(super) fn click(&mut self, selector: &str) -> Result<(), Stopped> {
        let middle = self.within(selector, [0.5, 0.5])?;
        self.drag(&[middle])
    }

    /// The pixels of a canvas, red, green, blue and opacity of each.
    pub(super) fn pixels(&mut self, selector: &str) -> Result<Vec<f64>, Stopped> {
        let read = format!(
            "(() => {{ const c = document.querySelector({selector:?}); \
             return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data); }})()"
        );
        let found = self.evaluate(&read)?;
        Ok(found
            .as_array()
            .map(|pixels| pixels.iter().filter_map(Value::as_f64).collect())
            .unwrap_or_default())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Whether it has gone already does not matter.
        let _ = self.call("Browser.close", json!({}));
        let _ = self.child.wait();
    }
}

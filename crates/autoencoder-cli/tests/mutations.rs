//! Thousands of damaged files for every reader, the same in every run: each is read or refused in one line, in bounded
//! time and memory, and no promise of a reader is broken.
//!
//! `cargo xtask fuzz` runs the same readers and mutators for as long as somebody waits. This test needs no other
//! compiler, and has a binary of its own, since it counts what the whole process allocates. Two environment variables
//! make it longer or narrower: `MUTATIONS_CASES`, the number of files for each reader, and `MUTATIONS_TARGET`, the name
//! of the only reader.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use autoencoder_cli::attacks::Target;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The number of damaged files for each reader, if the environment does not give another.
const CASES: u64 = 2000;

/// The time that one file may take, in seconds of the processor where the system counts them: others may use it too.
const PATIENCE: Duration = Duration::from_secs(10);

/// The number of times that a file may take as long, if it does not get the processor.
const DELAYS: usize = 6;

/// The largest number of damaged files that were read and are damaged further.
const MOST_BASES: usize = 64;

/// The largest file that is damaged further.
const LONGEST_BASE: usize = 1 << 15;

/// A message of the thread that reads.
enum Event {
    CaseDone,
    Finished(Attack),
}

/// The results of the attack on one reader.
#[derive(Default)]
struct Attack {
    /// The number of damaged files that were read all the same.
    taken: usize,
    /// Broken promises by where they were noticed, each with what was said and the first file.
    broken: BTreeMap<String, String>,
}

#[test]
fn damaged_files_are_read_or_refused() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mutations");
    fs::create_dir_all(&folder).unwrap();
    // A panic is told at the end, once for each place, and not each time that it comes.
    let place = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&place);
    panic::set_hook(Box::new(move |panic| *noted.lock().unwrap() = panic.to_string()));
    let mut broken = Vec::new();
    let only = std::env::var("MUTATIONS_TARGET").ok();
    let cases = std::env::var("MUTATIONS_CASES").map_or(CASES, |number| number.parse().unwrap());
    for target in
        Target::ALL.into_iter().filter(|target| only.as_deref().is_none_or(|only| only == target.name()))
    {
        let begin = Instant::now();
        let (events, happened) = mpsc::channel();
        let current = folder.join(format!("{}.current", target.name()));
        let attack = {
            let (current, place) = (current.clone(), Arc::clone(&place));
            thread::spawn(move || attack(target, cases, &current, &place, &events))
        };
        let (mut worked, mut delays) = (processor_seconds(), 0);
        let attack = loop {
            match happened.recv_timeout(PATIENCE) {
                Ok(Event::CaseDone) => (worked, delays) = (processor_seconds(), 0),
                Ok(Event::Finished(attack)) => break attack,
                Err(RecvTimeoutError::Timeout)
                    if delays < DELAYS && processor_seconds() - worked < PATIENCE.as_secs_f64() =>
                {
                    delays += 1;
                }
                // What goes on reading would count into the memory of the next readers: the test ends here.
                Err(RecvTimeoutError::Timeout) => {
                    broken.push(format!("longer than {PATIENCE:?} for the file {}", current.display()));
                    drop(panic::take_hook());
                    panic!("{}: {}", target.name(), broken.join("\n"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    drop(attack.join());
                    broken.push(format!("{}: {}", target.name(), place.lock().unwrap()));
                    break Attack::default();
                }
            }
        };
        let seconds = begin.elapsed().as_secs_f64();
        println!("{:10} {cases} files in {seconds:.1} s, {} of them read", target.name(), attack.taken);
        let told = |(place, what)| format!("{}: {place} {what}", target.name());
        broken.extend(attack.broken.into_iter().map(told));
    }
    drop(panic::take_hook());
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

/// Damages files and gives them to one reader. The file at hand lies at `current`, for the case that the process ends.
fn attack(target: Target, cases: u64, current: &PathBuf, place: &Mutex<String>, events: &Sender<Event>) {
    let seeds = target.seeds();
    assert!(seeds.iter().all(|seed| target.read(seed)), "a seed is refused");
    let mut bases = seeds.clone();
    let mut attack = Attack::default();
    for case in 0..cases {
        // Every other case begins from a seed, so that no change is built upon for ever.
        let from = if case % 2 == 0 { &seeds } else { &bases };
        let base = &from[usize::try_from(case / 2).unwrap() % from.len()];
        let bytes = target.mutate(base, case);
        fs::write(current, &bytes).unwrap();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let read = panic::catch_unwind(AssertUnwindSafe(|| target.read(&bytes)));
        let held = MEMORY.peak_usage().saturating_sub(before);
        let what = match read {
            Err(_) => Some(place.lock().unwrap().clone()),
            Ok(_) if held > target.most_memory(bytes.len()) => {
                Some(format!("memory:\n{} MiB for a file of {} bytes", held >> 20, bytes.len()))
            }
            Ok(taken) => {
                attack.taken += usize::from(taken);
                if taken && bytes.len() < LONGEST_BASE {
                    if bases.len() < MOST_BASES {
                        bases.push(bytes);
                    } else {
                        let index = usize::try_from(case).unwrap() % MOST_BASES;
                        bases[index] = bytes;
                    }
                }
                None
            }
        };
        if let Some(what) = what {
            let kept = current.with_extension(format!("{case}"));
            let (place, said) = what.split_once('\n').unwrap_or((&what, ""));
            attack.broken.entry(place.to_owned()).or_insert_with(|| {
                fs::copy(current, &kept).unwrap();
                format!("{}\n    {}", said.lines().next().unwrap_or_default(), kept.display())
            });
        }
        let _ = events.send(Event::CaseDone);
    }
    fs::remove_file(current).unwrap();
    let _ = events.send(Event::Finished(attack));
}

/// The seconds that this process has had of the processors; endless where the system does not tell.
fn processor_seconds() -> f64 {
    let status = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold anything. Linux counts in hundredths of a second.
    let numbers = status.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    let ticks: Vec<f64> = numbers.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
    if ticks.is_empty() { f64::INFINITY } else { ticks.iter().sum::<f64>() / 100.0 }
}

//! Downloads from servers and folders that misbehave in every way known: each says what happened, and no wrong file gets the final name.

mod bench;
mod folder;
mod lying_there;
mod server;

use std::time::{Duration, Instant};

use flate2::Compression;
use tempfile::TempDir;

use self::bench::{Bench, GZ, NAME, Outcome, catalogue, files_in, gz, limits, other_gz, packed, raw};
use self::server::{
    Answer, Server, breaks_off, drips, drips_a_chunks_head, hangs, hangs_after, hangs_up, nobody, redirect,
    rest, rest_labelled, status, whole, whole_with, without_length,
};
use super::*;

/// Downloads from one server that gives these answers.
fn download(answers: Vec<Answer>) -> (Outcome, Server) {
    let server = Server::start(answers);
    (Bench::new().download_from(&[&server]), server)
}

#[test]
fn a_good_mirror_gives_the_file_and_the_second_run_asks_nobody() {
    let server = Server::start(vec![whole(&gz())]);
    let bench = Bench::new();
    bench.download_from(&[&server]).is_whole();
    let again = bench.download_from(&[&server]);
    again.is_whole();
    again.says(&["digits/pictures-idx1-ubyte.gz: up to date"]);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(server.seen()[0].path, format!("/{GZ}"));
}

#[test]
fn a_body_without_length_is_taken_too() {
    download(vec![without_length(&gz())]).0.is_whole();
}

#[test]
fn a_server_that_calls_the_file_a_content_encoding_does_not_get_it_unpacked() {
    download(vec![whole_with(&gz(), &["Content-Encoding: gzip"])]).0.is_whole();
}

#[test]
fn error_statuses_are_named() {
    for (code, words) in [(404, "404 Not Found"), (500, "500 Internal Server Error"), (403, "403 Forbidden")]
    {
        let (outcome, server) = download(vec![status(code)]);
        outcome.failed(&[words, &server.url(), "1 of 1 files did not come"], None);
    }
}

#[test]
fn nobody_listening_is_named() {
    let outcome = Bench::new().download(&Origin::Mirrors, vec![nobody()]);
    outcome.failed(&["no connection", "none of 1 mirrors"], None);
}

#[test]
fn hanging_up_before_the_answer_is_named() {
    download(vec![hangs_up()]).0.failed(&["no connection"], None);
}

#[test]
fn closing_after_the_headers_is_named() {
    download(vec![breaks_off(&gz(), 0)]).0.failed(&["broke off after 0 of"], None);
}

#[test]
fn a_server_that_says_nothing_times_out() {
    let begin = Instant::now();
    download(vec![hangs()]).0.failed(&["timed out", "400ms", "0 bytes"], None);
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_body_that_stops_coming_times_out_and_what_came_is_kept() {
    let (outcome, _) = download(vec![hangs_after(&gz(), 1000)]);
    outcome.failed(&["timed out: waiting for the next bytes", "1000 bytes of the file"], Some(&gz()[..1000]));
}

#[test]
fn a_server_that_drips_is_given_up_and_what_came_is_kept() {
    // Each byte comes long before the silence would be too long.
    let pause = Duration::from_millis(40);
    for (answer, may_have_come) in [(drips(&gz(), pause), true), (drips_a_chunks_head(pause), false)] {
        let mut bench = Bench::new();
        bench.limits.least = Duration::from_millis(800);
        let (begin, server) = (Instant::now(), Server::start(vec![answer]));
        let outcome = bench.download_from(&[&server]);
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        outcome.says(&["too slow: ", &format!("of {} bytes were there after 803", gz().len())]);
        let kept = outcome.files.values().next().cloned();
        assert!(!kept.as_ref().is_some_and(|kept| kept.is_empty() || !gz().starts_with(kept)));
        assert_eq!(kept.is_some(), may_have_come);
        outcome.failed(&[], kept.as_deref());
    }
}

#[test]
fn every_request_of_a_transfer_shares_one_limit_of_time() {
    let pause = Duration::from_millis(40);
    let mut bench = Bench::new();
    bench.limits.least = Duration::from_millis(800);
    let server = Server::start(vec![breaks_off(&gz(), 100), drips(&gz(), pause), whole(&gz())]);
    bench.download_from(&[&server]).says(&["broke off after 100 of", "too slow"]);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn the_limit_of_time_grows_with_the_file() {
    let limits = Limits::default();
    assert_eq!(limits.transfer(0), Duration::from_secs(60));
    assert_eq!(limits.transfer(16_000_000), Duration::from_secs(1060));
}

#[test]
fn a_body_that_breaks_off_is_taken_up_at_once_on_the_same_mirror() {
    let (outcome, server) = download(vec![breaks_off(&gz(), 1000), breaks_off(&gz(), 500), rest(&gz())]);
    outcome.is_whole();
    outcome.says(&["broke off after 1000 of", "broke off after 1500 of"]);
    assert_eq!(server.ranges(), [None, Some(1000), Some(1500)]);
}

#[test]
fn a_mirror_that_always_breaks_off_is_given_up_and_the_next_goes_on_from_there() {
    let bad = Server::start(vec![breaks_off(&gz(), 100), breaks_off(&gz(), 100), breaks_off(&gz(), 100)]);
    let good = Server::start(vec![rest(&gz())]);
    Bench::new().download_from(&[&bad, &good]).is_whole();
    assert_eq!(bad.ranges(), [None, Some(100), Some(200)]);
    assert_eq!(good.ranges(), [Some(300)]);
}

#[test]
fn a_later_run_resumes_the_part_of_an_earlier_one() {
    let bench = Bench::new();
    let bad = Server::start(vec![hangs_after(&gz(), 700)]);
    bench.download_from(&[&bad]).failed(&["timed out"], Some(&gz()[..700]));
    let good = Server::start(vec![rest(&gz())]);
    bench.download_from(&[&good]).is_whole();
    assert_eq!(good.ranges(), [Some(700)]);
}

#[test]
fn a_part_that_is_whole_needs_no_server() {
    let outcome = Bench::new().with(&format!("{GZ}.part"), &gz()).download(&Origin::Mirrors, vec![nobody()]);
    outcome.is_whole();
}

#[test]
fn a_server_that_ignores_ranges_gives_the_whole_file() {
    let server = Server::start(vec![whole(&gz())]);
    Bench::new().with(&format!("{GZ}.part"), &gz()[..700]).download_from(&[&server]).is_whole();
    assert_eq!(server.ranges(), [Some(700)]);
}

#[test]
fn an_unsatisfiable_range_starts_over() {
    let server = Server::start(vec![status(416), whole(&gz())]);
    let outcome = Bench::new().with(&format!("{GZ}.part"), &gz()[..700]).download_from(&[&server]);
    outcome.is_whole();
    outcome.says(&["416", "fetching it whole"]);
    assert_eq!(server.ranges(), [Some(700), None]);
}

#[test]
fn an_answer_for_another_range_starts_over() {
    let server = Server::start(vec![rest_labelled(&gz(), 5), whole(&gz())]);
    let outcome = Bench::new().with(&format!("{GZ}.part"), &gz()[..700]).download_from(&[&server]);
    outcome.is_whole();
    outcome.says(&["asked to go on at byte 700", "bytes 705-"]);
    assert_eq!(server.ranges(), [Some(700), None]);
}

#[test]
fn a_resumed_file_with_a_wrong_sum_is_fetched_whole_once() {
    let mut damaged = gz()[..700].to_vec();
    damaged[600] ^= 1;
    let server = Server::start(vec![rest(&gz()), whole(&gz())]);
    let outcome = Bench::new().with(&format!("{GZ}.part"), &damaged).download_from(&[&server]);
    outcome.is_whole();
    outcome.says(&["resumed at byte 700", "wrong sha256", "fetching it whole"]);
    assert_eq!(server.ranges(), [Some(700), None]);

    let mut wrong = gz();
    wrong[900] ^= 1;
    let server = Server::start(vec![rest(&wrong), whole(&wrong)]);
    let outcome = Bench::new().with(&format!("{GZ}.part"), &gz()[..700]).download_from(&[&server]);
    outcome.failed(&["wrong sha256"], None);
    assert_eq!(server.ranges(), [Some(700), None], "no third time");
}

#[test]
fn a_part_that_cannot_be_the_beginning_is_thrown_away() {
    let mut long = gz();
    long.push(0);
    for part in [b"<html>not found</html>".to_vec(), long, vec![b'x'; gz().len()]] {
        let server = Server::start(vec![whole(&gz())]);
        let outcome = Bench::new().with(&format!("{GZ}.part"), &part).download_from(&[&server]);
        outcome.is_whole();
        assert_eq!(server.ranges(), [None]);
    }
}

#[test]
fn a_page_in_place_of_the_file_is_named() {
    let page = b"<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>";
    download(vec![whole(page)]).0.failed(&["an HTML page"], None);
    let mut long = page.to_vec();
    long.resize(100_000, b' ');
    download(vec![whole(&long)]).0.failed(&["an HTML page"], None);
    download(vec![whole(b"<?xml version='1.0'?><Error/>")]).0.failed(&["an XML document"], None);
    download(vec![whole(b"")]).0.failed(&["what arrived is nothing"], None);
    download(vec![whole(&raw(1))]).0.failed(&["an unpacked IDX file"], None);
}

#[test]
fn the_other_sets_file_is_named() {
    assert!(other_gz().len() < gz().len());
    download(vec![whole(&other_gz())]).0.failed(&["the file clothes/pictures-idx1-ubyte.gz"], None);
}

#[test]
fn the_other_sets_longer_file_is_named_by_its_size() {
    let mut catalogue = catalogue(Vec::new());
    catalogue.sets.swap(0, 1);
    let server = Server::start(vec![whole(&gz())]);
    catalogue.sets[0].mirrors = vec![server.url()];
    let (to, client, mut said) = (TempDir::new().unwrap(), Client::new(limits(), None), Vec::new());
    let download =
        Download { catalogue: &catalogue, client: &client, origin: &Origin::Mirrors, to: to.path() };
    download.run(&[&catalogue.sets[0]], &mut Report::new(&mut said, false)).unwrap_err();
    let said = String::from_utf8(said).unwrap();
    assert!(
        said.contains("too long") && said.contains("which is the size of digits/pictures-idx1-ubyte.gz"),
        "{said}"
    );
    assert!(files_in(&to.path().join("clothes")).is_empty());
}

#[test]
fn a_body_that_is_too_long_is_cut_off() {
    let mut long = gz();
    long.resize(1 << 20, 0);
    let words = format!("too long: cut off after the {} bytes expected", gz().len());
    download(vec![whole(&long)]).0.failed(&[&words, &format!("{} were announced", long.len())], None);
    download(vec![without_length(&long)]).0.failed(&[&words], None);
}

#[test]
fn a_file_that_is_too_short_on_the_mirror_is_named() {
    let (outcome, server) = download(vec![whole(&gz()[..800])]);
    outcome.failed(&["too short: the body ended after 800 of"], Some(&gz()[..800]));
    assert_eq!(server.seen().len(), 1, "no use asking again");
}

#[test]
fn the_right_size_with_a_wrong_byte_is_refused() {
    let mut wrong = gz();
    wrong[100] ^= 1;
    download(vec![whole(&wrong)])
        .0
        .failed(&["wrong sha256: expected ", "a gzip file that is no file we know"], None);
}

#[test]
fn redirects_are_followed_and_circles_are_not() {
    let (outcome, server) = download(vec![redirect("/elsewhere".to_owned()), whole(&gz())]);
    outcome.is_whole();
    assert_eq!(server.seen()[1].path, "/elsewhere");
    let circle = (0..20).map(|_| redirect("/again".to_owned())).collect();
    download(circle).0.failed(&["redirect"], None);
}

#[test]
fn the_second_mirror_is_asked_whatever_went_wrong_with_the_first() {
    let mut wrong = gz();
    wrong[100] ^= 1;
    let mut long = gz();
    long.push(0);
    let first: [Answer; 11] = [
        status(404),
        status(403),
        status(500),
        hangs_up(),
        hangs(),
        breaks_off(&gz(), 0),
        whole(b"<html>"),
        whole(&other_gz()),
        whole(&wrong),
        whole(&long),
        redirect(nobody()),
    ];
    for (case, answer) in first.into_iter().enumerate() {
        let (bad, good) = (Server::start(vec![answer]), Server::start(vec![whole(&gz())]));
        let outcome = Bench::new().download_from(&[&bad, &good]);
        assert!(outcome.done, "case {case}: {}", outcome.said);
        outcome.is_whole();
        outcome.says(&[&format!("  {}{GZ}: ", bad.url())]);
    }
}

#[test]
fn two_downloads_do_not_write_into_one_file() {
    let bench = Bench::new().with(&format!("{GZ}.part"), &gz()[..10]);
    let held = fs::File::open(bench.folder().join(format!("{GZ}.part"))).unwrap();
    held.lock().unwrap();
    let server = Server::start(vec![whole(&gz())]);
    let outcome = bench.download_from(&[&server]);
    drop(held);
    outcome.failed(&["another download is writing"], Some(&gz()[..10]));
    assert!(server.seen().is_empty());
}

#[test]
fn a_wrong_file_under_the_final_name_is_set_aside() {
    let server = Server::start(vec![whole(&gz())]);
    let outcome = Bench::new().with(GZ, b"half").download_from(&[&server]);
    assert!(outcome.done);
    outcome.says(&["wrong size: expected ", "found 4", "now called"]);
    outcome.has_exactly(&[(GZ, &gz()), (&format!("{GZ}.wrong"), b"half")]);

    // Both sets unpack to one size: here only the sum tells.
    let outcome = Bench::new().with(NAME, &raw(2)).download(&Origin::Mirrors, vec![nobody()]);
    assert!(!outcome.done);
    outcome.says(&["wrong sha256", "it is the file clothes/pictures-idx1-ubyte"]);
    outcome.has_exactly(&[(&format!("{NAME}.wrong"), &raw(2))]);
}

#[test]
fn verify_reads_every_byte_and_changes_nothing() {
    let right = Bench::new().with(GZ, &gz()).verify();
    assert!(right.done);
    right.says(&["ok       digits/pictures-idx1-ubyte.gz"]);
    assert!(Bench::new().with(NAME, &raw(1)).verify().done);

    let missing = Bench::new().verify();
    assert!(!missing.done);
    missing.says(&["missing  digits/pictures-idx1-ubyte.gz"]);

    let mut flipped = gz();
    flipped[2000] ^= 1;
    let wrong = Bench::new().with(GZ, &flipped).verify();
    assert!(!wrong.done);
    wrong.says(&["wrong    ", "wrong sha256"]);
    wrong.has_exactly(&[(GZ, &flipped)]);

    let beside = Bench::new().with(GZ, &gz()).with(NAME, &raw(2)).verify();
    assert!(!beside.done, "a reader may take the wrong one of the two");
}

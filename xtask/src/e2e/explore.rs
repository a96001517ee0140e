//! The page that `explore` makes, in a browser where there is one: it computes what the program computes, and follows its reader.

use std::path::PathBuf;

use super::browser::Browser;
use super::npy::Npy;
use super::{Group, Stage, Stopped};

/// The run whose page of pictures is looked at: trained for a moment, but not so short that it restores nothing.
const RUN: &str = "shown";

/// The largest difference of a pixel, of 255: half of its own rounding, and that of 16 bits.
const ROUNDING: f64 = 2.0;

/// The longest that a place may take to be decoded by `hinton`, in milliseconds.
const DECODED: f64 = 5.0;

/// The longest that all dots of a map may take to be drawn, in milliseconds: 60 frames a second.
const FRAME: f64 = 1000.0 / 60.0;

pub(super) fn check(stage: &mut Stage) -> Group {
    let Some(name) = Browser::find() else {
        println!("left out: this system has no chromium to open the page of explore with");
        return Ok(());
    };
    let mut browser = Browser::start(name, &stage.folder)?;
    browser.resize(1280, 800)?;
    pictures(stage, &mut browser)?;
    speed(stage, &mut browser)?;
    walk(stage, &mut browser)?;
    rows(stage, &mut browser)?;
    hostile(stage, &mut browser)?;
    let faults = std::mem::take(&mut browser.faults);
    stage.checks.that("explore, complaints of the browser", faults.is_empty(), faults.join("; "), "none");
    Ok(())
}

/// Makes the page of a run.
fn page(stage: &Stage, run: &str, words: &str) -> Result<PathBuf, Stopped> {
    let out = stage.path(&format!("{run}.html"));
    let mut arguments = vec!["explore".into(), stage.path(run).into_os_string()];
    arguments.extend(words.split_whitespace().map(Into::into));
    arguments.extend(["--out".into(), out.clone().into_os_string()]);
    stage.succeed(arguments)?;
    Ok(out)
}

fn pictures(stage: &mut Stage, browser: &mut Browser) -> Group {
    stage.succeed(stage.train_arguments("--preset sharp --limit 20000 --epochs 4", RUN))?;
    let path = page(stage, RUN, "")?;
    let restored = stage.path("explored.npy");
    let mut arguments = vec!["reconstruct".into(), stage.path(RUN).into_os_string()];
    arguments.extend(["--out".into(), restored.clone().into_os_string()]);
    stage.succeed(arguments)?;
    let restored = Npy::read(&restored).map_err(|error| Stopped(error.to_string()))?;
    for sample in [3, 1717] {
        browser.open(&path, &format!("s={sample}"))?;
        let found = browser.pixels("#here-made")?;
        let expected = &restored.values[sample * 784..(sample + 1) * 784];
        let apart = found.chunks_exact(4).zip(expected).map(|(pixel, expected)| (pixel[0] - expected).abs());
        let largest = apart.fold(if found.len() == 4 * 784 { 0.0 } else { f64::INFINITY }, f64::max);
        let name = format!("explore, sample {sample} as reconstruct has it, of 255");
        stage.checks.within(&name, largest, 0.0, ROUNDING);
    }
    browser.open(&path, "")?;
    let mut seen = Vec::new();
    for place in [[0.3, 0.4], [0.7, 0.6]] {
        let place = browser.within("#map", place)?;
        browser.hover(place)?;
        seen.push(browser.pixels("#here-made")?);
    }
    let differs = seen[0] != seen[1];
    stage.checks.that("explore, hovering", differs, differs, "decodes another place");
    let says = browser.evaluate("document.querySelector('#here-says').textContent")?;
    let names = says
        .as_str()
        .is_some_and(|says| says.starts_with("Nearest: sample ") && says.contains("at a distance of"));
    stage.checks.that("explore, hovering", names, &says, "names the nearest sample");
    panning(stage, browser)?;
    drawing(stage, browser)
}

/// Moves the map of all samples about, and takes the time of its frames.
fn panning(stage: &mut Stage, browser: &mut Browser) -> Group {
    let mut places = Vec::new();
    for step in 0..40 {
        let share = f64::from(step) / 40.0;
        places.push(browser.within("#map", [0.3 + 0.4 * share, 0.5 + 0.1 * (6.0 * share).sin()])?);
    }
    browser.drag(&places)?;
    browser.until("Number(document.querySelector('#speed').dataset.frame) > 0")?;
    let frame = browser.evaluate("Number(document.querySelector('#speed').dataset.frame)")?;
    stage.checks.within(
        "explore, milliseconds to draw all dots, the fastest tenth",
        frame.as_f64().unwrap_or(f64::NAN),
        0.0,
        FRAME,
    );
    browser.click("#zoom-fit")
}

/// Draws a seven, which must be restored.
fn drawing(stage: &mut Stage, browser: &mut Browser) -> Group {
    browser.click("#tab-made")?;
    browser.click("#clear")?;
    // What is drawn is held against what is restored of it, pixel by pixel: it stays where it is.
    browser.click("#centre")?;
    let strokes = [[0.3, 0.25], [0.5, 0.25], [0.7, 0.25], [0.6, 0.5], [0.47, 0.8]];
    let mut places = Vec::new();
    for stroke in strokes {
        places.push(browser.within("#pad", stroke)?);
    }
    browser.drag(&places)?;
    let [drawn, restored] = [browser.pixels("#pad")?, browser.pixels("#made-restored")?];
    let shades = |pixels: &[f64]| pixels.chunks_exact(4).map(|pixel| pixel[0] / 255.0).collect::<Vec<f64>>();
    let [drawn, restored] = [&drawn, &restored].map(|pixels| shades(pixels));
    let ink: f64 = drawn.iter().map(|shade| shade * shade).sum();
    let wrong: f64 = drawn.iter().zip(&restored).map(|(drawn, restored)| (drawn - restored).powi(2)).sum();
    stage.checks.that(
        "explore, ink of a drawn seven",
        ink > 20.0,
        format!("{ink:.1}"),
        "more than 20 pixels",
    );
    let share = wrong / ink;
    stage.checks.that(
        "explore, a drawn seven",
        share < 0.6,
        format!("{share:.3}"),
        "restored: less than 0.6 of it is wrong",
    );
    let says = browser.evaluate("document.querySelector('#made-says').textContent")?;
    let scored =
        says.as_str().is_some_and(|says| says.contains("score ") && says.contains("the threshold of"));
    stage.checks.that("explore, a drawn seven", scored, &says, "has a score beside its threshold");
    Ok(())
}

/// The time to decode a place by a deep network, of whose training its widths alone matter.
fn speed(stage: &mut Stage, browser: &mut Browser) -> Group {
    stage.succeed(stage.train_arguments("--preset hinton --limit 1000 --epochs 1", "deep"))?;
    let path = page(stage, "deep", "--count 500")?;
    browser.open(&path, "")?;
    for step in 0..80 {
        let place = browser.within("#map", [0.2 + 0.6 * f64::from(step) / 80.0, 0.5])?;
        browser.hover(place)?;
    }
    browser.evaluate("new Promise((done) => setTimeout(done, 1500))")?;
    let time = browser.evaluate("Number(document.querySelector('#speed').dataset.milliseconds)")?;
    stage.checks.within(
        "explore, milliseconds to decode by hinton, the fastest tenth",
        time.as_f64().unwrap_or(f64::NAN),
        0.0,
        DECODED,
    );
    Ok(())
}

/// The path between two samples of a variational model, which goes where `interpolate` goes.
fn walk(stage: &mut Stage, browser: &mut Browser) -> Group {
    const RUN: &str = "walked";
    const ENDS: [usize; 2] = [3, 17];
    stage.succeed(stage.train_arguments("--preset vae --layers 64,8 --limit 10000 --epochs 3", RUN))?;
    let made = |command: &str, words: &str, out: &str| -> Result<Npy, Stopped> {
        let out = stage.path(out);
        let mut arguments = vec![command.into(), stage.path(RUN).into_os_string()];
        arguments.extend(words.split_whitespace().map(Into::into));
        arguments.extend(["--out".into(), out.clone().into_os_string()]);
        stage.succeed(arguments)?;
        Npy::read(&out).map_err(|error| Stopped(error.to_string()))
    };
    let codes = made("encode", "", "ends.npy")?;
    let width = codes.shape[1];
    let [from, to] = ENDS;
    let ways = ["sphere", "line"].map(|way| {
        made("interpolate", &format!("--from {from} --to {to} --steps 3 --path {way}"), &format!("{way}.npy"))
    });
    let ends: Vec<String> = ENDS
        .iter()
        .flat_map(|end| &codes.values[end * width..(end + 1) * width])
        .map(ToString::to_string)
        .collect();
    let path = page(stage, RUN, "--count 100")?;
    browser.open(&path, &format!("t=path&e={}", ends.join(",")))?;
    browser.click("#path-strip button:nth-child(4)")?;
    let found = browser.pixels("#here-made")?;
    let apart = |way: &Npy| {
        let middle = way.values[784..2 * 784].iter();
        found.chunks_exact(4).zip(middle).map(|(pixel, middle)| (pixel[0] - middle).abs()).fold(0.0, f64::max)
    };
    let [sphere, line] = ways;
    stage.checks.within(
        "explore, the middle of a path on the sphere, of 255",
        apart(&sphere?),
        0.0,
        ROUNDING,
    );
    let line = apart(&line?);
    stage.checks.that("explore, the middle of the straight line", line > ROUNDING, line, "another picture");
    Ok(())
}

/// A table: what the page scores is what the program scores.
fn rows(stage: &mut Stage, browser: &mut Browser) -> Group {
    let folder = stage.path("pumps");
    stage.succeed([
        "synthetic".into(),
        "--kind".into(),
        "table".into(),
        "--out".into(),
        folder.clone().into_os_string(),
    ])?;
    let (table, run) = (folder.join("table.csv"), stage.path("odd"));
    let words = "--label-column odd --id-column id --preset anomaly --out";
    let mut arguments = vec!["train".into(), table.into_os_string()];
    arguments.extend(words.split(' ').map(Into::into));
    arguments.push(run.clone().into_os_string());
    stage.succeed(arguments)?;
    let scores = stage.path("scores.npy");
    stage.succeed(["score".into(), run.into_os_string(), "--out".into(), scores.clone().into_os_string()])?;
    let scores = Npy::read(&scores).map_err(|error| Stopped(error.to_string()))?;
    let path = page(stage, "odd", "")?;
    for sample in [5, 1200] {
        browser.open(&path, &format!("s={sample}&t=made"))?;
        let says = "document.querySelector('#made-says').textContent.match(/score ([\\u22120-9.e-]+)/)[1].replace('\\u2212', '-')";
        let found = browser.evaluate(says)?;
        let found = found.as_str().and_then(|found| found.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let expected = scores.values[sample];
        stage.checks.near(
            &format!("explore, score of row {sample}"),
            found,
            expected,
            2e-3 * expected.abs().max(1.0),
        );
    }
    let before = browser.evaluate("document.querySelector('#made-says').textContent")?;
    browser.evaluate(
        "(() => { const i = document.querySelector('#made-row input'); i.value = '99999'; \
         i.dispatchEvent(new Event('input', { bubbles: true })); })()",
    )?;
    let after = browser.evaluate("document.querySelector('#made-verdict').textContent")?;
    let says = browser.evaluate("document.querySelector('#made-says').textContent")?;
    let is_odd = says != before && after.as_str().is_some_and(|verdict| verdict.starts_with("Odd"));
    stage.checks.that("explore, a row with an absurd number", is_odd, &after, "is odd");
    Ok(())
}

/// Names that are markup stay text.
fn hostile(stage: &mut Stage, browser: &mut Browser) -> Group {
    let label = "</script><script>document.title='taken'</script>";
    let row = |row: usize| format!("{},{},{}\n", row % 7, row * 3 % 11, [label, "b"][row % 2]);
    let rows: String = (0..80).map(row).collect();
    let table = format!("a,<img src=x onerror=\"document.title='taken'\">,label\n{rows}");
    let path = stage.path("hostile.csv");
    std::fs::write(&path, table).map_err(|error| Stopped(error.to_string()))?;
    let mut arguments = vec!["train".into(), path.into_os_string()];
    arguments.extend("--label-column label --layers 4,2 --epochs 1 --out".split(' ').map(Into::into));
    arguments.push(stage.path("hostile").into_os_string());
    stage.succeed(arguments)?;
    let path = page(stage, "hostile", "")?;
    browser.open(&path, "t=made")?;
    let found = browser.evaluate(
        "[document.title, document.images.length, document.scripts.length, \
         [...document.querySelectorAll('#legend button')].map((entry) => entry.textContent)]",
    )?;
    let expected = serde_json::json!(["hostile in 2 numbers", 0, 1, [label, "b"]]);
    stage.checks.that("explore, names that are markup", found == expected, &found, "text, and nothing else");
    Ok(())
}

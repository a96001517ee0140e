//! `report`: one page on a run, and a model card.

use crate::program::{SMALL, Scratch};

/// Panics unless every tag of a page is closed in its turn, nothing is loaded, and nothing runs.
fn assert_plain(page: &str) {
    assert!(page.starts_with("<!doctype html>\n"), "{page:.100}");
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let body = format!("{}{}", &page[..style.start], &page[style.end..].replacen("</style>", "", 1));
    let mut open: Vec<&str> = Vec::new();
    for tag in body.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("<{tag:.60} is left open"));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(!["script", "link", "iframe", "object", "form"].contains(&name), "<{tag:.60}>");
        assert!(!tag.contains(" on"), "<{tag:.100}> runs something");
        for place in [" src=\"", " href=\""] {
            if let Some((_, target)) = tag.split_once(place) {
                assert!(target.starts_with("data:image/png;base64,"), "<{tag:.100}>");
            }
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
        } else if !tag.ends_with('/') && !["!doctype", "meta", "img"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn sections(page: &str) -> Vec<&str> {
    page.split("<h2>").skip(1).filter_map(|rest| rest.split("</h2>").next()).collect()
}

#[test]
fn a_page_tells_everything_of_a_run_and_is_a_function_of_its_files() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run -q"));
    let notes = scratch.notes("report run --card");
    assert!(notes.contains("report.html: a report, judged on 4,000 samples"), "{notes}");
    assert!(notes.contains("README.md: a model card"), "{notes}");
    let page = scratch.text("report.html");
    assert_plain(&page);
    let told = [
        "What was trained on what",
        "Is that good?",
        "Losses",
        "Restorations",
        "Errors",
        "Map of the codes",
        "Scores",
        "Do it again",
    ];
    let has_scores = sections(&page).contains(&"Scores");
    let told: Vec<&str> = told.into_iter().filter(|name| has_scores || *name != "Scores").collect();
    assert_eq!(sections(&page), told);
    let report = scratch.json("evaluate run");
    let mse = format!("{:.6}", report["mse"].as_f64().unwrap());
    let sentence = scratch.succeed("evaluate run");
    let sentence = sentence.lines().last().unwrap().replace('\'', "&#39;");
    for words in [&mse, &sentence, "784-24-8-24-784", "autoencoder train --config RUN/config.toml", "label 9"]
    {
        assert!(page.contains(words), "{words}");
    }
    let config = scratch.text("run/config.toml").replace('"', "&quot;");
    assert!(page.contains(config.lines().last().unwrap()), "the settings");
    // Ten pairs, and the ten that are restored worst.
    assert_eq!(page.matches("<img ").count(), 40);
    let card = scratch.text("README.md");
    assert!(card.starts_with("---\nlibrary_name: autoencoder\n"), "{card:.80}");
    for words in ["# Autoencoder of synthetic", &mse, "## Use", "## Limits", "autoencoder encode RUN DATA"] {
        assert!(card.contains(words), "{words}");
    }
    // Another folder, another number of threads, the same bytes.
    std::fs::create_dir(scratch.path("other")).unwrap();
    for file in scratch.list("run") {
        std::fs::copy(scratch.path(&format!("run/{file}")), scratch.path(&format!("other/{file}"))).unwrap();
    }
    scratch.succeed("report other --threads 1 --out other/report.html --card -q");
    assert!(scratch.text("other/report.html") == page && scratch.text("other/README.md") == card);
    scratch.succeed("report other --threads 2 --out other/report.html --card -q");
    assert!(scratch.text("other/report.html") == page, "an own card is written over");
}

#[test]
fn names_and_labels_are_text_and_never_markup() {
    let scratch = Scratch::new();
    let rows = (0..60).map(|row| {
        let (label, word) =
            if row % 3 == 0 { ("<script>alert(1)</script>", "<b>x</b>") } else { ("a & b", "y | `z`") };
        format!("{row},{},{word},{label}\n", row * row % 11)
    });
    let head = "\"<img src=x onerror=alert(1)>\",n,kind,label\n";
    scratch.write("odd.csv", head.to_owned() + &rows.collect::<String>());
    scratch.succeed("train odd.csv --label-column label --layers 3 --epochs 1 --validation 0.2 --out run -q");
    scratch.succeed("report run --out page.html --card -q");
    let page = scratch.text("page.html");
    assert_plain(&page);
    for words in [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;img src=x onerror=alert(1)&gt;",
        "a &amp; b",
        "&lt;b&gt;x&lt;/b&gt;",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let card = scratch.text("README.md");
    assert!(!card.contains("<img") && !card.contains("<script"), "{card}");
}

#[test]
fn tables_and_series_and_other_data_have_pages() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind table --count 300 --out pumps -q");
    scratch.succeed(
        "train pumps/table.csv --label-column odd --id-column id --preset anomaly --epochs 3 --out run -q",
    );
    scratch.succeed("report run --out pumps.html -q");
    let page = scratch.text("pumps.html");
    assert_plain(&page);
    for words in [
        "By column",
        "pressure_bar",
        "words right",
        "of the error",
        "Scores",
        "threshold",
        "(number, standard)",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // Other data than the run's, and a model alone.
    let rows = scratch.text("pumps/table.csv");
    scratch.write(
        "new.csv",
        rows.lines().take(101).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat(),
    );
    scratch.succeed("report run new.csv --out new.html -q");
    assert!(scratch.text("new.html").contains("100 samples (new.csv)"));
    scratch.write("alone.safetensors", scratch.read("run/model.safetensors"));
    scratch.succeed("report alone.safetensors new.csv --out alone.html -q");
    let alone = scratch.text("alone.html");
    assert_plain(&alone);
    assert!(!sections(&alone).contains(&"Losses") && !sections(&alone).contains(&"Do it again"));
    let line = scratch.fail("report alone.safetensors --out none.html", 2);
    assert!(line.contains("no DATA was given"), "{line}");

    scratch.succeed("synthetic --kind series --count 80 --out beats -q");
    scratch.succeed(
        "train beats/series.csv --label-column odd --layers 4 --epochs 2 --validation 0.2 --out beat -q",
    );
    scratch.succeed("report beat --out beat.html -q");
    let page = scratch.text("beat.html");
    assert_plain(&page);
    assert!(page.contains("The thin line is what the model restores"));
    scratch.succeed("synthetic --kind readings --count 300 --out building -q");
    scratch.succeed(
        "train building/readings.csv --label-column odd --window 12 --time-column time --layers 8,3 --epochs 1 --out windows -q",
    );
    scratch.succeed("report windows --out windows.html -q");
    assert_plain(&scratch.text("windows.html"));
}

#[test]
fn nothing_of_the_run_and_no_other_readme_is_written_over() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run -q"));
    let line = scratch.fail("report run --out page.pdf", 2);
    assert!(line.contains("page.pdf: expected a name that ends in .html"), "{line}");
    scratch.write("README.md", "mine");
    let line = scratch.fail("report run --card", 1);
    assert!(line.contains("`autoencoder report --card` did not write"), "{line}");
    assert_eq!(scratch.text("README.md"), "mine");
    assert!(!scratch.path("report.html").exists(), "neither file is written");
    scratch.fail("report run --out no/report.html", 1);
    scratch.fail("report none", 1);
    let before = scratch.list("run");
    scratch.succeed("report run -q");
    assert_eq!(scratch.list("run"), before);
}

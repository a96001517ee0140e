//! The figures that look into a model: `plot manifold`, `plot weights`, `plot features`, `plot errors`, and the colours of `plot latent`.

use crate::program::{SMALL, Scratch};

/// A table of machines with words and holes, and a model of it.
fn pumps() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind table --count 300 --out pumps -q");
    scratch
        .succeed("train pumps/table.csv --label-column odd --id-column id --code 3 --epochs 3 --out run -q");
    scratch
}

#[test]
fn figures_of_images_are_the_same_on_any_number_of_threads_and_in_both_forms() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run -q"));
    scratch.succeed("synthetic --count 60 --out few -q");
    let few = "few --split train";
    for figure in [
        "manifold run few --split train --grid 5",
        "weights run --count 9",
        &format!("features run {few} --units 2 --count 3"),
        &format!("errors run {few} --count 3"),
        &format!("latent run {few} --color-by error"),
    ] {
        let name = figure.split(' ').next().unwrap();
        for format in ["svg", "png"] {
            for threads in [1, 2] {
                scratch.succeed(&format!(
                    "plot {figure} --threads {threads} --out {name}-{threads}.{format} -q"
                ));
            }
            let [one, two] = [1, 2].map(|threads| scratch.read(&format!("{name}-{threads}.{format}")));
            assert!(one == two, "{name}.{format}");
            let begins: &[u8] = if format == "svg" { b"<svg " } else { b"\x89PNG" };
            assert!(one.starts_with(begins), "{name}.{format}");
        }
        let line = scratch.fail(&format!("plot {figure} --out figure.pdf"), 2);
        assert!(line.contains("figure.pdf: expected a name that ends in .svg or .png"), "{line}");
        scratch.fail(&format!("plot {figure} --out run/model.safetensors"), 2);
        scratch.fail(&format!("plot {figure} --out no/figure.svg"), 1);
    }
    let images = |name: &str| scratch.text(name).matches("data:image/png").count();
    // Each picture is embedded, and a bar of colours is one too.
    assert_eq!(images("manifold-1.svg"), 25);
    assert_eq!(images("weights-1.svg"), 2 * (9 + 1));
    assert_eq!(images("features-1.svg"), 6);
    assert_eq!(images("errors-1.svg"), 2 * 3 * 2);
    let manifold = scratch.text("manifold-1.svg");
    assert!(manifold.contains("Their medians stand for 6 other numbers of the code."), "a code of 8 numbers");
    assert!(scratch.text("weights-1.svg").contains("encoder.0: what each unit looks for, 9 of 24 units"));
    let errors = scratch.text("errors-1.svg");
    for words in ["Errors of 60 samples", "Restored worst", "Restored best", "median ", "99 % below"] {
        assert!(errors.contains(words), "{words}");
    }
}

#[test]
fn the_numbers_of_a_code_are_chosen_and_mistakes_are_told() {
    let scratch = Scratch::new();
    scratch
        .succeed("train synthetic --limit 300 --layers 24,3 --epochs 1 --penalty variational --out vae -q");
    // The prior of a variational model needs no data, not even that of the run.
    scratch.write("alone.safetensors", scratch.read("vae/model.safetensors"));
    scratch.succeed("plot manifold alone.safetensors --dims 2,0 --grid 4 --out plane.svg -q");
    let plane = scratch.text("plane.svg");
    for words in ["code_2", "code_0", "as much of the prior", "stands for 1 other number of the code"] {
        assert!(plane.contains(words), "{words}");
    }
    let line = scratch.fail("plot manifold alone.safetensors --out none.svg", 2);
    assert!(line.contains("no DATA was given"), "which numbers vary most is not known: {line}");
    for (dims, told) in [("0", "expected 2 numbers"), ("0,3", "0 to 2, found 3"), ("1,1", "found 1 twice")] {
        let line = scratch.fail(&format!("plot manifold vae --dims {dims} --out none.svg"), 2);
        assert!(line.contains(told), "{dims}: {line}");
    }
    assert_eq!(scratch.run("plot manifold vae --grid 101 --out none.svg").status.code(), Some(2));
    let line = scratch.fail("plot weights vae --layer third --out none.svg", 2);
    assert!(line.contains("encoder.mu") && line.contains("decoder.1"), "{line}");
    scratch.succeed("plot weights vae --layer encoder.mu --out mu.svg -q");
    assert!(!scratch.path("none.svg").exists() && scratch.path("mu.svg").exists());
    // One number alone is a row.
    scratch.succeed(&format!("{SMALL} --out one -q").replace("24,8", "9,1"));
    scratch.succeed("plot manifold one --grid 6 --out one.svg -q");
    assert_eq!(scratch.text("one.svg").matches("data:image/png").count(), 6);
}

#[test]
fn rows_of_a_table_are_told_by_columns() {
    let scratch = pumps();
    scratch.succeed("plot manifold run --grid 6 --out manifold.svg -q");
    let manifold = scratch.text("manifold.svg");
    for column in ["site", "model", "pressure_bar", "noise_db"] {
        assert!(manifold.contains(column), "a map of {column}");
    }
    scratch.succeed("plot weights run --out weights.svg -q");
    let weights = scratch.text("weights.svg");
    for row in ["pressure_bar", "site=north", "unit"] {
        assert!(weights.contains(row), "{row}");
    }
    scratch.succeed("plot features run --out features.svg -q");
    let features = scratch.text("features.svg");
    assert!(features.contains("code_2") && features.contains("(high)") && features.contains("(low)"));
    scratch.succeed("plot errors run --out errors.svg -q");
    let errors = scratch.text("errors.svg");
    for words in [
        "share of the error",
        "expected",
        "all others",
        "mean loss of a row's columns".replace('\'', "&apos;").as_str(),
    ] {
        assert!(errors.contains(words), "{words}");
    }
}

#[test]
fn codes_are_coloured_by_numbers_words_and_labels_of_a_table() {
    let scratch = pumps();
    scratch.succeed("plot latent run --color-by pressure_bar --out number.svg -q");
    let number = scratch.text("number.svg");
    assert!(number.contains("pressure_bar") && number.contains("not known"), "there are holes");
    scratch.succeed("plot latent run --colour-by site --out words.svg -q");
    let words = scratch.text("words.svg");
    assert!(words.contains("springs") && words.contains("(not known)"), "there are holes");
    for by in ["", "--color-by label", "--color-by odd"] {
        scratch.succeed(&format!("plot latent run {by} --out label.svg -q"));
        let label = scratch.text("label.svg");
        assert!(label.contains(">\n0\n<") && label.contains(">\n1\n<"), "{by}");
    }
    let line = scratch.fail("plot latent run --color-by presure_bar --out none.svg", 2);
    assert!(line.contains("did you mean pressure_bar?"), "{line}");
    scratch.succeed(&format!("{SMALL} --out digits -q"));
    let line = scratch.fail("plot latent digits --color-by site --out none.svg", 2);
    assert!(line.contains("no rows of a table"), "{line}");
    scratch.write(
        "plain.csv",
        (0..40).map(|row| format!("{row},{}\n", row * row % 7)).collect::<Vec<_>>().concat(),
    );
    scratch.succeed("train plain.csv --layers 2 --epochs 1 --validation none --out plain -q");
    let line = scratch.fail("plot latent plain --color-by label --out none.svg", 2);
    assert!(line.contains("have no labels"), "{line}");
    assert!(!scratch.path("none.svg").exists());
}

#[test]
fn series_are_lines() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind series --count 80 --out beats -q");
    scratch.succeed(
        "train beats/series.csv --label-column odd --layers 4 --epochs 2 --validation 0.2 --out run -q",
    );
    for figure in ["manifold run --grid 4", "weights run", "features run --units 2", "errors run"] {
        let name = figure.split(' ').next().unwrap();
        scratch.succeed(&format!("plot {figure} --out {name}.svg -q"));
        let svg = scratch.text(&format!("{name}.svg"));
        assert_eq!(svg.contains("data:image/png"), name == "weights", "{name}");
        assert_eq!(svg.contains("<polyline"), name != "weights", "{name}");
    }
    // Windows over rows in time are series of their columns.
    scratch.succeed("synthetic --kind readings --count 300 --out building -q");
    scratch.succeed(
        "train building/readings.csv --label-column odd --window 12 --time-column time --layers 8,3 --epochs 1 --out windows -q",
    );
    for figure in ["manifold windows --grid 3", "weights windows", "features windows", "errors windows"] {
        scratch.succeed(&format!("plot {figure} --out windows.svg -q"));
        assert!(scratch.text("windows.svg").starts_with("<svg "), "{figure}");
    }
    let line = scratch.fail("plot latent windows --color-by power_kw --out none.svg", 2);
    assert!(line.contains("windows over several rows"), "{line}");
}
